"""Versions and ranges as npm means them, as far as TypeScript's own need it. Pure.

A range is kept as intervals of releases: the lower end belongs to it, the upper end does not. A preview in a range
counts as its release, because only releases are ever chosen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Triple: TypeAlias = tuple[int, int, int]
Interval: TypeAlias = tuple[Triple, Triple]

OLDEST: Triple = (5, 0, 0)
TOO_NEW: Triple = (8, 0, 0)
NATIVE_MAJOR = 7

_LONGEST = 200
_MOST_PARTS = 32
_ENDLESS: Triple = (10**9, 0, 0)
_NUMBER = r"(0|[1-9]\d{0,8})"
_EXACT = re.compile(rf"[v=]*\s*{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_X = r"(0|[1-9]\d{0,8}|[xX*])"
_PARTIAL = rf"[v=]*{_X}(?:\.{_X}(?:\.{_X}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?"
_COMPARATOR = re.compile(rf"(\^|~>|~|>=|<=|>|<|=)?\s*{_PARTIAL}")
_HYPHEN = re.compile(rf"({_PARTIAL})\s+-\s+({_PARTIAL})")
_SPACE_AFTER_OPERATOR = re.compile(r"(\^|~>|~|>=|<=|>|<|=)\s+")


@dataclass(frozen=True, slots=True)
class Version:
    """``preview`` is what follows the hyphen (``dev.20261101``), empty for a release."""

    triple: Triple
    preview: str = ""

    @property
    def supported(self) -> bool:
        """A release of TypeScript 5, 6 or 7."""
        return not self.preview and OLDEST <= self.triple < TOO_NEW

    def __str__(self) -> str:
        release = ".".join(str(number) for number in self.triple)
        return f"{release}-{self.preview}" if self.preview else release


def parse_version(text: str) -> Version | None:
    """An exact version; None for anything else."""
    found = _EXACT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return Version((int(found[1]), int(found[2]), int(found[3])), found[4] or "") if found else None


def parse_range(text: str) -> tuple[Interval, ...] | None:
    """The intervals of a range (``^5.9.0 || 6.x``); None if it is none: a tag, an address."""
    if len(text) > _LONGEST:
        return None
    parts = [_part(part.strip()) for part in text.split("||")[:_MOST_PARTS]]
    return None if any(part is None for part in parts) else tuple(part for part in parts if part)


def allows(intervals: tuple[Interval, ...], version: Version) -> bool:
    return not version.preview and any(low <= version.triple < high for low, high in intervals)


def _part(text: str) -> Interval | None:
    if hyphen := _HYPHEN.fullmatch(text):
        low, high = _comparator(f">={hyphen[1]}"), _comparator(f"<={hyphen[5]}")
        return None if low is None or high is None else (low[0], high[1])
    both: Interval = ((0, 0, 0), _ENDLESS)
    for word in _SPACE_AFTER_OPERATOR.sub(r"\1", text).split():
        one = _comparator(word)
        if one is None:
            return None
        both = (max(both[0], one[0]), min(both[1], one[1]))
    return both


def _comparator(text: str) -> Interval | None:
    found = _COMPARATOR.fullmatch(text)
    if not found:
        return None
    numbers = [int(one) for one in _known(found[2], found[3], found[4])]
    if not numbers:
        return (0, 0, 0), _ENDLESS
    low: Triple = (numbers[0], *(numbers[1:2] or [0]), *(numbers[2:3] or [0]))  # type: ignore[assignment]
    after = _after(low, len(numbers))
    return {
        ">=": (low, _ENDLESS),
        ">": (after, _ENDLESS),
        "<": ((0, 0, 0), low),
        "<=": ((0, 0, 0), after),
        "~": (low, _after(low, min(len(numbers), 2))),
        "~>": (low, _after(low, min(len(numbers), 2))),
        "^": (low, _caret(low, len(numbers))),
    }.get(found[1] or "", (low, after))


def _known(*parts: str | None) -> list[str]:
    """The numbers before the first ``x`` or gap."""
    known: list[str] = []
    for part in parts:
        if part is None or not part.isdigit():
            break
        known.append(part)
    return known


def _after(low: Triple, count: int) -> Triple:
    """The first version beyond those that start with the first ``count`` numbers."""
    major, minor, patch = low
    return {1: (major + 1, 0, 0), 2: (major, minor + 1, 0)}.get(count, (major, minor, patch + 1))


def _caret(low: Triple, count: int) -> Triple:
    return _after(low, 1) if low[0] or count == 1 else _after(low, 2 if low[1] or count == 2 else 3)
