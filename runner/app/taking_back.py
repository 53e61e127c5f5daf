"""Takes back what a pass has landed, with one more patch of its trace: a restore, judged by the gate like any other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from runner.edits.changes.scope import Scope, resolve_scope
from runner.errors import PatchgateError
from runner.gate.publishing import Publisher
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.order import Task
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate
from runner.model.verdict import APPLIED, Refused
from runner.ports import Checker, Ledger
from runner.repository.undo import find_restore_point, plan_restore
from runner.snapshots.git.store import GitSnapshots


@dataclass
class KnownErrors:
    """Implements ``runner.ports.Checker`` for a restore of ``earlier``, whose errors are known.

    A pass may have mended errors that are there again afterwards. They are not new: the trace had them before.
    """

    checker: Checker
    earlier: Snapshot
    tree_id: Callable[[Candidate], str]

    def errors(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Diagnostic, ...]:
        return self.checker.errors(snapshot, cancel)

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        if self.tree_id(candidate) != self.earlier.tree:
            return self.checker.check(candidate, cancel)
        now, then = self.errors(candidate.base, cancel), self.errors(self.earlier.id, cancel)
        return CheckResult(len(now), then, new=(), fixed=(), proved=True)

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        self.checker.landed(candidate, snapshot, result)


@dataclass(frozen=True)
class TakingBack:
    """What a restore inside an order needs. ``head`` is the trace's own, so that later passes start where it ends."""

    head: TraceHead
    ledger: Ledger
    snapshots: GitSnapshots
    checker: Checker | None
    publisher: Callable[[dict[str, object]], Publisher]
    on_landed: Callable[[Candidate, Snapshot], None]
    trace_id: str

    def restore(self, since: Snapshot, scopes: dict[str, Scope]) -> str:
        """Make the tree that of ``since`` again, and the scopes of all tasks ``scopes``. Returns why that failed, or an
        empty text.
        """
        try:
            _, stays = find_restore_point(self.ledger, self.snapshots, since.id, self.trace_id)
            plan = plan_restore(self.ledger, self.snapshots, self.trace_id, stays)
        except (PatchgateError, Refused) as error:
            return str(error)
        checker = None if self.checker is None else KnownErrors(self.checker, since, self._tree_id)
        session = GateSession(
            self.head,
            plan.rules,
            self.snapshots.tree,
            checker,
            self.publisher(plan.meta),
            on_landed=self.on_landed,
        )
        with self.head.lock:
            tree = self.snapshots.tree(self.head.snapshot.id)
            self.head.scopes[plan.rules.task_id] = resolve_scope(Task("", allowed_paths=("**",)), tree)
            try:
                verdict = session.submit(plan.submission)
            finally:
                del self.head.scopes[plan.rules.task_id]
            if verdict.status == APPLIED:
                # The tree is the one that these places were found in. What an edit did to them since is undone.
                self.head.scopes.update(scopes)
                return ""
        return "; ".join(each.message for each in verdict.violations)

    def _tree_id(self, candidate: Candidate) -> str:
        return self.snapshots.tree_with(candidate.base, candidate.files)
