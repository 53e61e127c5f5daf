"""Carries places through edits, so that the spans of one task stay correct after another task's patch.

All offsets are code points. Replacements are sorted, do not overlap, and refer to the text before them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from runner.model.text import Replacement


class _Shifts:
    """How far the text has moved after the first ``n`` replacements."""

    def __init__(self, replacements: Sequence[Replacement]) -> None:
        self.replacements = replacements
        self.starts = [each.start for each in replacements]
        self.ends = [each.end for each in replacements]
        self.after = [0, *accumulate(len(each.new) - (each.end - each.start) for each in replacements)]


def carry(
    spans: Sequence[tuple[int, int]], replacements: Sequence[Replacement], *, sticky: bool = False
) -> list[tuple[int, int] | None]:
    """The place of each span (start, end exclusive) after ``replacements``; None if it was cut.

    * An edit inside a span changes its length. It may reach the borders, or replace exactly the span.
    * An insertion exactly at a border stays outside: the span does not grow. With ``sticky`` (the span's own task
      made the edit) it is taken in, at either border.
    * An edit that touches a border from outside moves the span and does not cut it.
    * An edit that overwrites characters on both sides of a border, or the whole span and more, cuts it.
    * An empty span moves behind an insertion at its place; with ``sticky`` it takes it in.

    So a returned span holds the same characters as before, apart from edits inside it.
    """
    shifts = _Shifts(replacements)
    return [_carried(start, end, shifts, sticky) for start, end in spans]


def _carried(start: int, end: int, shifts: _Shifts, sticky: bool) -> tuple[int, int] | None:
    first = bisect_left(shifts.ends, start)
    last = bisect_right(shifts.starts, end)
    before, inside = first, last
    for at in range(first, last):
        edit = shifts.replacements[at]
        insertion = edit.start == edit.end
        if insertion and edit.start == start and not sticky:
            before = at + 1
        elif insertion and edit.start == end and not sticky:
            inside = min(inside, at)
        elif not insertion and edit.end <= start:
            before = at + 1
        elif not insertion and edit.start >= end:
            inside = min(inside, at)
        elif edit.start < start or edit.end > end:
            return None
    return start + shifts.after[before], end + shifts.after[max(inside, before)]


def carry_position(offset: int, replacements: Sequence[Replacement]) -> int | None:
    """Where ``offset`` is after ``replacements``; None if it was inside replaced text.

    An offset at the start of replaced text stays before it, one at its end stays after it. An insertion at the offset
    goes before it.
    """
    moved = 0
    for edit in replacements:
        if edit.start > offset or (edit.start == offset and edit.end > edit.start):
            break
        if edit.end > offset:
            return None
        moved += len(edit.new) - (edit.end - edit.start)
    return offset + moved
