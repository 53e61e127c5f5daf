"""``MemoryChecker``: the in-memory counterpart of ``WarmChecker``. Every line with the word ``TYPE_ERROR`` is an error."""

from __future__ import annotations

import threading
from collections.abc import Callable

from runner.checker.explain import explained
from runner.model.diagnostics import CheckResult, Diagnostic, Unjudged
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate, FileState, TreeReader

WORD = b"TYPE_ERROR"


class MemoryChecker:
    """Implements ``runner.ports.Checker``. Counts errors per file: an edit may move an error but not add one."""

    def __init__(self, tree_of: Callable[[str], TreeReader]) -> None:
        self._tree_of = tree_of

    def errors(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Diagnostic, ...]:
        tree = self._tree_of(snapshot)
        return tuple(error for path in tree.paths() for error in _errors(path, tree.read(path)))

    def unjudged(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Unjudged, ...]:
        return ()

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        base = self.errors(candidate.base)
        kept = [error for error in base if error.file not in candidate.files]
        touched = {path: _errors(path, state) for path, state in candidate.files.items()}
        new: list[Diagnostic] = []
        fixed: list[Diagnostic] = []
        for path, errors in touched.items():
            before = [error for error in base if error.file == path]
            new += errors[len(before) :]
            fixed += before[len(errors) :]
        everything = (*kept, *(error for errors in touched.values() for error in errors))
        told = explained(new, candidate, self._tree_of(candidate.base))
        return CheckResult(len(base), everything, told, tuple(fixed))

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        """Nothing is kept: the errors of a snapshot are read from its tree."""


def _errors(path: str, state: FileState | None) -> list[Diagnostic]:
    lines = [] if state is None else state.content.split(b"\n")
    return [
        Diagnostic("tsconfig.json", path, number, line.index(WORD), "TS2322", "TYPE_ERROR is not assignable")
        for number, line in enumerate(lines)
        if WORD in line
    ]
