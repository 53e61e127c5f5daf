"""The commits below HEAD, as if they had landed before the gate was opened: a submission made on one is rebased."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runner.edits.changes.difference import difference
from runner.model.tree import ChangeSet
from runner.ports import SnapshotStore


@dataclass(frozen=True)
class HeadHistory:
    """Implements ``runner.gate.trace_head.Older`` for the ancestors of ``head``."""

    snapshots: SnapshotStore
    head: str

    def knows(self, snapshot: str) -> bool:
        return self.snapshots.is_ancestor(snapshot, self.head)

    def since(self, snapshot: str, paths: Iterable[str]) -> ChangeSet:
        """What the commits since then did to ``paths``, as one change set on ``snapshot``."""
        return difference(self.snapshots.tree(snapshot), self.snapshots.tree(self.head), paths)
