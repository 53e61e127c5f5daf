"""The difference between two trees, as a change set."""

from __future__ import annotations

from collections.abc import Iterable

from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.diffing import minimal_edits
from runner.text.encoding import TextFile, decode


def difference(before: TreeReader, after: TreeReader, paths: Iterable[str]) -> ChangeSet:
    """The smallest edits that turn the files ``paths`` of ``before`` into those of ``after``.

    Raises ``Refused`` for a changed file that is not text, and for a changed encoding or byte order mark: edits cannot
    express that.
    """
    changes: list[FileChange] = []
    for path in paths:
        old, new = before.read(path), after.read(path)
        if old is not None and new is not None:
            changes += [_edited(path, old, new)] if old != new else []
        elif new is not None:
            changes.append(CreateFile(path, new.content, new.executable))
        elif old is not None:
            changes.append(DeleteFile(path))
    return ChangeSet(tuple(changes))


def _edited(path: str, old: FileState, new: FileState) -> EditFile:
    executable = None if old.executable == new.executable else new.executable
    if old.content == new.content:
        return EditFile(path, (), executable=executable)
    was, now = decode(old.content, path), decode(new.content, path)
    if (was.encoding, was.bom) != (now.encoding, now.bom):
        message = f"{path} is {_shown(was)} on one side and {_shown(now)} on the other."
        hint = "Take the patches back one by one, newest first: patchgate undo PATCH."
        raise Refused(violation("edit.unsupported", message, file=path, hint=hint))
    return EditFile(path, minimal_edits(was.text, now.text), executable=executable)


def _shown(file: TextFile) -> str:
    return f"{file.encoding} with a byte order mark" if file.bom else file.encoding
