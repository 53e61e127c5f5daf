"""A session without the rest of the system: files in a folder, submissions applied at once, everything written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from runner.edits import apply_changes, lower
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.specialists.kit.globs import matches

Gate = Callable[[str, str, str], str | None]


class Asks(Protocol):
    """The part of a language server that a session needs."""

    def request(self, method: str, params: object) -> Any: ...

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class FolderTree:
    """A folder as ``TreeReader``."""

    root: Path
    snapshot: str = "0" * 40

    def read(self, path: str) -> FileState | None:
        target = self.root / path
        return FileState(target.read_bytes()) if target.is_file() else None

    def kind(self, path: str) -> str | None:
        target = self.root / path
        return "file" if target.is_file() else "folder" if target.is_dir() else None

    def paths(self) -> Iterator[str]:
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
        return iter(sorted(path for path in found if "node_modules" not in path))


@dataclass
class FakeSession:
    """Submissions are lowered and applied by ``runner.edits``, as the gate does it.

    ``gate`` gets (path, text before, text after) and returns None, or the message with which it refuses.
    ``submissions`` is how many the pass may make.
    """

    repo: Path
    server: Asks | None = None
    scope: tuple[str, ...] = ("src/**",)
    gate: Gate = lambda path, before, after: None
    options: dict[str, Any] = field(default_factory=dict)
    task: dict[str, Any] = field(default_factory=dict)
    submissions: int = 1000
    submitted: list[tuple[str, str, str]] = field(default_factory=list)
    recommended: list[dict[str, Any]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    ended: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        of_task = {"uuid": "T-1", "allowed_paths": list(self.scope), **self.task}
        self.task = {"trace_id": "0a1b2c3d", "order_id": "ord-1", "task": of_task}

    def files(self) -> Sequence[str]:
        return [path for path in FolderTree(self.repo).paths() if any(matches(path, glob) for glob in self.scope)]

    def read(self, path: str) -> str:
        return (self.repo / path).read_bytes().decode("utf-8-sig")

    def uri(self, path: str) -> str:
        return f"file:///repo/{path}"

    def request(self, method: str, params: Any) -> Any:
        assert self.server is not None, f"no language server for {method}"
        return self.server.request(method, params)

    def submit(self, format: str, payload: Any, reason: str) -> Mapping[str, Any]:
        assert self.ended is None, "a submission after the end of the pass"
        if len(self.submitted) >= self.submissions:
            return _rejected("PG103", "submission.too-many", "the pass has used up its submissions")
        tree = FolderTree(self.repo)
        try:
            candidate = apply_changes(lower(format, payload, tree), tree)
        except Refused as refused:
            one = refused.violations[0]
            self.submitted.append(("", reason, "rejected"))
            return _rejected(one.code, one.name, one.message)
        for path, state in candidate.files.items():
            before = self.read(path) if (self.repo / path).exists() else ""
            why = self.gate(path, before, _text(state))
            self.submitted.append((path, reason, "rejected" if why else "applied"))
            if why:
                return _rejected("PG601", "typecheck.new-error", why)
        for path, state in candidate.files.items():
            self._write(path, state)
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

    def _write(self, path: str, state: FileState | None) -> None:
        assert state is not None, "no specialist deletes files"
        target = self.repo / path
        created = not target.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(state.content)
        if self.server is not None:
            self.server.files_changed([] if created else [path], [path] if created else [], [])


def _text(state: FileState | None) -> str:
    return "" if state is None else state.content.decode("utf-8-sig")


def _rejected(code: str, name: str, message: str) -> Mapping[str, Any]:
    violation = {"code": code, "name": name, "message": message, "hint": "", "file": None, "range": None}
    return {"status": "rejected", "violations": [violation], "diagnostics": {"new": []}}
