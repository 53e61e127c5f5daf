"""Candidates from texts: what an edit makes of files, without a repository."""

from __future__ import annotations

from collections.abc import Mapping

from runner.edits.changes.difference import difference
from runner.model.diagnostics import Diagnostic
from runner.model.tree import Candidate, FileState
from runner.snapshots.memory import MemoryTree

Texts = Mapping[str, str | bytes | None]


def state(text: str | bytes | None) -> FileState | None:
    return None if text is None else FileState(text.encode() if isinstance(text, str) else text)


def candidate(before: Texts, after: Texts) -> Candidate:
    """``after`` names the edited files only; None is a file that does not exist."""
    was = {path: state(before.get(path)) for path in after}
    now = {path: state(text) for path, text in after.items()}
    one, other = (MemoryTree({path: each for path, each in side.items() if each is not None}) for side in (was, now))
    return Candidate("0" * 40, difference(one, other, after), was, now)


def error(file: str, line: int, character: int = 0, code: str = "TS2322", message: str = "m") -> Diagnostic:
    return Diagnostic("tsconfig.json", file, line, character, code, message)
