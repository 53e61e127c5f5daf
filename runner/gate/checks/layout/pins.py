"""Which edits of a file produced a line of its new text, and whether they named their place by its content."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from runner.gate.inspection import Changed
from runner.model.text import Replacement
from runner.model.tree import Candidate, EditFile, RenameFile


@dataclass(frozen=True)
class Pins:
    """The edits of one file, by where their text is in the new file. ``starts`` holds the offsets of the new text's
    rows.
    """

    edits: tuple[Replacement, ...]
    spans: tuple[tuple[int, int], ...]
    starts: Sequence[int]

    @staticmethod
    def of(candidate: Candidate, file: Changed) -> Pins:
        edits = next(
            (
                change.replacements
                for change in candidate.change_set.changes
                if (isinstance(change, EditFile) and change.path == file.path)
                or (isinstance(change, RenameFile) and change.new == file.path)
            ),
            (),
        )
        spans = []
        shift = 0
        for edit in edits:
            spans.append((edit.start + shift, edit.start + shift + len(edit.new)))
            shift += len(edit.new) - (edit.end - edit.start)
        return Pins(edits, tuple(spans), list(accumulate(map(len, file.lines[1]), initial=0)))

    def pinned(self, row: int) -> bool:
        """Whether all the edits nearest to the row are pinned."""
        start, end = self.starts[row], self.starts[min(row + 1, len(self.starts) - 1)]
        # The spans are sorted and do not overlap.
        first = bisect_left(self.spans, start, key=itemgetter(1))
        last = bisect_right(self.spans, end, key=itemgetter(0))
        nearest = self.edits[first:last] or self._beside(first, start, end)
        return bool(nearest) and all(edit.pinned for edit in nearest)

    def _beside(self, at: int, start: int, end: int) -> list[Replacement]:
        """The edits nearest to the row, above and below. There may be several at the same distance, since edits may
        touch.
        """
        gaps: dict[int, int] = {}
        for each in range(at - 1, -1, -1):
            if self.spans[each][1] < self.spans[at - 1][1]:
                break
            gaps[each] = start - self.spans[each][1]
        for each in range(at, len(self.spans)):
            if self.spans[each][0] > self.spans[at][0]:
                break
            gaps[each] = self.spans[each][0] - end
        least = min(gaps.values(), default=0)
        return [self.edits[each] for each, gap in gaps.items() if gap == least]

    def author_of(self, row: int, width: int) -> int | None:
        """The edit that wrote the first ``width`` characters of the row; None if any of them come from the base."""
        start = self.starts[row]
        first = bisect_left(self.spans, start + width, key=itemgetter(1))
        return first if first < len(self.spans) and self.spans[first][0] <= start else None
