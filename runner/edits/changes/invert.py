"""The change set that takes another one back."""

from __future__ import annotations

from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, RenameFile, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.encoding import decode


def invert(change_set: ChangeSet, before: TreeReader) -> ChangeSet:
    """The change set that turns ``before`` with ``change_set`` applied back into ``before``. Its positions refer to the
    later tree.

    A removed file comes back with its bytes and its mode. Raises ``Refused``.
    """
    return ChangeSet(tuple(_inverse(change, before) for change in change_set.changes))


def _inverse(change: FileChange, before: TreeReader) -> FileChange:
    if isinstance(change, EditFile):
        executable = None if change.executable is None else _state(change.path, before).executable
        replacements = _taken_back(change.replacements, change.path, before)
        return EditFile(change.path, replacements, executable=executable)
    if isinstance(change, CreateFile):
        return DeleteFile(change.path)
    if isinstance(change, DeleteFile):
        state = _state(change.path, before)
        return CreateFile(change.path, state.content, state.executable)
    return RenameFile(change.new, change.old, _taken_back(change.replacements, change.old, before))


def _taken_back(replacements: tuple[Replacement, ...], path: str, before: TreeReader) -> tuple[Replacement, ...]:
    if not replacements:
        return ()
    text = decode(_state(path, before).content, path).text
    found: list[Replacement] = []
    shift = 0
    for each in replacements:
        start = each.start + shift
        found.append(Replacement(start, start + len(each.new), text[each.start : each.end]))
        shift += len(each.new) - (each.end - each.start)
    return tuple(found)


def _state(path: str, before: TreeReader) -> FileState:
    state = before.read(path)
    if state is None:
        raise Refused(violation("edit.no-such-file", f"{path} was not in the base.", file=path))
    return state
