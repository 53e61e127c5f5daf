"""Settles the patches that a crash left between *prepared* and *applied*."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runner.gate.place import Place
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, Event
from runner.ports import Ledger, SnapshotStore

Complete = Callable[[Event, Event], None]
"""Called with a patch that landed: its prepared and its applied event. May be called twice for the same patch."""


STAGES = (PATCH_PREPARED, PATCH_APPLIED, PATCH_ABANDONED)


def recover(
    ledger: Ledger,
    snapshots: SnapshotStore,
    now: Callable[[], str],
    complete: Complete = lambda prepared, applied: None,
) -> tuple[str, ...]:
    """Settle the patches that a crash left prepared and return their ids: applied if a branch holds them, else
    abandoned.

    Hold the tree's lock: a patch of a running process is prepared too. ``complete`` finishes what was left of a
    landing; it may have done so before.
    """
    open_patches = ledger.unsettled()
    for event in open_patches:
        landed = _is_held(event, ledger.events(trace_id=event.trace_id, kinds=(PATCH_PREPARED,)), snapshots)
        settlement = _settlement(event, landed, now())
        if landed:
            complete(event, settlement)
        ledger.record(settlement)
    return tuple(str(event.patch_id) for event in open_patches)


def is_at_or_below(snapshots: Place, old: str, new: str) -> bool:
    """Whether ``new`` is ``old`` or descends from it."""
    return old == new or snapshots.is_ancestor(old, new)


def has_landed(event: Event, trace: Sequence[Event], snapshots: Place) -> bool:
    """Whether this is the prepared event of a patch that landed, settled or not."""
    if event.kind != PATCH_PREPARED:
        return False
    kinds = {each.kind for each in trace if each.patch_id == event.patch_id}
    return PATCH_APPLIED in kinds or (PATCH_ABANDONED not in kinds and _is_held(event, trace, snapshots))


def _is_held(prepared: Event, trace: Sequence[Event], snapshots: Place) -> bool:
    """Whether a branch of the trace has the snapshot, at its head or below. A later patch or a person's commit may be
    on top of it. A patch in a working tree is on no branch.
    """
    if prepared.data.get("working_tree"):
        return False
    names = {str(each.data["branch"]) for each in trace if each.kind == PATCH_PREPARED}
    tips = [snapshots.branch(name) for name in sorted(names)]
    return any(tip is not None and is_at_or_below(snapshots, str(prepared.data["snapshot"]), tip) for tip in tips)


def settle(
    ledger: Ledger,
    patch_id: str,
    landed: bool,
    now: Callable[[], str],
    complete: Complete = lambda prepared, applied: None,
) -> Event | None:
    """Settle one patch of a working tree, whose journal knows whether it landed. ``complete`` is as in ``recover``.

    Returns the event that the ledger has now, or None if the patch was never prepared.
    """
    events = ledger.events(patch_id=patch_id, kinds=STAGES)
    if not events:
        return None
    outcome = next((event for event in events if event.kind != PATCH_PREPARED), None)
    if outcome is None:
        outcome = _settlement(events[0], landed, now())
        ledger.record(outcome)
    if landed and outcome.kind == PATCH_APPLIED:
        complete(events[0], outcome)
    return outcome


def _settlement(prepared: Event, landed: bool, at: str) -> Event:
    kind = PATCH_APPLIED if landed else PATCH_ABANDONED
    data = {key: value for key, value in prepared.data.items() if key not in ("edits", "diff")}
    data["recovered"] = True
    return Event(kind, at, prepared.trace_id, prepared.order_id, prepared.pass_id, prepared.patch_id, data)
