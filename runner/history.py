"""The patches that landed, as the ledger has them."""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, Event
from runner.ports import Ledger, UsageError


@dataclass(frozen=True, slots=True)
class Landed:
    """One applied patch. One ``on_working_tree`` is on no branch of its trace."""

    patch_id: str
    trace_id: str
    order_id: str | None
    base: str
    snapshot: str
    role: str
    task_id: str
    reason: str
    on_working_tree: bool
    edits: object
    diff: str


def landed_patches(ledger: Ledger, trace_id: str | None = None) -> tuple[Landed, ...]:
    """In the order in which they landed."""
    events = ledger.events(trace_id=trace_id, kinds=(PATCH_PREPARED, PATCH_APPLIED))
    prepared = {event.patch_id: event for event in events if event.kind == PATCH_PREPARED}
    applied = [event for event in events if event.kind == PATCH_APPLIED and event.patch_id in prepared]
    return tuple(_landed(prepared[event.patch_id]) for event in applied)


def landed_patch(ledger: Ledger, start: str) -> Landed:
    """The one applied patch whose id starts with ``start``. Raises ``UsageError``."""
    found = [patch for patch in landed_patches(ledger) if patch.patch_id.startswith(start)] if start else []
    if len(found) != 1:
        what = f"{len(found)} applied patches start with {start!r}" if found else f"there is no applied patch {start!r}"
        raise UsageError(what, "List them with: patchgate log")
    return found[0]


def _landed(event: Event) -> Landed:
    data = event.data
    return Landed(
        patch_id=str(event.patch_id),
        trace_id=str(event.trace_id),
        order_id=event.order_id,
        base=str(data["base"]),
        snapshot=str(data.get("snapshot") or ""),
        role=str(data["role"]),
        task_id=str(data.get("task_id") or ""),
        reason=str(data.get("reason") or ""),
        on_working_tree=bool(data.get("working_tree")),
        edits=data["edits"],
        diff=str(data.get("diff") or ""),
    )
