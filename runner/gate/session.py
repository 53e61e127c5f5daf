"""The gate's loop for one pass: a submission in, a verdict out, and nothing half-done in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from runner.edits.changes.apply import apply_changes
from runner.edits.changes.minimise import refine
from runner.edits.formats.builder import Renamer
from runner.edits.lowering import lower
from runner.errors import CheckLimit, PatchgateError
from runner.gate.checks import inspect
from runner.gate.checks.layout.advice import REINDENT
from runner.gate.checks.layout.indenting import reindented
from runner.gate.checks.permission.paths import check_lexical
from runner.gate.implicit_base import read_both_ways
from runner.gate.inspection import Inspection
from runner.gate.intent import intent_of
from runner.gate.publishing import Publisher
from runner.gate.removals import named_removals
from runner.gate.rules import Rules
from runner.gate.trace_head import TraceHead
from runner.gate.verdict.builder import VerdictBuilder, is_conflict
from runner.gate.verdict.conflict import Conflict
from runner.gate.verdict.wire import parse_submission, verdict_json
from runner.model.commands import FAILED_BEFORE
from runner.model.diagnostics import CheckResult, Verified
from runner.model.ids import branch_name, new_patch_id
from runner.model.snapshot import Snapshot
from runner.model.submission import Submission
from runner.model.suggestions import hint_for
from runner.model.tree import Candidate, ChangeSet, TreeReader
from runner.model.verdict import ADVICE, APPLIED, CONFLICT, ERROR, REJECTED, SIMULATED, Refused, Verdict
from runner.model.violations import violation
from runner.ports import CandidateCommands, Checker
from runner.syntax.kept import reading
from runner.text.paths import ROOTS


@dataclass
class GateSession:
    """One pass at the gate. Thread-safe: submissions of a trace are judged one at a time.

    ``checker`` None leaves the type check out, as the policy ``never`` asks; so does a candidate of which it
    ``sees`` nothing.
    ``roots`` are the folders below which an absolute path is one of the repository.
    ``on_landed`` is told of each snapshot once it is published, before the verdict is given.
    ``cancel`` ends a running check; its verdict is then ``error``.
    ``commands`` are those that every candidate has to pass after tsc.
    """

    head: TraceHead
    rules: Rules
    tree_of: Callable[[str], TreeReader]
    checker: Checker | None
    publisher: Publisher
    rename: Renamer | None = None
    sees: Callable[[Candidate], bool] = lambda candidate: True
    on_landed: Callable[[Candidate, Snapshot], None] = lambda candidate, snapshot: None
    cancel: threading.Event | None = None
    commands: CandidateCommands | None = None
    roots: Sequence[str] = ROOTS
    submissions: int = field(default=0, init=False)
    _seen: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._seen = self.head.snapshot.id

    def submit(self, submission: Submission) -> Verdict:
        """Never raises for what a submission contains. A failure of the machine becomes the verdict ``error``."""
        with self.head.lock, reading(self.rules.policy):
            builder = VerdictBuilder(
                new_patch_id(), submission.base or self.head.snapshot.id, submission.reason, self.rules.trace_id
            )
            try:
                verdict = self._judge(submission, builder)
            except Refused as refused:
                verdict = _refused(refused, builder)
            except RecursionError:
                message = "the code, or the payload, is nested too deeply to be read"
                verdict = builder.verdict(REJECTED, violations=(violation("edit.unsupported", message),))
            except PatchgateError as error:
                verdict = _failed(error, builder)
            return verdict if verdict.status == APPLIED else self._recorded(verdict, submission, builder)

    def submit_json(self, data: object) -> dict[str, object]:
        """Like ``submit``, with JSON on both sides. A submission that cannot be read is rejected like any other."""
        try:
            submission = parse_submission(data)
        except Refused as refused:
            with self.head.lock:
                return verdict_json(self._unreadable(refused))
        return verdict_json(self.submit(submission))

    def _unreadable(self, refused: Refused) -> Verdict:
        builder = VerdictBuilder(new_patch_id(), self.head.snapshot.id, "", self.rules.trace_id)
        try:
            self._count()
        except Refused as too_many:
            refused = too_many
        return self._recorded(_refused(refused, builder), Submission("", None), builder)

    def _recorded(self, verdict: Verdict, submission: Submission, builder: VerdictBuilder) -> Verdict:
        """Return the verdict once the ledger has it. Beyond the submission limit, only the first refusal is recorded."""
        if self.submissions > self.rules.max_submissions + 1:
            return verdict
        try:
            self.publisher.record_rejection(verdict, self.rules, submission)
        except PatchgateError as error:
            return _failed(error, builder)
        return verdict

    def _judge(self, submission: Submission, builder: VerdictBuilder) -> Verdict:
        self._admit(submission)
        builder.removes = named_removals(submission.removes, self.tree_of(builder.base), self.roots)
        candidate = self._candidate(submission, builder)
        builder.candidate, builder.scope = candidate, self.head.scopes[self.rules.task_id]
        inspection = Inspection(
            candidate,
            self.tree_of(candidate.base),
            builder.scope,
            self.rules.contract,
            self.rules.policy,
            intent_of(submission, builder.removes, self.roots),
        )
        with builder.timed("checks"):
            violations = inspect(inspection)
        builder.advice = tuple(each for each in violations if each.severity == ADVICE)
        if refusals := tuple(each for each in violations if each.severity != ADVICE):
            return builder.verdict(REJECTED, violations=refusals)
        with builder.timed("typecheck"):
            builder.check = self._typecheck(candidate)
        unchecked = () if builder.check is None else builder.check.unchecked
        builder.notes += [f"{path} is in no TypeScript project: tsc did not look at it" for path in unchecked]
        if builder.check is not None and builder.check.new:
            return builder.verdict(REJECTED, violations=builder.new_errors())
        if self.commands is not None:
            with builder.timed("commands"):
                builder.commands = self.commands.check(candidate, self.cancel)
            builder.notes += [f"{each.name} {each.detail}" for each in builder.commands if each.status == FAILED_BEFORE]
            if broken := builder.broken_commands():
                return builder.verdict(REJECTED, violations=broken)
        if submission.dry_run:
            return builder.verdict(SIMULATED)
        return self._land(submission, builder, Verified(candidate, builder.check))

    def _count(self) -> None:
        self.submissions += 1
        if self.submissions > self.rules.max_submissions:
            limit = self.rules.max_submissions
            raise Refused(violation("submission.too-many", f"the pass may submit {limit} times"))

    def _admit(self, submission: Submission) -> None:
        self._count()
        if self.rules.task_id not in self.head.scopes:
            raise Refused(violation("scope.unknown-task", f"there is no task {self.rules.task_id}"))
        mine = {"task": self.rules.task_id, "trace": self.rules.trace_id, "order": self.rules.order_id}
        said = {"task": submission.task_id, "trace": submission.trace_id, "order": submission.order_id}
        for what, value in said.items():
            if value is not None and value != mine[what]:
                known = what == "task" and value in self.head.scopes
                name = "submission.foreign-id" if what != "task" or known else "scope.unknown-task"
                shown = f"the submission names {what} {value[:80]!r}; the pass is for {mine[what]!r}"
                hint = hint_for(value, self.head.scopes) if name == "scope.unknown-task" else ""
                raise Refused(violation(name, shown, hint=hint or None))
        if not self.head.knows(base := submission.base or self.head.snapshot.id):
            raise Refused(violation("conflict.unknown-base", f"{base} is not a snapshot of this trace"))

    def _candidate(self, submission: Submission, builder: VerdictBuilder) -> Candidate:
        current = self.tree_of(self.head.snapshot.id)
        with builder.timed("lower"):
            changed = self._unseen_changes() if submission.base is None else frozenset()
            if changed:
                read = partial(self._change_set, submission)
                change_set = read_both_ways(read, self._seen, builder.base, changed, self.tree_of)
            else:
                change_set = self._change_set(submission, builder.base)
        # Check the paths before reading anything there: a protected path is refused even if the edit would not apply.
        if refused := [found for path in change_set.paths() for found in check_lexical(current, path)]:
            raise Refused(*refused)
        with builder.timed("apply"):
            candidate = apply_changes(change_set, current)
            if self.rules.policy.layout != REINDENT or self.rules.contract.formatting_only:
                return candidate
            indented, notes = reindented(candidate)
            builder.notes += notes
            return apply_changes(indented, current) if notes else candidate

    def _unseen_changes(self) -> frozenset[str]:
        """The files whose current text the pass may not know."""
        return self.head.unseen_changes(self.rules.task_id, self._seen)

    def _change_set(self, submission: Submission, base: str) -> ChangeSet:
        """Lower the submission on ``base`` and rebase it to the current snapshot."""
        tree = self.tree_of(base)
        lowered = lower(submission.format, submission.payload, tree, rename=self.rename, roots=self.roots)
        change_set = refine(lowered, tree)
        return self.head.bring_up(change_set, base, self.tree_of)

    def _typecheck(self, candidate: Candidate) -> CheckResult | None:
        if self.checker is None or not self.sees(candidate):
            return None
        try:
            return self.checker.check(candidate, self.cancel)
        except CheckLimit as limit:
            raise Refused(violation("typecheck.limit", str(limit))) from limit

    def _land(self, submission: Submission, builder: VerdictBuilder, verified: Verified) -> Verdict:
        with builder.timed("snapshot"):
            tip = self.head.branches.get(branch_name(self.rules.trace_id, self.rules.role))
            snapshot = self.publisher.publish(verified, self.rules, submission, builder, tip)
        candidate = verified.candidate
        self.head.land(snapshot, candidate.change_set, self.rules.task_id)
        if self.checker is not None:
            self.checker.landed(candidate, snapshot, verified.check)
        if not self._unseen_changes():
            self._seen = snapshot.id
        try:
            self.on_landed(candidate, snapshot)
        except PatchgateError as error:
            # It has landed, whatever else fails now: an "error" would say that nothing was changed.
            builder.notes.append(f"landed, but the workbench could not follow: {error.message} {error.hint}".strip())
        return builder.verdict(APPLIED, snapshot=snapshot.id)


def _refused(refused: Refused, builder: VerdictBuilder) -> Verdict:
    if isinstance(refused, Conflict):
        builder.notes += refused.sides
    status = CONFLICT if is_conflict(refused) else REJECTED
    return builder.verdict(status, violations=refused.violations)


def _failed(error: PatchgateError, builder: VerdictBuilder) -> Verdict:
    message = f"{error.message} {error.hint}".strip()
    return builder.verdict(ERROR, violations=(violation("infrastructure.failed", message),))
