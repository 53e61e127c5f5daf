"""``GateService``: a submission in, a verdict out, on any target.

A target says where the base is and how a verified change is published: ``BranchTarget`` works on commits and branches,
``WorktreeTarget`` on a person's files. Everything that the two have in common is here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from runner.app.clock import now
from runner.app.opened import OpenedRepository
from runner.app.tree_services import TreeServices
from runner.checker.state import is_config
from runner.edits.formats.builder import Renamer
from runner.gate.place import Place
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.gate.verdict.builder import VerdictBuilder, is_conflict
from runner.gate.verdict.conflict import Conflict
from runner.gate.verdict.wire import parse_submission, verdict_json
from runner.model.contract import Contract
from runner.model.events import Event
from runner.model.ids import new_patch_id
from runner.model.order import Policy, Task
from runner.model.snapshot import Snapshot
from runner.model.submission import Submission
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import CONFLICT, ERROR, REJECTED, Refused, Verdict
from runner.model.violations import violation
from runner.notify.callbacks import callbacks_of, with_notifications
from runner.orders.task_list import known_task
from runner.snapshots.worktree.locks import Busy
from runner.specialists.registry import find

Typecheck = Literal["auto", "always", "strict", "never"]
Tasks = Callable[[], tuple[Task, ...]]
EVERYWHERE = ("**",)
# What tsc reads: sources, and JSON (imported modules, tsconfig, package.json).
READ_BY_TSC = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json")


@dataclass(frozen=True)
class Admission:
    """What one submission is judged with. ``submission`` names the base by the id that ``head`` knows."""

    submission: Submission
    head: TraceHead
    tree_of: Callable[[str], TreeReader]
    services: TreeServices
    trace_id: str
    rename: Renamer
    on_landed: Callable[[Candidate, Snapshot], None] = lambda candidate, snapshot: None


class Mirror(Protocol):
    """Is notified of the same events as the ledger."""

    def __call__(self, event: Event) -> None: ...

    def landed(self, applied: Event, candidate: Candidate) -> None:
        """See ``Publisher.landed``."""


class Target(Protocol):
    """Where submissions are judged, and where verified changes land."""

    @property
    def repository(self) -> OpenedRepository: ...

    @property
    def place(self) -> Place:
        """Where a verified candidate is written and published."""

    @property
    def revocable(self) -> bool:
        """Whether a patch that has landed can be taken back while ``guard`` is held."""

    def guard(self) -> AbstractContextManager[object]:
        """The lock of the tree, held from the first write to the last record. Raises ``Busy``."""

    def base(self) -> str:
        """The id of the snapshot that submissions are judged on now."""

    def trace_of(self, submission: Submission) -> str:
        """The trace that a patch would belong to."""

    def admit(self, submission: Submission, tasks: Tasks) -> AbstractContextManager[Admission]:
        """Hold what the submission needs until its verdict is there; ``tasks`` are read after that.

        Raises ``Refused``, and ``Busy`` if somebody else keeps it locked.
        """

    def shown(self, verdict: Verdict) -> Verdict:
        """The verdict in the form that this target's users see."""

    def mirror(self, show: Callable[[Event], None]) -> Mirror:
        """Writes the files of ``.mission_control/`` and passes each event on."""

    def close(self) -> None: ...


