"""How far a change is from the place named for it, and how close to guarded blocks. Pure; counts whole lines.

Both numbers feed the score. They tell a reviewer where to look first, and refuse nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from runner.edits.changes.scope import Scope, Span
from runner.model.tree import Candidate, CreateFile, DeleteFile, FileState, RenameFile
from runner.model.verdict import Refused
from runner.syntax.guards import find_guards
from runner.text.encoding import decode
from runner.text.positions import LineIndex

GUARD_LINES = 10
"""A guarded block counts as near when at most this many lines lie between it and a changed one."""


@dataclass(frozen=True, slots=True)
class Distance:
    """``distance`` is that of the change farthest from its anchor, in lines. ``guards`` counts the guarded blocks
    nearby.
    """

    distance: int = 0
    guards: int = 0


def distance_of(candidate: Candidate, scope: Scope) -> Distance:
    """Measure ``candidate`` against the base's text and the task's places in it (``scope``, of the same base).

    The anchor of a change is the task's placeholder, if the file holds it; otherwise the nearest of the task's spans
    and symbols in the file. If the task names neither, only the submission's own line numbers count: how far from the
    line it named the text was found. New files have no anchor.
    """
    distance = guards = 0
    for change in candidate.change_set.changes:
        if isinstance(change, CreateFile):
            continue
        path = change.old if isinstance(change, RenameFile) else change.path
        text = _text(candidate.before.get(path))
        if isinstance(change, DeleteFile):
            guards += len(find_guards(text).blocks)
            continue
        changed = tuple((each.start, each.end) for each in change.replacements)
        distance = max(distance, change.shift, _from_anchor(changed, _anchors(text, scope, path), text))
        guards += _guards_near(changed, text)
    return Distance(distance, guards)


def _anchors(text: str, scope: Scope, path: str) -> tuple[Span, ...]:
    named = scope.placeholder
    held = [match.span() for match in re.finditer(re.escape(named), text)] if named else []
    return tuple(held) or scope.spans.get(path, ())


def _from_anchor(changed: tuple[Span, ...], anchors: tuple[Span, ...], text: str) -> int:
    if not anchors:
        return 0
    index = LineIndex(text)
    places = _Lines(_lines(anchors, index))
    return max((places.gap(first, last) for first, last in _lines(changed, index)), default=0)


def _guards_near(changed: tuple[Span, ...], text: str) -> int:
    blocks = find_guards(text).blocks
    if not blocks or not changed:
        return 0
    index = LineIndex(text)
    places = _Lines(_lines(changed, index))
    guarded = _lines(((block.start, block.end) for block in blocks), index)
    return sum(places.gap(first, last) <= GUARD_LINES for first, last in guarded)


def _lines(spans: Iterable[Span], index: LineIndex) -> Iterator[tuple[int, int]]:
    """The first and last line (0-based) of each span. A line end belongs to the line that it ends; an insertion belongs
    to the line that it comes before.
    """
    return ((index.line_of(start), index.line_of(max(start, end - 1))) for start, end in spans)


class _Lines:
    """Ranges of lines (first and last), at least one, in any order; they may overlap."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._firsts = [first for first, _ in ordered]
        self._lasts = list(accumulate((last for _, last in ordered), max))

    def gap(self, first: int, last: int) -> int:
        """How many lines lie between ``first``..``last`` and the nearest range; 0 if they touch or overlap."""
        after = bisect_right(self._firsts, last)
        gaps = []
        if after > 0:
            gaps.append(first - self._lasts[after - 1] - 1)
        if after < len(self._firsts):
            gaps.append(self._firsts[after] - last - 1)
        return max(0, min(gaps))


def _text(state: FileState | None) -> str:
    """The decoded text; content that is not text counts as empty."""
    try:
        return "" if state is None else decode(state.content).text
    except Refused:
        return ""
