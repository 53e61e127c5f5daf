"""Writes what outside tools read beside the ledger: ``tasks.json``, ``patch_log.jsonl`` and the diffs."""

from __future__ import annotations

from collections.abc import Callable

from runner.ledger.mission_control import MissionControl
from runner.model.events import PASS_ENDED, PATCH_PREPARED, PATCH_REJECTED, Event
from runner.model.order import Order
from runner.model.tree import Candidate

_STATUS = {"done": "done", "blocked": "blocked", "failed": "failed"}


class LedgerMirror:
    """Writes the files of ``.mission_control/`` beside the ledger, and passes every event on."""

    def __init__(self, mission: MissionControl, show: Callable[[Event], None]) -> None:
        self._mission = mission
        self._show = show

    def __call__(self, event: Event) -> None:
        if event.kind in (PATCH_PREPARED, PATCH_REJECTED) and event.patch_id:
            self._mission.write_diff(event.patch_id, str(event.data.get("diff", "")))
        if event.kind == PATCH_REJECTED:
            self._mission.log(log_line(event))
        if event.kind == PASS_ENDED:
            self._mission.set_status(str(event.data["task_id"]), _STATUS.get(str(event.data["status"]), "pending"))
        self._show(event)

    def landed(self, applied: Event, candidate: Candidate) -> None:
        """Write the files for a patch that landed. ``candidate`` is for subclasses that need more than one line of it."""
        self._mission.log(log_line(applied))

    def complete(self, prepared: Event, applied: Event) -> None:
        """``landed`` after a crash, which may have come before, during or after it."""
        patch_id = str(applied.patch_id)
        self._mission.write_diff(patch_id, str(prepared.data.get("diff", "")))
        if not self._mission.has_logged(patch_id):
            self._mission.log(log_line(applied))


def log_line(event: Event) -> dict[str, object]:
    """One line of ``patch_log.jsonl``, version 1; callbacks carry the same.

    ``ts_check_ok`` is false if tsc found new errors. ``ts_check_out`` is ``ok``, ``skipped`` or the errors.
    """
    data = event.data
    violations, files, meta = data.get("violations") or [], data.get("files") or [], data.get("meta") or {}
    assert isinstance(violations, list) and isinstance(files, list) and isinstance(meta, dict)
    errors = [str(each["message"]) for each in violations if str(each["code"]).startswith("PG60")]
    status = data.get("status", "applied")
    said = {"requester": data.get("role"), "reason": data.get("reason"), "order_id": event.order_id}
    return {
        "version": 1,
        "ts": event.at,
        "patch_id": event.patch_id,
        "status": status,
        "op": data.get("op") or data.get("format"),
        "format": data.get("format"),
        "file": files[0] if files else None,
        "files": files,
        "changes": data.get("changes") or [],
        "task_id": data.get("task_id") or None,
        "trace_id": event.trace_id,
        **said,
        "branch": meta.get("branch") or data.get("branch"),
        "open_space": bool(data.get("open_space")),
        **({"removes": data["removes"]} if data.get("removes") else {}),
        "dry_run": status == "simulated",
        "snapshot": data.get("snapshot") or None,
        "ts_check_ok": not errors,
        "ts_check_out": "\n".join(errors) or ("ok" if data.get("typecheck") == "checked" else "skipped"),
        "violations": [each["code"] for each in violations],
        "diff_path": f".mission_control/patches/{event.patch_id}.diff",
        "meta": {**said, **meta},
    }


def tasks_json(order: Order) -> list[dict[str, object]]:
    return [
        {
            "uuid": task.uuid,
            "file": task.file,
            "placeholder": task.placeholder,
            "instruction": task.instruction,
            "status": task.status,
            "allowed_spans": [{"file": span.file, "start": span.start, "end": span.end} for span in task.allowed_spans],
            "allowed_symbols": list(task.allowed_symbols),
            "allowed_paths": list(task.allowed_paths),
            "allowed_guards": list(task.allowed_guards),
        }
        for task in order.tasks
    ]
