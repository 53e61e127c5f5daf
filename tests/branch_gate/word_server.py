"""Stands in for the checker's image: it keeps the server's protocol, and each line with TYPE_ERROR is an error."""

from __future__ import annotations

import base64
import json
from typing import Any

from runner.sandbox.memory_engine import Process

WORD = "TYPE_ERROR"


class CountingServer:
    """``runs`` counts what a compiler would have worked on: projects opened, and candidates judged."""

    def __init__(self) -> None:
        self.runs = 0

    def compile(self, process: Process) -> None:
        """Called for each of these."""
        self.runs += 1

    def __call__(self, process: Process) -> int:
        answering = _Answers(self, process)
        waiting = b""
        while data := process.read():
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                request = json.loads(line)
                result = getattr(answering, request["method"])(**request["params"])
                process.write(json.dumps({"id": request["id"], "result": result}).encode() + b"\n")
        return 0


class _Answers:
    """One method of the protocol each."""

    def __init__(self, server: CountingServer, process: Process) -> None:
        self._server, self._process = server, process
        self._base: dict[str, str | None] = {}
        self._candidate: dict[str, str | None] = {}

    def initialize(self, root: str, toolchain: str) -> dict[str, Any]:
        return {"server": "1"}

    def selftest(self, typescript: str) -> dict[str, Any]:
        return {"ok": True, "why": ""}

    def status(self) -> dict[str, Any]:
        return {"rss_mb": 1.0, "heap_mb": 1.0, "projects": []}

    def open(self, projects: list[dict[str, str]]) -> dict[str, Any]:
        self._server.compile(self._process)
        return {"projects": [{**each, **self._everything({})} for each in projects]}

    def errors(self, configs: list[str]) -> dict[str, Any]:
        return {"projects": [{"config": config, **self._everything({})} for config in configs]}

    def cold(self, config: str, typescript: str, files: dict[str, str | None]) -> dict[str, Any]:
        self._server.compile(self._process)
        return self._everything(files)

    def rebase(self, files: dict[str, str | None]) -> dict[str, Any]:
        self._base.update(files)
        return {}

    def judge(self, configs: list[str], files: dict[str, str | None]) -> dict[str, Any]:
        self._server.compile(self._process)
        self._candidate = files
        texts = self._texts(files)
        checked = {path: _errors(path, texts[path]) for path in files if path in texts}
        listed = sorted(texts)
        return {"projects": [{"config": each, "checked": checked, "files": listed} for each in configs], "done": True}

    def end(self, keep: bool) -> dict[str, Any]:
        if keep:
            self._base.update(self._candidate)
        return {}

    def _everything(self, files: dict[str, str | None]) -> dict[str, Any]:
        texts = self._texts(files)
        errors = [error for path, text in texts.items() for error in _errors(path, text)]
        return {"files": sorted(texts), "errors": errors, "stops": None}

    def _texts(self, files: dict[str, str | None]) -> dict[str, str]:
        root = self._process.host_path("/repo")
        disk = {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*.ts"))}
        for path, content in {**self._base, **files}.items():
            if content is None:
                disk.pop(path, None)
            elif path.endswith(".ts"):
                disk[path] = base64.b64decode(content).decode()
        return disk


def _errors(path: str, text: str) -> list[dict[str, Any]]:
    return [
        {"file": path, "line": number, "character": line.index(WORD), "code": "TS2322", "message": f"{WORD} is wrong."}
        for number, line in enumerate(text.split("\n"))
        if WORD in line
    ]
