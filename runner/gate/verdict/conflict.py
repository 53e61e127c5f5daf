"""Both sides of a conflict as text: what landed, and what the submission wanted in the same place."""

from __future__ import annotations

from runner.edits.changes.apply import apply_changes
from runner.model.tree import ChangeSet, TreeReader
from runner.model.verdict import Refused, Violation
from runner.text.diffing import unified_diff

LIMIT = 4000


class Conflict(Refused):
    """A refusal that carries both diffs, each against the snapshot that the submission was made on."""

    def __init__(self, violations: tuple[Violation, ...], sides: tuple[str, ...]) -> None:
        super().__init__(*violations)
        self.sides = sides


def conflict(refused: Refused, mine: ChangeSet, landed: ChangeSet, tree: TreeReader) -> Conflict:
    """``tree`` is what both change sets were made on. Only the files in conflict are shown."""
    files = {each.file for each in refused.violations if each.file is not None}
    sides = (f"landed since:\n{_diff(landed, tree, files)}", f"this submission:\n{_diff(mine, tree, files)}")
    return Conflict(refused.violations, sides)


def _diff(change_set: ChangeSet, tree: TreeReader, files: set[str]) -> str:
    chosen = ChangeSet(tuple(change for change in change_set.changes if files & set(ChangeSet((change,)).paths())))
    try:
        candidate = apply_changes(chosen, tree)
    except Refused as refused:
        return f"(cannot be shown: {refused})"
    shown = unified_diff(candidate.before, candidate.files)
    return shown if len(shown) <= LIMIT else f"{shown[:LIMIT]}… [{len(shown) - LIMIT} characters cut]"
