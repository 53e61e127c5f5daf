"""``BaselineChecker``: a compiler, and the errors of each snapshot, so that a candidate is compared with its own base."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from runner.checker.explain import explained
from runner.model.diagnostics import Baseline, CheckResult, Diagnostic
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate, TreeReader
from runner.ports import Compiler


class BaselineChecker:
    """Implements ``runner.ports.Checker``. The base of the first candidate is checked cold, once."""

    def __init__(self, compiler: Callable[[], Compiler], tree_of: Callable[[str], TreeReader]) -> None:
        """``compiler`` is called when something first has to be checked."""
        self._compiler, self._tree_of = compiler, tree_of
        self._known: dict[str, Baseline] = {}

    def errors(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Diagnostic, ...]:
        return self._baseline(snapshot, cancel).errors

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        result = self._compiler().check(self._baseline(candidate.base, cancel), candidate, cancel)
        if not result.new:
            return result
        return replace(result, new=explained(result.new, candidate, self._tree_of(candidate.base)))

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        base = self._known.get(candidate.base)
        if base is not None:
            errors = base.errors if result is None else result.errors
            self._known[snapshot.id] = Baseline(snapshot.id, base.projects, errors)

    def _baseline(self, snapshot: str, cancel: threading.Event | None) -> Baseline:
        if snapshot not in self._known:
            self._known[snapshot] = self._compiler().baseline(self._tree_of(snapshot), cancel)
        return self._known[snapshot]
