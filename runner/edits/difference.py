"""What makes one tree of another, as a change set."""

from __future__ import annotations

from collections.abc import Iterable

from runner.edits.diffing import minimal_edits
from runner.edits.encoding import decode
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, TreeReader


def difference(before: TreeReader, after: TreeReader, paths: Iterable[str]) -> ChangeSet:
    """The smallest edits that turn the files ``paths`` of ``before`` into those of ``after``. Modes are not looked at.

    Raises ``Refused`` for a changed file that is not text.
    """
    changes: list[FileChange] = []
    for path in paths:
        old, new = before.read(path), after.read(path)
        if old is not None and new is not None:
            same = old.content == new.content
            edits = () if same else minimal_edits(decode(old.content, path).text, decode(new.content, path).text)
            changes += [EditFile(path, edits)] if edits else []
        elif new is not None:
            changes.append(CreateFile(path, new.content))
        elif old is not None:
            changes.append(DeleteFile(path))
    return ChangeSet(tuple(changes))
