"""Writes what goes beside the ledger when a patch lands in a working tree, and repeats it after a crash."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from runner.app.nearest import real_roots
from runner.errors import UsageError
from runner.ledger.mirror import LedgerMirror
from runner.ledger.mission_control import MissionControl
from runner.model.events import Event
from runner.model.tree import Candidate
from runner.orders.task_list import carried_spans
from runner.repository.worktree_replay import Kept, redone


class WorktreeMirror(LedgerMirror):
    """Also marks the patch's task as patched and moves the spans of all tasks."""

    def __init__(self, mission: MissionControl, show: Callable[[Event], None], kept: Kept) -> None:
        """``kept`` reads the files as they were before and after a patch."""
        super().__init__(mission, show)
        self._kept = kept

    def landed(self, applied: Event, candidate: Candidate) -> None:
        land_in_tasks(self._mission, applied, candidate)
        super().landed(applied, candidate)

    def complete(self, prepared: Event, applied: Event) -> None:
        """If it raises ``PatchgateError``, the journal keeps the patch."""
        candidate = redone(prepared, self._kept)
        with suppress(UsageError):  # others write that file too; an unreadable one grants nothing
            land_in_tasks(self._mission, applied, candidate)
        super().complete(prepared, applied)


def land_in_tasks(mission: MissionControl, applied: Event, candidate: Candidate) -> None:
    """One write of ``tasks.json``, which remembers the patch: the second time, no span moves."""
    patch_id, own = str(applied.patch_id), str(applied.data.get("task_id") or "")
    if mission.has_landed(patch_id):
        return
    tasks, roots = mission.read_tasks(), real_roots(mission.root.parent)
    changed = {task["uuid"]: task for task in carried_spans(tasks, candidate, own, roots)}
    if task := next((task for task in tasks if own and task["uuid"] == own), None):
        changed[own] = {**changed.get(own, task), "status": "patched", "note": f"patch_id={patch_id}"}
    if changed:
        mission.write_tasks(list(changed.values()), patch_id)
