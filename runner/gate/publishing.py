"""From a verified candidate to a published snapshot, with the ledger on both sides of the step.

Prepared is recorded before the branch moves and applied after it, so that after a crash at any point between the two
the branch itself tells which it was (``recover``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from runner.gate.intent import opens_space, operation_of
from runner.gate.verdicts import Draft
from runner.gate.wire import delta_json
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, PATCH_REJECTED, Event
from runner.model.ids import branch_name
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.submission import Submission
from runner.model.verdict import APPLIED, Verdict
from runner.ports import Ledger, LedgerError, PatchgateError, SnapshotStore

if TYPE_CHECKING:
    from runner.gate.session import Rules


class Place(Protocol):
    """Where a verified candidate lands: a snapshot store, or a person's working tree."""

    def write(self, verified: Verified, patch: PatchInfo) -> Snapshot: ...

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot: ...

    def branch(self, name: str) -> str | None: ...


@dataclass(frozen=True)
class Publisher:
    """``now`` gives RFC 3339 UTC. ``tell`` is progress, called after the ledger has the event.

    ``guard`` is held from the first write to the last record: the lock of the tree, so that nobody else settles a patch
    that is only half-way (``recover``). ``revocable``: leaving the guard with an error takes back what has landed, which
    a working tree can do. ``meta`` is plain JSON that goes into every event: what the caller said about itself.
    """

    snapshots: Place
    ledger: Ledger
    now: Callable[[], str]
    tell: Callable[[Event], None] = lambda event: None
    pass_id: str | None = None
    guard: Callable[[], AbstractContextManager[object]] = nullcontext
    revocable: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)

    def publish(self, verified: Verified, rules: Rules, submission: Submission, draft: Draft) -> Snapshot:
        """Write, record, move the branch, record. Raises ``SnapshotError`` or ``LedgerError``; then nothing has landed.

        Should only the last record fail, the patch has landed: the draft gets a note.
        """
        with self.guard():
            return self._publish(verified, rules, submission, draft)

    def _publish(self, verified: Verified, rules: Rules, submission: Submission, draft: Draft) -> Snapshot:
        subject = submission.reason or submission.format
        info = PatchInfo(draft.patch_id, rules.trace_id, rules.role, subject, rules.task_id, rules.order_id)
        snapshot = self.snapshots.write(verified, info)
        branch = branch_name(rules.trace_id, rules.role)
        # A working tree is on no branch of a trace; at most on the one that the person named.
        draft.branch = snapshot.branch if self.revocable else branch
        brief: dict[str, object] = {
            "base": verified.candidate.base,
            "snapshot": snapshot.id,
            "tree": snapshot.tree,
            "branch": draft.branch,
            "working_tree": self.revocable,
            "files": sorted(verified.candidate.files),
            **self._common(draft.verdict(APPLIED), rules, submission),
        }
        data = {**brief, "edits": draft.edits, "diff": draft.diff}
        self._record(PATCH_PREPARED, rules, draft.patch_id, data)
        published = self.snapshots.publish(snapshot, branch, self.snapshots.branch(branch))
        applied = self._event(PATCH_APPLIED, rules, draft.patch_id, brief)
        try:
            self.ledger.record(applied)
        except LedgerError as error:
            if self.revocable:
                raise
            # The branch has moved and the ledger knows what was prepared: ``recover`` completes it at the next start.
            draft.notes.append(f"landed, but the ledger could not say so yet: {error.message}")
        try:
            self.tell(applied)
        except PatchgateError as error:
            draft.notes.append(f"landed, but not everything beside the ledger could be written: {error.message}")
        return published

    def turned_away(self, verdict: Verdict, rules: Rules, submission: Submission) -> None:
        """Record a verdict that did not land (rejected, conflict, error, simulated)."""
        data: dict[str, object] = {
            "status": verdict.status,
            "base": verdict.base,
            "working_tree": self.revocable,
            "files": [each.path for each in verdict.changes],
            **self._common(verdict, rules, submission),
            "violations": [
                {"code": each.code, "name": each.name, "message": each.message, "file": each.file, "hint": each.hint}
                for each in verdict.violations
            ],
            "notes": list(verdict.notes),
            "diff": verdict.diff,
        }
        self._record(PATCH_REJECTED, rules, verdict.patch_id, data)

    def _common(self, verdict: Verdict, rules: Rules, submission: Submission) -> dict[str, object]:
        """What is worth knowing of every verdict, whether it landed or not."""
        stats = verdict.stats
        return {
            "role": rules.role,
            "task_id": rules.task_id,
            "reason": submission.reason,
            **({"removes": list(removes)} if (removes := verdict.removes or submission.removes) else {}),
            "format": submission.format,
            "op": operation_of(submission),
            "open_space": opens_space(submission),
            "changes": [delta_json(each) for each in verdict.changes],
            "stats": {
                "added": stats.added,
                "removed": stats.removed,
                "score": stats.score,
                "ratio": stats.changed_ratio,
            },
            "typecheck": verdict.typecheck,
            "diagnostics": {"baseline": verdict.baseline_errors, "new": len(verdict.new), "fixed": len(verdict.fixed)},
            "timings_ms": verdict.timings_ms,
            **({"meta": dict(self.meta)} if self.meta else {}),
        }

    def _record(self, kind: str, rules: Rules, patch_id: str, data: dict[str, object]) -> None:
        event = self._event(kind, rules, patch_id, data)
        self.ledger.record(event)
        self.tell(event)

    def _event(self, kind: str, rules: Rules, patch_id: str, data: dict[str, object]) -> Event:
        return Event(kind, self.now(), rules.trace_id, rules.order_id, self.pass_id, patch_id, data)


