"""Publishes a verified candidate as a snapshot, with a ledger event before and after the step.

*Prepared* is recorded before the branch moves and *applied* after it. After a crash at any point between the two, the
branch itself tells whether the patch landed (``recover``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runner.errors import BranchConflict, LedgerError, PatchgateError
from runner.gate.intent import opens_space, operation_of
from runner.gate.place import Place
from runner.gate.recovery import STAGES, has_landed, is_at_or_below
from runner.gate.verdict.builder import VerdictBuilder
from runner.gate.verdict.wire import delta_json, recorded, unjudged_json
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, PATCH_REJECTED, Event
from runner.model.ids import branch_name
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.submission import Submission
from runner.model.tree import Candidate
from runner.model.verdict import APPLIED, Refused, Verdict
from runner.model.violations import violation
from runner.ports import Ledger

if TYPE_CHECKING:
    from runner.gate.rules import Rules


@dataclass(frozen=True)
class Publisher:
    """``now`` gives RFC 3339 UTC. ``tell`` reports progress; it is called after the ledger has the event.

    ``guard`` is the lock of the tree. It is held from the first write to the last record, so that no other process
    settles a half-finished patch (``recover``). If ``revocable``, leaving the guard with an error takes back what has
    landed; a working tree can do that. ``meta`` is plain JSON that goes into every event: what the caller said about
    itself. ``landed`` writes the files beside the ledger once the patch is in place. On a branch, the ledger says
    *applied* after these files are written, because a move is final and recovery can repeat the writing. In a working
    tree it says so before, because the journal remembers the rest.
    """

    snapshots: Place
    ledger: Ledger
    now: Callable[[], str]
    tell: Callable[[Event], None] = lambda event: None
    pass_id: str | None = None
    guard: Callable[[], AbstractContextManager[object]] = nullcontext
    revocable: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)
    landed: Callable[[Event, Candidate], None] = lambda applied, candidate: None

    def publish(
        self, verified: Verified, rules: Rules, submission: Submission, builder: VerdictBuilder, tip: str | None
    ) -> Snapshot:
        """Write the commit, record it, move the branch from ``tip`` (None: it does not exist yet), record again.

        Raises ``Refused`` (a conflict) if somebody else moved the branch or the trace, else ``SnapshotError`` or
        ``LedgerError``. In all these cases nothing has landed. If only the last record fails, the patch has landed and
        the verdict gets a note.
        """
        with self.guard():
            self._refuse_overtaken(verified, rules)
            return self._publish(verified, rules, submission, builder, tip)

    def _refuse_overtaken(self, verified: Verified, rules: Rules) -> None:
        """A trace is one line of snapshots, each made on the one before. Two processes may work on the same trace."""
        newest = None if self.revocable else self.ledger.latest(rules.trace_id, PATCH_PREPARED)
        base = verified.candidate.base
        if newest is None or newest.data["snapshot"] == base:
            return
        events = self.ledger.events(trace_id=rules.trace_id, kinds=STAGES)
        last = next((event for event in reversed(events) if has_landed(event, events, self.snapshots)), None)
        if last is not None and not is_at_or_below(self.snapshots, str(last.data["snapshot"]), base):
            message = f"patch {last.patch_id} ({last.data['role']}) landed on trace {rules.trace_id} in the meantime"
            raise Refused(violation("conflict.trace-moved", message))

    def _publish(
        self, verified: Verified, rules: Rules, submission: Submission, builder: VerdictBuilder, tip: str | None
    ) -> Snapshot:
        subject = submission.reason or submission.format
        info = PatchInfo(builder.patch_id, rules.trace_id, rules.role, subject, rules.task_id, rules.order_id)
        branch = branch_name(rules.trace_id, rules.role)
        verdict = builder.verdict(APPLIED)
        common: dict[str, object] = {
            "base": verified.candidate.base,
            "working_tree": self.revocable,
            "files": sorted(verified.candidate.files),
            **self._common(verdict, rules, submission),
            **({"violations": [recorded(each) for each in verdict.violations]} if verdict.violations else {}),
            **({"notes": list(verdict.notes)} if verdict.notes else {}),
        }

        def prepared(snapshot: Snapshot) -> Event:
            # A working tree is on no branch of a trace, except the one that the person may have named.
            shown = snapshot.branch if self.revocable else branch
            brief = {**common, "snapshot": snapshot.id, "tree": snapshot.tree, "branch": shown}
            data = {**brief, "edits": builder.edits, "diff": builder.diff}
            return self._event(PATCH_PREPARED, rules, builder.patch_id, data)

        snapshot, intent = self._written(verified, info, prepared)
        self.tell(intent)
        published = self._moved(snapshot, branch, tip, intent)
        builder.branch = snapshot.branch if self.revocable else branch
        brief = {key: value for key, value in intent.data.items() if key not in ("edits", "diff")}
        applied = self._event(PATCH_APPLIED, rules, builder.patch_id, brief)
        if self.revocable:
            self.ledger.record(applied)
        with _noted(builder, "not everything beside the ledger could be written"):
            self.landed(applied, verified.candidate)
        if not self.revocable:
            # The branch has moved and the ledger knows what was prepared: ``recover`` completes it at the next start,
            # also after a power cut that took this entry. So nobody waits for the disk (docs/adr/0017-order-of-syncs.md).
            with _noted(builder, "the ledger could not say so yet"):
                self.ledger.record(applied, durable=False)
        with _noted(builder, "not everything beside the ledger could be written"):
            self.tell(applied)
        return published

    def _written(
        self, verified: Verified, info: PatchInfo, prepared: Callable[[Snapshot], Event]
    ) -> tuple[Snapshot, Event]:
        """The snapshot and its *prepared* event, both durable. They are written side by side: neither is of use without
        the other, and a crash that leaves one of them alone leaves a patch that never moved a branch."""
        recorded_events: list[Event] = []

        def record(snapshot: Snapshot) -> None:
            event = prepared(snapshot)
            self.ledger.record(event)
            recorded_events.append(event)

        try:
            snapshot = self.snapshots.write(verified, info, record)
        except PatchgateError:
            for event in recorded_events:
                self._abandon(event)
            raise
        return snapshot, recorded_events[0]

    def _moved(self, snapshot: Snapshot, branch: str, tip: str | None, prepared: Event) -> Snapshot:
        try:
            return self.snapshots.publish(snapshot, branch, tip)
        except BranchConflict as conflict:
            self._abandon(prepared)
            raise Refused(violation("conflict.branch-moved", conflict.message, hint=conflict.hint)) from conflict

    def _abandon(self, prepared: Event) -> None:
        """Say that a prepared patch did not land. What stands in a working tree is settled by its journal."""
        if self.revocable:
            return
        data = {"snapshot": prepared.data["snapshot"], "branch": prepared.data["branch"]}
        event = replace(prepared, kind=PATCH_ABANDONED, at=self.now(), data=data)
        with suppress(LedgerError):  # then ``recover`` says it at the next start
            self.ledger.record(event)
            self.tell(event)

    def record_rejection(self, verdict: Verdict, rules: Rules, submission: Submission) -> None:
        """Record a verdict that did not land (rejected, conflict, error, simulated)."""
        data: dict[str, object] = {
            "status": verdict.status,
            "base": verdict.base,
            "working_tree": self.revocable,
            "files": [each.path for each in verdict.changes],
            **self._common(verdict, rules, submission),
            "violations": [recorded(each) for each in verdict.violations],
            "notes": list(verdict.notes),
            "diff": verdict.diff,
        }
        self._record(PATCH_REJECTED, rules, verdict.patch_id, data)

    def _common(self, verdict: Verdict, rules: Rules, submission: Submission) -> dict[str, object]:
        """The fields worth recording for every verdict, landed or not."""
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
            **unjudged_json(verdict.unjudged),
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


@contextmanager
def _noted(builder: VerdictBuilder, what: str) -> Iterator[None]:
    """Turn a failure into a note: the patch has landed, and an "error" would say that nothing was changed."""
    try:
        yield
    except PatchgateError as error:
        builder.notes.append(f"landed, but {what}: {error.message}")
