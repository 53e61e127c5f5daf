"""Which errors are new.

An error equals one of the base if it has the same code at the same place, with the place carried through the edits. One
whose line was moved equals it if line, code and message are the same in the same file. If the edits replaced the place
itself, the same code and message in the same file are enough. Each error of the base counts once. The project does not
matter: if a second project comes to include a file, that file's old errors are not new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from runner.checker.places import Places
from runner.model.diagnostics import CheckResult, Diagnostic

Place = tuple[str, int, int]
# (file, line, character) in the base, 0-based UTF-16, to the same place in the candidate; None if it was replaced.
Carry = Callable[[str, int, int], "Place | None"]
# What two errors must have in common; None if it says nothing about one of them.
Key = tuple[object, ...]


def compare(
    base: Iterable[Diagnostic], after: Iterable[Diagnostic], carry: Carry, places: Places | None = None
) -> CheckResult:
    """``baseline``, ``errors``, ``new`` and ``fixed`` count distinct errors: the same place in two projects is one.

    With the ``places`` of the candidate, lines that moved are recognised.
    """
    before, now = _distinct(base), _distinct(after)
    targets = {error: carry(*_place(error)) for error in before}
    pairs = _Pairs(before, now)
    pairs.match(
        lambda old: _at(targets[old], old.code, old.message), lambda new: _at(_place(new), new.code, new.message)
    )
    if places is not None:
        _match_lines(pairs, places)
    pairs.match(lambda old: _at(targets[old], old.code), lambda new: _at(_place(new), new.code))
    cut = frozenset(error for error, target in targets.items() if target is None)
    if places is not None:
        _match_unchanged(pairs, places, cut)
    renamed = _names(places, before)
    pairs.match(
        lambda old: (renamed[old.file], old.code, old.message) if old in cut else None,
        lambda new: (new.file, new.code, new.message),
    )
    return CheckResult(len(before), tuple(now), tuple(pairs.new), tuple(pairs.gone))


class _Pairs:
    """``gone`` are errors of the base, and ``new`` errors of the candidate, that have no partner yet."""

    def __init__(self, gone: list[Diagnostic], new: list[Diagnostic]) -> None:
        self.gone, self.new = gone, new

    def match(self, before: Callable[[Diagnostic], Key | None], now: Callable[[Diagnostic], Key | None]) -> None:
        """Take out the pairs with equal keys, in order."""
        if not self.gone or not self.new:
            return
        old = [before(error) for error in self.gone]
        spare = Counter(key for key in old if key is not None)
        matched: Counter[Key] = Counter()
        unmatched = []
        for error in self.new:
            key = now(error)
            if key is not None and spare[key] > matched[key]:
                matched[key] += 1
            else:
                unmatched.append(error)
        kept = []
        for error, key in zip(self.gone, old, strict=True):
            if key is not None and matched[key]:
                matched[key] -= 1
            else:
                kept.append(error)
        self.gone, self.new = kept, unmatched


def _match_lines(pairs: _Pairs, places: Places) -> None:
    def lined(error: Diagnostic, file: str, words: str | None) -> Key | None:
        return (file, words, error.code, error.message) if words else None

    pairs.match(
        lambda old: lined(old, places.name(old.file), places.line_before(old.file, old.line)),
        lambda new: lined(new, new.file, places.line_after(new.file, new.line)),
    )


def _match_unchanged(pairs: _Pairs, places: Places, cut: frozenset[Diagnostic]) -> None:
    """A submission may replace text by itself, with something inserted. What stayed has its place."""
    pairs.match(
        lambda old: _at(places.carried(*_place(old)), old.code) if old in cut else None,
        lambda new: _at(_place(new), new.code),
    )


def _names(places: Places | None, errors: list[Diagnostic]) -> Mapping[str, str]:
    return {error.file: error.file if places is None else places.name(error.file) for error in errors}


def _place(error: Diagnostic) -> Place:
    return error.file, error.line, error.character


def _at(place: Place | None, *what: str) -> Key | None:
    return None if place is None else (*place, *what)


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
