"""A session without the rest of the system: files in a folder, submissions applied at once, everything written down."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from runner.specialists.text import apply, from_lsp

Gate = Callable[[str, str, str], str | None]


class Asks(Protocol):
    """The part of a language server that a session needs."""

    def request(self, method: str, params: Any) -> Any: ...

    def changed(self, path: str) -> None: ...


@dataclass
class FakeSession:
    """``gate`` gets (path, text before, text after) and returns None, or the message with which it refuses."""

    repo: Path
    server: Asks | None = None
    scope: tuple[str, ...] = ("src/**",)
    gate: Gate = lambda path, before, after: None
    options: dict[str, Any] = field(default_factory=dict)
    task: dict[str, Any] = field(default_factory=dict)
    submitted: list[tuple[str, str, str]] = field(default_factory=list)
    recommended: list[dict[str, Any]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    ended: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self.task = {
            "trace_id": "0a1b2c3d",
            "order_id": "ord-1",
            "task": {"uuid": "T-1", "allowed_paths": list(self.scope)},
            **self.task,
        }

    def files(self) -> Sequence[str]:
        paths = (path.relative_to(self.repo).as_posix() for path in self.repo.rglob("*") if path.is_file())
        return sorted(
            path
            for path in paths
            if "node_modules" not in path and any(fnmatch.fnmatch(path, glob) for glob in self.scope)
        )

    def read(self, path: str) -> str:
        return (self.repo / path).read_bytes().decode("utf-8-sig")

    def uri(self, path: str) -> str:
        return f"file:///repo/{path}"

    def request(self, method: str, params: Any) -> Any:
        if self.server is None:
            raise RuntimeError(f"no language server for {method}")
        return self.server.request(method, params)

    def submit(self, format: str, payload: Any, reason: str) -> Mapping[str, Any]:
        after = self._whole_file(payload) if format == "whole-file" else self._workspace_edit(payload)
        for path, text in after.items():
            before = self.read(path) if (self.repo / path).exists() else ""
            why = self.gate(path, before, text)
            self.submitted.append((path, reason, "rejected" if why else "applied"))
            if why:
                violation = {"code": "PG999", "name": "test.refused", "message": why}
                return {"status": "rejected", "violations": [violation], "diagnostics": {"new": []}}
        for path, text in after.items():
            self._write(path, text)
        return {"status": "applied", "violations": [], "diagnostics": {"new": []}}

    def recommend(
        self,
        title: str,
        detail: str,
        impact: int,
        *,
        file: str | None = None,
        line: int | None = None,
        rule: str | None = None,
        suggestion: str | None = None,
    ) -> object:
        assert impact in (1, 2, 3)
        said = {"title": title, "detail": detail, "impact": impact, "file": file, "line": line, "rule": rule}
        self.recommended.append({**said, "suggestion": suggestion})
        return {"id": str(len(self.recommended))}

    def log(self, message: str) -> None:
        self.logged.append(message)

    def done(self, why: str) -> object:
        self.ended = ("done", why)
        return {}

    def block(self, why: str) -> object:
        self.ended = ("blocked", why)
        return {}

    def _workspace_edit(self, payload: Any) -> dict[str, str]:
        after = {}
        for document in payload["documentChanges"]:
            path = document["textDocument"]["uri"].removeprefix("file:///repo/")
            assert document["hash"] == hashlib.sha256((self.repo / path).read_bytes()).hexdigest()
            text = self.read(path)
            edits = from_lsp(text, document["edits"])
            for edit, sent in zip(edits, document["edits"], strict=True):
                assert text[edit.start : edit.end] == sent["oldText"]
            after[path] = apply(text, edits)
        return after

    def _whole_file(self, payload: Any) -> dict[str, str]:
        for one in payload:
            assert not (self.repo / one["file"]).exists()
        return {one["file"]: one["content"] for one in payload}

    def _write(self, path: str, text: str) -> None:
        target = self.repo / path
        bom = b"\xef\xbb\xbf" if target.exists() and target.read_bytes().startswith(b"\xef\xbb\xbf") else b""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(bom + text.encode())
        if self.server is not None:
            self.server.changed(path)
