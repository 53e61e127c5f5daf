"""A pass API and a language server in memory, an endpoint over them, and a raw connection for hostile bytes."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lsp_bridge.endpoint import Endpoint
from lsp_bridge.limits import EndpointLimits
from runner.client.rpc import RpcClient
from runner.client.session import Session
from runner.errors import BridgeError

TASK: dict[str, Any] = {
    "version": 1,
    "specialist": "surgeon",
    "trace_id": "abcd1234",
    "order_id": "ord-1",
    "task": {
        "uuid": "T-1",
        "file": "src/shop.ts",
        "instruction": "tidy",
        "allowed_symbols": ["src/shop.ts#Shop.total"],
    },
    "options": {"depth": 3},
    "files": ["src/shop.ts"],
}


class FakePassApi:
    """Remembers what it was asked; a submission waits for ``go``."""

    def __init__(self) -> None:
        self.submissions: list[Any] = []
        self.recommendations: list[Any] = []
        self.finished: list[tuple[str, str]] = []
        self.verdict: dict[str, object] = {"version": 1, "status": "applied", "patch_id": "p1", "violations": []}
        self.judging = threading.Event()
        self.go = threading.Event()
        self.go.set()
        self.at_once = 0
        self.most_at_once = 0

    def task(self) -> dict[str, object]:
        return TASK

    def submit(self, submission: object) -> dict[str, object]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.judging.set()
        self.go.wait(10)
        self.submissions.append(submission)
        self.at_once -= 1
        return self.verdict

    def recommend(self, recommendation: object) -> dict[str, object]:
        if not isinstance(recommendation, dict) or "title" not in recommendation:
            raise ValueError("a recommendation needs a title")
        self.recommendations.append(recommendation)
        return {"id": f"rec-{len(self.recommendations)}"}

    def finish(self, status: str, why: str) -> dict[str, object]:
        self.finished.append((status, why))
        return {}


class FakeLanguages:
    """Answers with what it was asked. ``answers`` replaces that for a method; an exception there is raised."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, object]] = []
        self.alive = True

    def request(self, method: str, params: object) -> object:
        self.asked.append((method, params))
        answer = self.answers.get(method, {"method": method, "params": params})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def rename(self, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
        if new_name == "class":
            raise BridgeError("that is a keyword", "take another name")
        return {"documentChanges": [], "asked": [path, line, character, new_name]}

    def context(self, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
        return json.dumps([list(symbols), list(files), budget])

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None:
        self.asked.append(("changed", (changed, created, deleted)))

    def close(self) -> None:
        self.asked.append(("close", None))


class ServedPass:
    """An endpoint over fakes. ``session()`` is a specialist's; ``raw()`` is an attacker's."""

    def __init__(self, folder: Path, limits: EndpointLimits | None = None) -> None:
        self.api = FakePassApi()
        self.languages = FakeLanguages()
        self.path = folder / "gate.sock"
        self.endpoint = Endpoint(self.path, self.languages, self.api, limits)

    def session(self, repo: Path = Path("/repo")) -> Session:
        return Session(TASK, repo, RpcClient(str(self.path), timeout_s=20))

    def raw(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(20)
        connection.connect(str(self.path))
        return connection


@contextlib.contextmanager
def served_pass(folder: Path, limits: EndpointLimits | None = None) -> Iterator[ServedPass]:
    opened = ServedPass(folder, limits)
    with opened.endpoint:
        yield opened


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side hangs up."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        return received
    finally:
        connection.close()
    return received


def error_of(received: bytes) -> str:
    """The message of the one error response in these bytes."""
    message = json.loads(received.partition(b"\r\n\r\n")[2])
    return str(message["error"]["message"])
