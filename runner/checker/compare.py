"""Which errors are new.

An error equals one of the base if it has the same code at the same place, with the place carried through the edits. If
the edits replaced the place itself, the same code and message in the same file are enough. The project does not matter:
if a second project comes to include a file, that file's old errors are not new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from runner.model.diagnostics import CheckResult, Diagnostic

# (file, line, character) in the base, 0-based UTF-16, to the same place in the candidate; None if it was replaced.
Carry = Callable[[str, int, int], "tuple[str, int, int] | None"]


def compare(base: Iterable[Diagnostic], after: Iterable[Diagnostic], carry: Carry) -> CheckResult:
    """``baseline``, ``errors``, ``new`` and ``fixed`` count distinct errors: the same place in two projects is one."""
    before, now = _distinct(base), _distinct(after)
    placed: dict[tuple[str, int, int, str], list[Diagnostic]] = {}
    cut: list[Diagnostic] = []
    for error in before:
        target = carry(error.file, error.line, error.character)
        if target is None:
            cut.append(error)
        else:
            placed.setdefault((*target, error.code), []).append(error)
    unmatched: list[Diagnostic] = []
    for error in now:
        same = placed.get((error.file, error.line, error.character, error.code))
        if same:
            same.pop()
        else:
            unmatched.append(error)
    spare = Counter((error.file, error.code, error.message) for error in cut)
    new: list[Diagnostic] = []
    for error in unmatched:
        key = (error.file, error.code, error.message)
        if spare[key] > 0:
            spare[key] -= 1
        else:
            new.append(error)
    gone = [error for errors in placed.values() for error in errors]
    for error in cut:
        key = (error.file, error.code, error.message)
        if spare[key] > 0:
            spare[key] -= 1
            gone.append(error)
    return CheckResult(len(before), tuple(now), tuple(new), tuple(gone))


def _distinct(errors: Iterable[Diagnostic]) -> list[Diagnostic]:
    """One project may report several errors at one place. Copies of them from another project are dropped."""
    most: Counter[tuple[str, int, int, str, str]] = Counter()
    each: Counter[tuple[str, str, int, int, str, str]] = Counter()
    kept: list[Diagnostic] = []
    for error in errors:
        key = (error.file, error.line, error.character, error.code, error.message)
        each[(error.project, *key)] += 1
        if each[(error.project, *key)] > most[key]:
            most[key] += 1
            kept.append(error)
    return kept
