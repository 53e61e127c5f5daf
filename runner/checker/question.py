"""``Question``: one candidate, and all that is known before anyone looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from runner.checker.compare import Carry, compare
from runner.checker.places import Places
from runner.checker.state import TreeState
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate, TreeReader


@dataclass(frozen=True, slots=True)
class Question:
    """``tree`` and ``base`` are those of the candidate's base snapshot. Setting ``cancel`` ends the check."""

    candidate: Candidate
    tree: TreeReader
    base: TreeState
    carry: Carry
    cancel: threading.Event | None = None

    def compare(self, before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> CheckResult:
        """Which of the errors ``after`` the candidate are new, and which are gone."""
        return compare(before, after, self.carry, Places(self.candidate))

    @property
    def touched(self) -> tuple[str, ...]:
        """Every path that the candidate writes or removes."""
        return tuple(dict.fromkeys((*self.candidate.files, *self.candidate.before)))

    @property
    def gone(self) -> tuple[str, ...]:
        """The files that the candidate removes."""
        return tuple(path for path, state in self.candidate.files.items() if state is None)
