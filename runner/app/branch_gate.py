"""``Gate``: the gate used without an order. A repository is opened, submissions are handed in, verdicts come back.

It works on the repository's ``HEAD``; what was made on a commit below it is rebased. Every submission is judged on that
base by itself, under a trace of its own; one that is applied is a snapshot on ``fix/trace-<trace>-<role>``. The person's
branch, index and working tree stay as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from runner.app.clock import now
from runner.app.opened import Repository
from runner.app.run_folder import reap_work_folders
from runner.app.settings import Settings, read_settings
from runner.app.tree_services import TreeServices
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.gate.verdict.builder import VerdictBuilder
from runner.gate.verdict.wire import parse_submission, verdict_json
from runner.ledger.mirror import LedgerMirror
from runner.model.contract import Contract
from runner.model.diagnostics import Baseline
from runner.model.events import Event
from runner.model.ids import new_patch_id, new_trace_id
from runner.model.order import Policy, Task
from runner.model.submission import Submission
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import REJECTED, Refused
from runner.model.violations import violation
from runner.notify.callbacks import callbacks_of, told
from runner.orders.task_list import known_task
from runner.ports import Engine
from runner.repository.ancestry import HeadHistory
from runner.repository.undo import (
    Reversal,
    find_restore_point,
    plan_restore,
    plan_undo,
    told_if_undone,
    was_overtaken,
)
from runner.sandbox.engines import connect
from runner.snapshots.git.tree import GitTree
from runner.snapshots.worktree.locks import tree_lock
from runner.specialists.registry import find

Typecheck = Literal["auto", "always", "never"]
# What tsc reads: sources, and JSON (imported modules, tsconfig, package.json).
READ_BY_TSC = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json")
EVERYWHERE = ("**",)
PLANS = 4
"""How often an undo or a restore is planned before others who land on the same trace make it a conflict."""


class Gate:
    """A context manager. ``submit`` may be called from several threads; submissions are judged one at a time.

    The baseline and the bench are made once, when the first type check needs them; the language server when a rename
    or a question does.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        typecheck: Typecheck,
        engine: Callable[[], Engine],
        settings: Settings,
        policy: Policy | None = None,
        show: Callable[[Event], None] = lambda event: None,
    ) -> None:
        """Use ``Gate.open``. ``engine`` is called when a container is first needed."""
        self._repository = repository
        self._typecheck = typecheck
        self._policy = policy or Policy(typecheck="never" if typecheck == "never" else "always")
        self._callbacks = callbacks_of(repository.mission.root, repository.ledger)
        self._scribe = LedgerMirror(repository.mission, told(self._callbacks, show))
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._base = repository.snapshots.resolve("HEAD")
        self._engine, self._settings = engine, settings
        tree = repository.snapshots.tree(self._base.id)
        self._tools = self._stack.enter_context(self._toolroom(tree))
        self._tree: TreeReader = tree
        self._older = HeadHistory(repository.snapshots, self._base.id)

    @classmethod
    def open(
        cls,
        repo: Path,
        *,
        typecheck: Typecheck = "auto",
        engine: str | Engine | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        show: Callable[[Event], None] = lambda event: None,
    ) -> Gate:
        """``repo`` is the repository, a folder in it, or a plain folder that was imported before.

        ``typecheck``: ``auto`` runs tsc when the edit touches something that tsc reads, ``always`` for every edit,
        ``never`` not at all. ``engine`` is an engine, or the name of one. Raises ``PatchgateError``.
        """
        chosen = settings or read_settings()
        repository = Repository.find(repo, chosen)

        def start() -> Engine:
            found = connect(engine or chosen.engine) if engine is None or isinstance(engine, str) else engine
            found.reap()
            reap_work_folders(chosen.work)
            return found

        return cls(repository, typecheck=typecheck, engine=start, settings=chosen, policy=policy, show=show)

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Containers and benches are gone afterwards. Idempotent."""
        self._stack.close()
        if self._callbacks is not None:
            self._callbacks.close()
        self._repository.give_to_owner()

    @property
    def base(self) -> str:
        """The commit that submissions are judged on."""
        return self._base.id

    def submit(self, data: object) -> dict[str, object]:
        """A submission as of docs/interfaces.md in, its verdict out. Never raises for what the submission holds."""
        with self._lock:
            try:
                submission = parse_submission(data)
            except Refused as refused:
                return self._refused(refused, Submission("", None))
            try:
                session = self._session(submission)
            except Refused as refused:
                return self._refused(refused, submission)
            return verdict_json(session.submit(submission))

    def submit_all(self, data: Sequence[object]) -> list[dict[str, object]]:
        """Each judged on the same base by itself; the verdicts in that order."""
        return [self.submit(each) for each in data]

    def context(self, symbols: Sequence[str], files: Sequence[str] = (), budget: int = 4000) -> str:
        """Symbol context as Markdown within about ``budget`` tokens. Raises ``BridgeError``."""
        with self._lock:
            return self._tools.languages.context(symbols, files, budget)

    def undo(self, patch: str, *, dry_run: bool = False) -> dict[str, object]:
        """Take back one patch of a trace, whatever landed on top of it, as a patch of its own: the verdict.

        A conflict when something later touches the same place. ``patch`` may be the first digits of the id. Raises
        ``UsageError`` for a patch that there is not.
        """
        with self._lock:
            plan = plan_undo(self._repository, patch)
            verdict = self._reverse_newest(lambda: plan_undo(self._repository, patch), dry_run)
            return told_if_undone(self._repository.ledger, plan.meta, verdict)

    def restore(self, snapshot: str, *, trace_id: str | None = None, dry_run: bool = False) -> dict[str, object]:
        """Make the trace's newest tree that of one of its earlier snapshots (or of its base), as a patch of its own.

        ``snapshot`` may also be the id of the patch that made it, or its first digits. Raises ``UsageError`` for a
        snapshot of no trace, and for a base of several when none is named.
        """
        with self._lock:
            found, stays = find_restore_point(self._repository, snapshot, trace_id)
            return self._reverse_newest(lambda: plan_restore(self._repository, found, stays), dry_run)

    def _reverse_newest(self, plan: Callable[[], Reversal], dry_run: bool) -> dict[str, object]:
        """Plan it anew where another process lands on the trace in the meantime, a few times."""
        for _ in range(PLANS - 1):
            verdict = self._reverse(plan(), dry_run)
            if not was_overtaken(verdict):
                return verdict
            self._repository.settle()  # who was faster may have died before the ledger said so
        return self._reverse(plan(), dry_run)

    def _reverse(self, plan: Reversal, dry_run: bool) -> dict[str, object]:
        snapshots = self._repository.snapshots
        tip = snapshots.tree(plan.trunk.snapshot.id)
        with self._toolroom(tip) as tools:
            session = GateSession(
                plan.trunk,
                replace(plan.rules, policy=self._policy),
                snapshots.tree,
                None if self._typecheck == "never" else tools,
                self._publisher(plan.meta),
                sees=lambda candidate: self._typecheck == "always" or tsc_reads(candidate, tip),
            )
            return verdict_json(session.submit(replace(plan.submission, dry_run=dry_run)))

    def _toolroom(self, tree: GitTree) -> TreeServices:
        labels = {"patchgate.order": "", "patchgate.trace": "", "patchgate.pass": "gate"}
        found = self._repository
        return TreeServices(lambda: tree, found.modules, self._engine, self._settings.work, labels, roots=found.roots)

    def _session(self, submission: Submission) -> GateSession:
        """Raises ``Refused`` when the task's places are not in the base, and for a trace, which only an order can continue."""
        if submission.trace_id is not None:
            message = f"the submission names trace {submission.trace_id!r}; without an order each is a trace of its own"
            hint = "Leave trace_id out. To build on a patch that landed, merge its branch and submit on the new HEAD."
            raise Refused(violation("submission.foreign-id", message, hint=hint))
        baseline = Baseline(self._base.id, (), ())  # stands in for the toolroom's, which is made when it is needed
        return GateSession(
            TraceHead(self._base, baseline, self._tasks(submission), self._tree, self._older),
            rules_for(submission, self._policy, new_trace_id()),
            lambda snapshot: self._tree if snapshot == self._base.id else self._repository.snapshots.tree(snapshot),
            None if self._typecheck == "never" else self._tools,
            self._publisher(),
            rename=self._tools.languages.rename,
            sees=self._sees,
            roots=self._repository.roots,
        )

    def _tasks(self, submission: Submission) -> Iterable[Task]:
        if submission.task_id is None:
            return (Task("", allowed_paths=EVERYWHERE),)
        return (known_task(submission.task_id, self._repository.mission.read_tasks(), self._repository.roots),)

    def _sees(self, candidate: Candidate) -> bool:
        return self._typecheck == "always" or tsc_reads(candidate, self._tree)

    def _publisher(self, meta: Mapping[str, object] | None = None) -> Publisher:
        lock = partial(tree_lock, self._repository.lock, "patchgate submit")
        ledger = self._repository.ledger
        snapshots, scribe = self._repository.snapshots, self._scribe
        return Publisher(snapshots, ledger, now, scribe, guard=lock, meta=meta or {}, landed=scribe.landed)

    def _refused(self, refused: Refused, submission: Submission) -> dict[str, object]:
        """A verdict on what never came as far as the gate's own loop."""
        rules = rules_for(submission, self._policy, new_trace_id())
        draft = VerdictBuilder(new_patch_id(), self._base.id, submission.reason, rules.trace_id)
        verdict = draft.verdict(REJECTED, violations=refused.violations)
        self._publisher().record_rejection(verdict, rules, submission)
        return verdict_json(verdict)


def rules_for(submission: Submission, policy: Policy, trace_id: str) -> Rules:
    """A submission that names a role of ours is held to that role's contract; any other to its task alone."""
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
    """Whether tsc could say anything else of the candidate than of its base. Without a tsconfig it says nothing."""
    if not any(path.endswith(READ_BY_TSC) for path in candidate.files):
        return False
    if any(path.endswith("tsconfig.json") for path in candidate.files):
        return True
    return any(path.rpartition("/")[2] == "tsconfig.json" for path in tree.paths() if "node_modules" not in path)
