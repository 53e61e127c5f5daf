"""The in-memory counterpart of ``TscCompiler``: every line with the word ``TYPE_ERROR`` is an error."""

from __future__ import annotations

import threading

from runner.model.diagnostics import Baseline, CheckResult, Diagnostic
from runner.model.tree import Candidate, FileState, TreeReader

WORD = b"TYPE_ERROR"


class MemoryCompiler:
    """Counts errors per file: an edit may move an error but not add one."""

    def baseline(self, tree: TreeReader, cancel: threading.Event | None = None) -> Baseline:
        errors = [error for path in tree.paths() for error in _errors(path, tree.read(path))]
        return Baseline(tree.snapshot, ("tsconfig.json",), tuple(errors))

    def check(self, base: Baseline, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        kept = [error for error in base.errors if error.file not in candidate.files]
        touched = {path: _errors(path, state) for path, state in candidate.files.items()}
        new: list[Diagnostic] = []
        fixed: list[Diagnostic] = []
        for path, errors in touched.items():
            before = [error for error in base.errors if error.file == path]
            new += errors[len(before) :]
            fixed += before[len(errors) :]
        everything = (*kept, *(error for errors in touched.values() for error in errors))
        return CheckResult(len(base.errors), everything, tuple(new), tuple(fixed))


def _errors(path: str, state: FileState | None) -> list[Diagnostic]:
    lines = [] if state is None else state.content.split(b"\n")
    return [
        Diagnostic("tsconfig.json", path, number, line.index(WORD), "TS2322", "TYPE_ERROR is not assignable")
        for number, line in enumerate(lines)
        if WORD in line
    ]
