"""Which edits of a file made a line of its new text, and whether they named their place by what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from runner.gate.inspection import Changed
from runner.model.text import Replacement
from runner.model.tree import Candidate, EditFile, RenameFile


@dataclass(frozen=True)
class Pins:
    """The edits of one file by where their text stands afterwards. ``starts`` are the offsets of the new text's rows."""

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
        """Whether the edits that stand nearest to the row are all pinned."""
        start, end = self.starts[row], self.starts[min(row + 1, len(self.starts) - 1)]
        gaps = [max(first - end, start - last, 0) for first, last in self.spans]
        return bool(gaps) and all(edit.pinned for gap, edit in zip(gaps, self.edits, strict=True) if gap == min(gaps))

    def author_of(self, row: int, width: int) -> int | None:
        """The edit that brought the first ``width`` characters of the row; None where they, or a part, are the base's."""
        start = self.starts[row]
        held = (at for at, (first, last) in enumerate(self.spans) if first <= start and start + width <= last)
        return next(held, None)
