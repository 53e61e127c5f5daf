"""What the ledger knows of one patch."""

from __future__ import annotations

from typing import Any

from runner.app.event_json import event_json
from runner.errors import UsageError
from runner.model import events
from runner.ports import Ledger
from runner.repository.landed import undone_by

_KINDS = (events.PATCH_PREPARED, events.PATCH_APPLIED, events.PATCH_REJECTED, events.PATCH_ABANDONED)
_SETTLED = {
    events.PATCH_PREPARED: "prepared",
    events.PATCH_APPLIED: "applied",
    events.PATCH_ABANDONED: "abandoned",
}


def patch_record(ledger: Ledger, start: str) -> dict[str, Any]:
    """Everything in the ledger on the one patch whose id starts with ``start``. ``undone_by`` is the patch that took it
    back, or None. Raises ``UsageError``.
    """
    found = [event for event in ledger.events(kinds=_KINDS) if start and (event.patch_id or "").startswith(start)]
    ids = sorted({str(event.patch_id) for event in found})
    if len(ids) != 1:
        what = f"{len(ids)} patches start with {start!r}" if ids else f"there is no patch {start!r}"
        raise UsageError(what, "Give more of the id. List them with: patchgate log")
    merged: dict[str, Any] = {}
    for event in found:
        merged.update(event_json(event))
    merged["status"] = _SETTLED.get(found[-1].kind) or merged["status"]
    merged["undone_by"] = undone_by(ledger, ids[0])
    return merged
