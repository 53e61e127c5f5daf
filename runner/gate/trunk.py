"""The trunk of a trace: the current snapshot, its baseline, what landed on the way, and every task's scope."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runner.edits.rebase import rebase
from runner.gate.conflicts import conflict
from runner.gate.scope import Scope, carry_scope, resolve_scope
from runner.model.diagnostics import Baseline
from runner.model.order import Task
from runner.model.snapshot import Snapshot
from runner.model.tree import ChangeSet, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation


@dataclass(frozen=True, slots=True)
class _Landed:
    base: str
    change_set: ChangeSet
    task_id: str


class Trunk:
    """One per trace, shared by its passes. ``lock`` is held while a submission is judged and lands."""

    def __init__(self, snapshot: Snapshot, baseline: Baseline | None, tasks: Iterable[Task], tree: TreeReader) -> None:
        """Raises ``Refused`` when a task names a span or symbol that the tree does not have."""
        self.lock = threading.RLock()
        self.snapshot = snapshot
        self.baseline = baseline
        self.scopes: dict[str, Scope] = {task.uuid: resolve_scope(task, tree) for task in tasks}
        self._landed: list[_Landed] = []

    def land(self, snapshot: Snapshot, baseline: Baseline | None, change_set: ChangeSet, task_id: str) -> None:
        """Move to ``snapshot``, and carry every task's scope along."""
        self._landed.append(_Landed(self.snapshot.id, change_set, task_id))
        self.snapshot = snapshot
        self.baseline = baseline
        for uuid, scope in self.scopes.items():
            self.scopes[uuid] = carry_scope(scope, change_set, own=uuid == task_id)

    def began_after(self, base: str, change_set: ChangeSet) -> None:
        """Submissions may also be made on ``base``, which was there before this trunk: ``change_set`` led from it to the
        first snapshot. Call it before anything lands."""
        self._landed.insert(0, _Landed(base, change_set, ""))

    def knows(self, snapshot: str) -> bool:
        return snapshot == self.snapshot.id or any(each.base == snapshot for each in self._landed)

    def unheard(self, task_id: str, since: str) -> frozenset[str]:
        """The paths that other tasks have changed after the snapshot ``since``, and that this task has not changed after
        them: whoever lands an edit of a file knew its text."""
        found: set[str] = set()
        if since != self.snapshot.id:
            for each in self._landed[self._after(since) :]:
                paths = each.change_set.paths()
                found = found.difference(paths) if each.task_id == task_id else found.union(paths)
        return frozenset(found)

    def bring_up(self, change_set: ChangeSet, base: str, tree_of: Callable[[str], TreeReader]) -> ChangeSet:
        """Rebase what was made on ``base`` through everything that landed since.

        Raises ``Refused`` for an unknown base, ``Conflict`` with both sides where the two touch.
        """
        if base == self.snapshot.id:
            return change_set
        if not self.knows(base):
            raise Refused(violation("conflict.unknown-base", f"{base} is not a snapshot of this trace"))
        for each in self._landed[self._after(base) :]:
            tree, landed = tree_of(each.base), each.change_set
            before = {path: tree.read(path) for path in landed.paths()}
            try:
                change_set = rebase(change_set, landed, before=before)
            except Refused as refused:
                raise conflict(refused, change_set, landed, tree) from refused
        return change_set

    def _after(self, snapshot: str) -> int:
        return next(index for index, each in enumerate(self._landed) if each.base == snapshot)
