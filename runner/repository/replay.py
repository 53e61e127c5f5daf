"""Redoes a trace from its base and the ledger alone, and compares the resulting tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.edits.changes.apply import apply_changes
from runner.edits.lowering import lower
from runner.errors import SnapshotError, UsageError
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.snapshot import PatchInfo
from runner.model.verdict import Refused
from runner.ports import Ledger, SnapshotStore


@dataclass(frozen=True, slots=True)
class Replay:
    """``same`` says whether ``tree``, the rebuilt one, equals the ``recorded`` one. ``patches`` were redone, in order.

    ``by_hand`` are files in a working tree that a person edited between two patches.
    """

    trace_id: str
    base: str
    patches: tuple[str, ...]
    tree: str
    recorded: str
    by_hand: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return self.tree == self.recorded


def landed_events(trace_id: str, ledger: Ledger) -> list[Event]:
    """The prepared events (they hold the edits) of a trace's applied patches. Raises ``UsageError`` if there are none."""
    events = ledger.events(trace_id=trace_id, kinds=(PATCH_PREPARED, PATCH_APPLIED))
    applied = {event.patch_id for event in events if event.kind == PATCH_APPLIED}
    patches = [event for event in events if event.kind == PATCH_PREPARED and event.patch_id in applied]
    if not patches:
        raise UsageError(f"trace {trace_id} has no applied patch", "List the traces with: patchgate log")
    return patches


def replay(
    trace_id: str,
    ledger: Ledger,
    snapshots: SnapshotStore,
    on_patch: Callable[[str], None] = lambda patch_id: None,
    *,
    last: int | None = None,
) -> Replay:
    """Uses the base commit and the recorded edits, never the recorded snapshots. Moves no branch.

    ``last`` limits it to that many patches, on the snapshot before them. Raises ``UsageError`` for a trace without
    patches, and ``SnapshotError`` if a recorded edit does not apply. For a trace of a working tree, see
    ``replay_worktree``.
    """
    patches = landed_events(trace_id, ledger)
    patches = patches[-last:] if last is not None else patches
    base = snapshots.resolve(str(patches[0].data["base"]))
    current = base
    for event in patches:
        tree = snapshots.tree(current.id)
        try:
            candidate = apply_changes(lower("workspace-edit", event.data["edits"], tree), tree)
        except Refused as refused:
            raise SnapshotError(f"patch {event.patch_id} cannot be redone: {refused}") from refused
        info = PatchInfo(str(event.patch_id), trace_id, str(event.data["role"]), "replay")
        current = snapshots.write(Verified(candidate, None), info)
        on_patch(str(event.patch_id))
    ids = tuple(str(event.patch_id) for event in patches)
    return Replay(trace_id, base.id, ids, current.tree, str(patches[-1].data["tree"]))