def recover(ledger: Ledger, snapshots: SnapshotStore, now: Callable[[], str]) -> tuple[str, ...]:
    """Settle the patches that a crash left prepared: applied if a branch holds them, abandoned if not; their ids.

    Hold the tree's lock: a patch of a living process is prepared too.
    """
    events = ledger.events(kinds=(PATCH_PREPARED, PATCH_APPLIED, PATCH_ABANDONED))
    settled = {event.patch_id for event in events if event.kind != PATCH_PREPARED}
    prepared = [event for event in events if event.kind == PATCH_PREPARED]
    open_patches = [event for event in prepared if event.patch_id not in settled]
    held = _held(prepared, snapshots) if open_patches else frozenset()
    for event in open_patches:
        ledger.record(_settlement(event, str(event.data["snapshot"]) in held, now()))
    return tuple(str(event.patch_id) for event in open_patches)


def _held(prepared: list[Event], snapshots: SnapshotStore) -> frozenset[str]:
    """The snapshots that some branch has, at its head or below it: a later patch may have landed on top of one."""
    below = {str(event.data["snapshot"]): str(event.data["base"]) for event in prepared}
    # In a working tree a patch is on no branch.
    names = {str(event.data["branch"]) for event in prepared if event.data["branch"]}
    pending = [snapshots.branch(name) for name in names]
    held: set[str] = set()
    while pending:
        snapshot = pending.pop()
        if snapshot is not None and snapshot not in held:
            held.add(snapshot)
            pending.append(below.get(snapshot))
    return frozenset(held)


def settle(ledger: Ledger, patch_id: str, landed: bool, now: Callable[[], str]) -> Event | None:
    """Settle one patch of which it is known whether it landed. None when it is settled, or was never prepared."""
    events = ledger.events(patch_id=patch_id, kinds=(PATCH_PREPARED, PATCH_APPLIED, PATCH_ABANDONED))
    if not events or any(event.kind != PATCH_PREPARED for event in events):
        return None
    event = _settlement(events[0], landed, now())
    ledger.record(event)
    return event


def _settlement(prepared: Event, landed: bool, at: str) -> Event:
    kind = PATCH_APPLIED if landed else PATCH_ABANDONED
    data = {key: value for key, value in prepared.data.items() if key not in ("edits", "diff")}
    data["recovered"] = True
    return Event(kind, at, prepared.trace_id, prepared.order_id, prepared.pass_id, prepared.patch_id, data)
