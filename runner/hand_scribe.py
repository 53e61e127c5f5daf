"""What is written down when a patch lands in a working tree."""

from __future__ import annotations

from runner.ledger import MissionControl
from runner.model.events import PATCH_APPLIED, Event
from runner.scribe import Scribe


class HandScribe(Scribe):
    """Also marks a task as patched."""

    def __call__(self, event: Event) -> None:
        super().__call__(event)
        task = event.data.get("task_id")
        if event.kind == PATCH_APPLIED and task:
            mark_patched(self._mission, str(task), str(event.patch_id))


def mark_patched(mission: MissionControl, task_id: str, patch_id: str) -> None:
    entries = [entry for entry in mission.read_tasks() if entry["uuid"] == task_id]
    mission.write_tasks([{**entry, "status": "patched", "note": f"patch_id={patch_id}"} for entry in entries])
