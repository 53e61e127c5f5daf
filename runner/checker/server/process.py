"""``CheckerServer``: one container that judges the candidates of one tree, with what it has open."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from runner.checker.server.client import NoVerdict, ServerClient
from runner.checker.server.wire import BadAnswer, Batch, Opened, read_batch, read_cold, read_opened
from runner.errors import CheckerError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.model.tree import FileState
from runner.ports import Engine

_T = TypeVar("_T")
Cancel = threading.Event | None
Files = Mapping[str, FileState | None]
IMAGE = "patchgate/checker"
ROOT = "/repo"
TOOLCHAIN = "/opt/toolchain"
SERVER = "/opt/checker/server.js"
# Most of a compiler's memory is on Node's heap; the rest is code, buffers and, for TypeScript 7, its own process.
HEAP_SHARE = 0.75
JUDGE_S, COLD_S, OPEN_S = 300.0, 300.0, 900.0


class CheckerServer:
    """Not thread-safe. Any method may raise ``NoVerdict``; the server has then ended, and a new one must be started."""

    def __init__(self, client: ServerClient) -> None:
        self._client = client
        self.open_configs: dict[str, str] = {}

    @classmethod
    def start(cls, engine: Engine, mounts: Sequence[Mount], labels: Mapping[str, str], memory_mb: int) -> CheckerServer:
        """``mounts`` have the tree at ``/repo`` and the toolchain store at ``/opt/toolchain``. Raises ``SandboxError``."""
        if not engine.has_image(IMAGE):
            raise CheckerError(f"there is no image {IMAGE} on this machine", "Build it with: patchgate images build")
        heap = f"--max-old-space-size={int(memory_mb * HEAP_SHARE)}"
        limits = Limits(wall_s=86_400.0, memory_mb=memory_mb, cpus=2.0, pids=512)
        spec = ContainerSpec(
            IMAGE,
            ("node", heap, SERVER),
            tuple(mounts),
            limits=limits,
            tmpfs_mb=512,
            labels={"patchgate.pass": "checker", **labels},
        )
        server = cls(ServerClient(engine.open(spec)))
        server._ask("initialize", {"root": ROOT, "toolchain": TOOLCHAIN}, None, OPEN_S)
        return server

    @property
    def dead(self) -> bool:
        return self._client.dead

    def self_test(self, typescript: str, cancel: Cancel = None) -> str:
        """Why a compiler cannot be trusted when it is warm; empty if it can."""
        answer = self._ask("selftest", {"typescript": typescript}, cancel, OPEN_S)
        found = answer if isinstance(answer, dict) else {}
        return "" if found.get("ok") is True else str(found.get("why") or "the self-test gave no answer")

    def open(self, config: str, typescript: str, cancel: Cancel = None) -> Opened:
        """Open a project and find all its errors. Opening it again replaces it."""
        params = {"projects": [{"config": config, "typescript": typescript}]}
        (opened,) = self._read(read_opened, self._ask("open", params, cancel, OPEN_S))
        self.open_configs[config] = typescript
        return opened

    def close_projects(self, configs: Iterable[str]) -> None:
        closing = [config for config in configs if self.open_configs.pop(config, None) is not None]
        if closing:
            self._ask("close", {"configs": closing}, None, JUDGE_S)

    def rebase(self, files: Files, cancel: Cancel = None) -> None:
        """The base state becomes what it was with these files."""
        self._ask("rebase", {"files": encoded(files)}, cancel, JUDGE_S)

    def errors(self, configs: Iterable[str], cancel: Cancel = None) -> tuple[Opened, ...]:
        return self._read(read_opened, self._ask("errors", {"configs": list(configs)}, cancel, OPEN_S))

    def judge(self, configs: Iterable[str], files: Files, cancel: Cancel = None) -> Batch:
        """The first batch: the edited files. ``end`` must follow."""
        params = {"configs": list(configs), "files": encoded(files)}
        return self._read(read_batch, self._ask("judge", params, cancel, JUDGE_S))

    def more(self, cancel: Cancel = None) -> Batch:
        return self._read(read_batch, self._ask("more", {}, cancel, JUDGE_S))

    def end(self, keep: bool, cancel: Cancel = None) -> None:
        """End the judgement. With ``keep``, the candidate has become the base."""
        self._ask("end", {"keep": keep}, cancel, JUDGE_S)

    def cold(self, config: str, typescript: str, files: Files, cancel: Cancel = None) -> Opened:
        """A new process of the compiler on the base with ``files``, with nothing reused."""
        params = {"config": config, "typescript": typescript, "files": encoded(files)}
        answer = self._ask("cold", params, cancel, COLD_S)
        return self._read(lambda found: read_cold(found, config), answer)

    def memory_mb(self) -> float:
        answer = self._ask("status", {}, None, JUDGE_S)
        return float(answer["rss_mb"]) if isinstance(answer, dict) else 0.0

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, params: object, cancel: Cancel, limit_s: float) -> object:
        return self._client.request(method, params, cancel=cancel, limit_s=limit_s)

    def _read(self, read: Callable[[object], _T], answer: object) -> _T:
        try:
            return read(answer)
        except (BadAnswer, ValueError) as error:
            self.close()
            raise NoVerdict(str(error)) from error


def encoded(files: Files) -> dict[str, str | None]:
    """The wire's form: each content as base64 of its bytes, None for no file."""
    return {
        path: None if state is None else base64.b64encode(state.content).decode("ascii")
        for path, state in files.items()
    }