class GateService:
    """A context manager. ``submit`` may be called from several threads; submissions are judged one at a time."""

    def __init__(
        self,
        target: Target,
        *,
        typecheck: Typecheck,
        policy: Policy | None = None,
        meta: Mapping[str, object] | None = None,
        show: Callable[[Event], None] = lambda event: None,
    ) -> None:
        """``typecheck``: ``auto`` runs tsc when the edit touches something that tsc reads, ``always`` for every edit,
        ``never`` not at all; ``strict`` is ``auto``, and refuses sources that no project has. ``meta`` goes into the
        ledger with every patch.
        """
        self._target, self._typecheck = target, typecheck
        self.policy = policy or Policy(typecheck="always" if typecheck == "auto" else typecheck)
        self._meta = dict(meta or {})
        self._lock = threading.RLock()
        repository = target.repository
        self._callbacks = callbacks_of(repository.mission.root, repository.ledger)
        self._mirror = target.mirror(with_notifications(self._callbacks, show))

    def close(self) -> None:
        """Removes the containers and workbenches. Idempotent."""
        with ExitStack() as closing:
            closing.callback(self._target.repository.give_to_owner)
            if self._callbacks is not None:
                closing.callback(self._callbacks.close)
            closing.callback(self._target.close)

    def submit(self, data: object) -> dict[str, Any]:
        """Judge a submission as in docs/interfaces.md and return its verdict. Never raises for what the submission
        contains.
        """
        return verdict_json(self.judge(data))

    def judge(self, data: object) -> Verdict:
        """Like ``submit``, for callers that need the ``Verdict`` itself."""
        with self._lock:
            try:
                submission = parse_submission(data)
            except Refused as refused:
                return self.refuse(refused, Submission("", None))
            return self.judge_parsed(submission)

    def judge_parsed(
        self,
        submission: Submission,
        *,
        admit: Callable[[Submission, Tasks], AbstractContextManager[Admission]] | None = None,
        rules: Callable[[Rules], Rules] = lambda rules: rules,
        meta: Mapping[str, object] | None = None,
    ) -> Verdict:
        """``admit`` replaces the target's own, ``rules`` changes the rules, ``meta`` is added to the ledger's."""
        with self._lock:
            try:
                admitting = (admit or self._target.admit)(submission, lambda: self._tasks(submission))
                with admitting as admitted:
                    verdict = self._session(admitted, rules, meta or {}).submit(admitted.submission)
            except Refused as refused:
                return self.refuse(refused, submission, meta=meta)
            except Busy as busy:
                failed = Refused(violation("infrastructure.failed", f"{busy.message} {busy.hint}"))
                return self.refuse(failed, submission, status=ERROR, meta=meta)
            return self._target.shown(verdict)

    def refuse(
        self,
        refused: Refused,
        submission: Submission,
        *,
        status: str | None = None,
        meta: Mapping[str, object] | None = None,
    ) -> Verdict:
        """Record and return the verdict on a submission that never reached the gate's own loop."""
        rules = rules_for(submission, self.policy, self._target.trace_of(submission))
        builder = VerdictBuilder(new_patch_id(), self._target.base(), submission.reason, rules.trace_id)
        builder.notes += refused.sides if isinstance(refused, Conflict) else ()
        chosen = status or (CONFLICT if is_conflict(refused) else REJECTED)
        verdict = builder.verdict(chosen, violations=refused.violations)
        self._publisher(meta or {}).record_rejection(verdict, rules, submission)
        return verdict

    def _session(self, admitted: Admission, rules: Callable[[Rules], Rules], meta: Mapping[str, object]) -> GateSession:
        tree = admitted.tree_of(admitted.head.snapshot.id)
        return GateSession(
            admitted.head,
            rules(rules_for(admitted.submission, self.policy, admitted.trace_id)),
            admitted.tree_of,
            None if self._typecheck == "never" else admitted.services,
            self._publisher(meta),
            rename=admitted.rename,
            sees=lambda candidate: self._typecheck == "always" or tsc_reads(candidate, tree),
            on_landed=admitted.on_landed,
            roots=self._target.repository.roots,
        )

    def _tasks(self, submission: Submission) -> tuple[Task, ...]:
        if submission.task_id is None:
            return (Task("", allowed_paths=EVERYWHERE),)
        repository = self._target.repository
        return (known_task(submission.task_id, repository.mission.read_tasks(), repository.roots),)

    def _publisher(self, meta: Mapping[str, object]) -> Publisher:
        target = self._target
        return Publisher(
            target.place,
            target.repository.ledger,
            now,
            self._mirror,
            guard=target.guard,
            revocable=target.revocable,
            meta={**self._meta, **meta},
            landed=self._mirror.landed,
        )


def is_strict(typecheck: Typecheck, policy: Policy | None) -> bool:
    """Whether an edited source that no project has is refused."""
    return typecheck == "strict" or (policy is not None and policy.typecheck == "strict")


def rules_for(submission: Submission, policy: Policy, trace_id: str) -> Rules:
    """A submission with a known role is held to that role's contract; any other only to its task."""
    role = find(submission.specialist)
    return Rules(
        role=submission.specialist or "submit",
        task_id=submission.task_id or "",
        trace_id=trace_id,
        order_id=submission.order_id,
        contract=Contract() if role is None else role.contract,
        policy=policy,
    )


def tsc_reads(candidate: Candidate, tree: TreeReader) -> bool:
    """Whether a compiler could give another answer for the candidate than for its base. Without a configuration in the
    tree it gives none.
    """
    if not any(path.endswith(READ_BY_TSC) for path in candidate.files):
        return False
    return any(is_config(path) and "node_modules" not in path for path in (*candidate.files, *tree.paths()))
