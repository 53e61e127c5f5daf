"""Edits that replace far more than they change, brought down to what they change.

A formatter, or a model, may send a whole document as one edit. What it means is the difference: only that is held
against the task's scope, and only that moves, cuts or collides with the places of other tasks. The outcome is the same
text, byte for byte.
"""

from __future__ import annotations

from dataclasses import replace

from runner.model.text import Replacement
from runner.model.tree import ChangeSet, EditFile, FileChange, RenameFile, TreeReader
from runner.text.diffing import minimal_edits
from runner.text.encoding import decode

# Smaller ones are left as they were sent: nothing is to be won.
LARGE = 400


def refine(change_set: ChangeSet, tree: TreeReader) -> ChangeSet:
    """``change_set`` with its large replacements made small. Files that are not there are left to the applier."""
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
