"""Reduces edits that replace far more than they change.

A formatter or a model may send a whole document as one edit. What it means is the difference. Only the difference is
compared with the task's scope, and only it moves, cuts or conflicts with the places of other tasks. The resulting text
is the same, byte for byte.
"""

from __future__ import annotations

from dataclasses import replace

from runner.model.text import Replacement
from runner.model.tree import ChangeSet, EditFile, FileChange, RenameFile, TreeReader
from runner.text.diffing import minimal_edits
from runner.text.encoding import decode

# Smaller edits are left as they were sent: there is nothing to gain.
LARGE = 400


def refine(change_set: ChangeSet, tree: TreeReader) -> ChangeSet:
    """``change_set`` with its large replacements reduced. Missing files are left for ``apply_changes`` to refuse."""
    return ChangeSet(tuple(_refined(change, tree) for change in change_set.changes))


def _refined(change: FileChange, tree: TreeReader) -> FileChange:
    if not isinstance(change, EditFile | RenameFile):
        return change
    if all(min(edit.end - edit.start, len(edit.new)) < LARGE for edit in change.replacements):
        return change
    state = tree.read(change.path if isinstance(change, EditFile) else change.old)
    if state is None:
        return change
    return replace(change, replacements=_smaller(change.replacements, decode(state.content).text))


def _smaller(edits: tuple[Replacement, ...], text: str) -> tuple[Replacement, ...]:
    found: list[Replacement] = []
    for edit in edits:
        if min(edit.end - edit.start, len(edit.new)) < LARGE or edit.end > len(text):
            found.append(edit)
            continue
        small = minimal_edits(text[edit.start : edit.end], edit.new)
        found += (Replacement(edit.start + each.start, edit.start + each.end, each.new, edit.pinned) for each in small)
    return tuple(found)
