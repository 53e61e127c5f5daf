"""The head of a trace: the current snapshot, what has landed since the first one, and the scope of every task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from runner.edits.changes.rebase import rebase
from runner.edits.changes.scope import Scope, carry_scope, resolve_scope
from runner.gate.verdict.conflict import conflict
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


class Older(Protocol):
    """The history before the first snapshot."""

    def knows(self, snapshot: str) -> bool:
        """Whether the first snapshot descends from that one."""

    def since(self, snapshot: str, paths: Iterable[str]) -> ChangeSet:
        """What happened to these paths between that snapshot and the first one. Raises ``Refused`` for files that are
        not text.
        """


class TraceHead:
    """One per trace, shared by its passes. ``lock`` is held while a submission is judged and lands.

    ``branches`` maps each branch of the trace to its tip as last seen here. A branch that is missing does not exist.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        tasks: Iterable[Task],
        tree: TreeReader,
        older: Older | None = None,
        *,
        branches: Mapping[str, str] | None = None,
    ) -> None:
        """With ``older``, submissions made on earlier snapshots are rebased too. Raises ``Refused`` if a task names a
        span or symbol that the tree does not have.
        """
        self.lock = threading.RLock()
        self.snapshot = snapshot
        self.scopes: dict[str, Scope] = {task.uuid: resolve_scope(task, tree) for task in tasks}
        self._landed: list[_Landed] = []
        self._older = older
        self.branches = dict(branches or {})

    def land(self, snapshot: Snapshot, change_set: ChangeSet, task_id: str) -> None:
        """Move to ``snapshot``, and the branch with it, and carry every task's scope along."""
        if snapshot.branch is not None:
            self.branches[snapshot.branch] = snapshot.id
        self._landed.append(_Landed(self.snapshot.id, change_set, task_id))
        self.snapshot = snapshot
        for uuid, scope in self.scopes.items():
            self.scopes[uuid] = carry_scope(scope, change_set, own=uuid == task_id)

    def began_after(self, base: str, change_set: ChangeSet) -> None:
        """Also accept submissions made on ``base``, an earlier snapshot; ``change_set`` leads from it to the first one.
        Call this before anything lands.
        """
        self._landed.insert(0, _Landed(base, change_set, ""))

    def knows(self, snapshot: str) -> bool:
        return snapshot == self.snapshot.id or self._landed_on(snapshot) is not None or self._is_older(snapshot)

    def unseen_changes(self, task_id: str, since: str) -> frozenset[str]:
        """The paths that other tasks have changed since ``since`` (a snapshot of this trace), unless this task has
        edited them after that: whoever lands an edit of a file knew its text.
        """
        found: set[str] = set()
        if since != self.snapshot.id:
            for each in self._landed[self._landed_on(since) or 0 :]:
                paths = each.change_set.paths()
                found = found.difference(paths) if each.task_id == task_id else found.union(paths)
        return frozenset(found)

    def bring_up(self, change_set: ChangeSet, base: str, tree_of: Callable[[str], TreeReader]) -> ChangeSet:
        """Rebase what was made on ``base`` through everything that landed since.

        Raises ``Refused`` for an unknown base, ``Conflict`` with both sides if the two touch.
        """
        if base == self.snapshot.id:
            return change_set
        start = self._landed_on(base)
        if start is None:
            if self._older is None or not self._is_older(base):
                raise Refused(violation("conflict.unknown-base", f"{base} is not a snapshot of this trace"))
            change_set = _rebased(change_set, self._older.since(base, change_set.paths()), tree_of(base))
        for each in self._landed[start or 0 :]:
            change_set = _rebased(change_set, each.change_set, tree_of(each.base))
        return change_set

    def _landed_on(self, snapshot: str) -> int | None:
        return next((index for index, each in enumerate(self._landed) if each.base == snapshot), None)

    def _is_older(self, snapshot: str) -> bool:
        return self._older is not None and self._older.knows(snapshot)


def _rebased(change_set: ChangeSet, landed: ChangeSet, tree: TreeReader) -> ChangeSet:
    """``tree`` is what both change sets were made on. Raises ``Conflict``."""
    before = {path: tree.read(path) for path in landed.paths()}
    try:
        return rebase(change_set, landed, before=before)
    except Refused as refused:
        raise conflict(refused, change_set, landed, tree) from refused
