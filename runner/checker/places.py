"""The texts of the files that a candidate edits: their lines, and where a place has gone by the smallest difference."""

from __future__ import annotations

from bisect import bisect_right

from runner.model.text import Replacement
from runner.model.tree import Candidate, FileState, RenameFile
from runner.model.verdict import Refused
from runner.text.diffing import minimal_edits
from runner.text.encoding import decode
from runner.text.positions import LineIndex

# Longer texts are not compared character by character.
_LONGEST = 2_000_000


class Places:
    """Reads each text once, when first asked about it. Files that are not text have no lines and no places."""

    def __init__(self, candidate: Candidate) -> None:
        self._before, self._after = candidate.before, candidate.files
        renamed = (each for each in candidate.change_set.changes if isinstance(each, RenameFile))
        self._names = {each.old: each.new for each in renamed}
        self._indexes: dict[tuple[str, bool], LineIndex | None] = {}
        self._edits: dict[str, tuple[Replacement, ...]] = {}

    def name(self, file: str) -> str:
        """What ``file`` of the base is called in the candidate."""
        return self._names.get(file, file)

    def line_before(self, file: str, line: int) -> str | None:
        """The words of a 0-based line of the base; None if the file is not edited or has no such line."""
        return _words(self._index(file, after=False), line)

    def line_after(self, file: str, line: int) -> str | None:
        """As ``line_before``, in the candidate."""
        return _words(self._index(file, after=True), line)

    def carried(self, file: str, line: int, character: int) -> tuple[str, int, int] | None:
        """Where a place of the base is in the candidate; None if its character was replaced or the file is gone."""
        target = self.name(file)
        before, after = self._index(file, after=False), self._index(target, after=True)
        if before is None or after is None or len(before.text) + len(after.text) > _LONGEST:
            return None
        if file not in self._edits:
            self._edits[file] = minimal_edits(before.text, after.text)
        try:
            offset = before.offset(line, character)
        except Refused:
            return None
        edits = self._edits[file]
        at = bisect_right([each.start for each in edits], offset)
        if at and offset < edits[at - 1].end:
            return None
        shift = sum(len(each.new) - (each.end - each.start) for each in edits[:at])
        place = after.position(offset + shift)
        return target, place.line, place.character

    def _index(self, file: str, *, after: bool) -> LineIndex | None:
        key = file, after
        if key not in self._indexes:
            self._indexes[key] = _index_of((self._after if after else self._before).get(file))
        return self._indexes[key]


def _index_of(state: FileState | None) -> LineIndex | None:
    try:
        return None if state is None else LineIndex(decode(state.content).text)
    except Refused:
        return None


def _words(index: LineIndex | None, line: int) -> str | None:
    if index is None or line >= len(index.starts):
        return None
    start, end = index.content(line)
    return " ".join(index.text[start:end].split())
