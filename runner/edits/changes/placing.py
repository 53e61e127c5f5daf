"""Maps places of the base to a candidate. This is how old diagnostics are told from new ones."""

from __future__ import annotations

from collections.abc import Callable

from runner.edits.changes.tracking import carry_position
from runner.model.tree import Candidate, CreateFile, DeleteFile, EditFile, RenameFile
from runner.model.verdict import Refused
from runner.text.encoding import decode
from runner.text.positions import LineIndex


def carry_of(candidate: Candidate) -> Callable[[str, int, int], tuple[str, int, int] | None]:
    """A function from (file, line, character) of the base, 0-based UTF-16, to the same place in the candidate; None if
    it was replaced.
    """
    changes: dict[str, EditFile | RenameFile] = {}
    gone: set[str] = set()
    for change in candidate.change_set.changes:
        if isinstance(change, EditFile):
            changes[change.path] = change
        elif isinstance(change, RenameFile):
            changes[change.old] = change
        elif isinstance(change, DeleteFile | CreateFile):
            gone.add(change.path)
    indexes: dict[str, tuple[LineIndex, LineIndex]] = {}

    def carry(file: str, line: int, character: int) -> tuple[str, int, int] | None:
        if file in gone:
            return None
        change = changes.get(file)
        if change is None:
            return file, line, character
        target = change.path if isinstance(change, EditFile) else change.new
        try:
            if file not in indexes:
                indexes[file] = (_index(candidate, file), _index(candidate, target, after=True))
            before, after = indexes[file]
            offset = carry_position(before.offset(line, character), change.replacements)
        except Refused:
            return None
        if offset is None:
            return None
        place = after.position(offset)
        return target, place.line, place.character

    return carry


def _index(candidate: Candidate, path: str, *, after: bool = False) -> LineIndex:
    state = (candidate.files if after else candidate.before).get(path)
    return LineIndex(decode(state.content).text if state is not None else "")
