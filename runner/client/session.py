"""One pass, as the program in the container sees it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from runner.client.rpc import RpcClient

TASK = "/run/patchgate/task.json"
REPO = "/repo"


class Session:
    """The task, the files (read-only), the language server, and the gate.

    ``task`` is the content of task.json, ``options`` is what the order gave this specialist, ``repo`` is the folder of
    the code. Paths are repository-relative; LSP positions are 0-based lines and UTF-16 code units. Every method that
    talks to the runner may raise ``RpcError`` (it refused) and ``OSError`` (it is gone).
    """

    def __init__(self, task: dict[str, Any], repo: Path, rpc: RpcClient) -> None:
        self.task = task
        self.options: dict[str, Any] = task.get("options") or {}
        self.repo = repo
        self.finished = False
        self._rpc = rpc

    @classmethod
    def open(cls) -> Session:
        """From the places in a container: $PATCHGATE_TASK, $PATCHGATE_REPO, $PATCHGATE_SOCKET, or their defaults."""
        task = json.loads(Path(os.environ.get("PATCHGATE_TASK", TASK)).read_text(encoding="utf-8"))
        return cls(task, Path(os.environ.get("PATCHGATE_REPO", REPO)), RpcClient())

    def files(self) -> list[str]:
        """The files in the task's scope that existed when the pass began."""
        return [str(path) for path in self.task.get("files") or []]

    def read(self, path: str) -> str:
        """The current text of a file, without its BOM and with its own line ends. Raises ``OSError``, ``UnicodeError``."""
        return (self.repo / path).read_bytes().decode("utf-8-sig")

    def request(self, method: str, params: Any) -> Any:
        """Any LSP request or one of Patchgate's own; plain JSON in and out."""
        return self._rpc.request(method, params)

    def outline(self, file: str) -> list[dict[str, Any]]:
        """The tree of declarations: ``name``, ``kind``, ``address``, ``range``, ``selectionRange``, ``children``."""
        answer = self.request("patchgate/outline", {"file": self.relative(file)})
        return list(answer["symbols"])

    def context(
        self,
        symbols: list[str] | None = None,
        budget: int = 4000,
        files: list[str] | None = None,
    ) -> str:
        """Symbol context as Markdown within about ``budget`` tokens. Without symbols and files, the task's own are
        used.

        A symbol is ``src/a.ts#Shop.total``, or lines such as ``src/a.ts:80-140`` (1-based, inclusive).
        """
        params = {"symbols": symbols or [], "files": files or [], "budget": budget}
        return str(self.request("patchgate/context", params)["text"])

    def submit(
        self,
        format: str,
        payload: Any,
        reason: str = "",
        dry_run: bool = False,
        *,
        task_id: str | None = None,
        order_id: str | None = None,
        requester: str | None = None,
        removes: list[str] | None = None,
    ) -> dict[str, Any]:
        """Request a change; returns the verdict. ``format`` and ``payload`` are as in docs/interfaces.md; the pass adds
        the ids.

        ``removes`` are the addresses of declarations that the change means to remove or to empty.
        """
        submission = {
            "version": 1,
            "specialist": requester or self.task.get("specialist", ""),
            "task_id": task_id or (self.task.get("task") or {}).get("uuid"),
            "trace_id": self.task.get("trace_id"),
            "order_id": order_id or self.task.get("order_id"),
            "base": None,
            "dry_run": dry_run,
            "reason": reason,
            "removes": removes or [],
            "edit": {"format": format, "payload": payload},
        }
        verdict = self.request("patchgate/submit", {"submission": submission})
        return dict(verdict)

    def recommend(  # noqa: PLR0917 - all optional after the third; specialists name them
        self,
        title: str,
        detail: str,
        impact: int,
        file: str | None = None,
        line: int | None = None,
        rule: str | None = None,
        suggestion: str | None = None,
    ) -> str:
        """Tell a person about something that must not be edited here. ``impact`` is 1 to 3, ``line`` is 1-based.
        Returns the id.
        """
        given = {
            "file": None if file is None else self.relative(file),
            "line": line,
            "rule": rule,
            "suggestion": suggestion,
        }
        params = {"title": title, "detail": detail, "impact": impact}
        params.update({key: value for key, value in given.items() if value is not None})
        return str(self.request("patchgate/recommend", params)["id"])

    def log(self, message: str) -> None:
        """A line of progress on standard error."""
        print(message, file=sys.stderr, flush=True)  # noqa: T201 - standard error is this program's log

    def done(self, why: str = "") -> None:
        """End the pass. Nothing is accepted afterwards."""
        self._finish("done", why)

    def block(self, why: str) -> None:
        """End the pass without having done the task, and say why."""
        self._finish("blocked", why)

    def uri(self, path: str) -> str:
        """The URI by which the language server knows ``src/a.ts``."""
        return "file://" + quote(f"{REPO}/{self.relative(path)}")

    def relative(self, place: str) -> str:
        """A path or an address without the repository's folder, where it begins with that."""
        for root in (REPO, str(self.repo)):
            if place.startswith(root + "/"):
                return place[len(root) + 1 :]
        return place

    def path_of(self, uri: str) -> str | None:
        """The repository-relative path of a URI; None for a file outside, such as a library's."""
        path = unquote(uri[len("file://") :]) if uri.startswith("file://") else ""
        return path[len(REPO) + 1 :] if path.startswith(REPO + "/") else None

    def _finish(self, status: str, why: str) -> None:
        self.request("patchgate/finish", {"status": status, "why": why})
        self.finished = True
