"""The target of submissions without an order: the ``HEAD`` of a repository.

Every submission is judged on that commit under its own trace, and lands on ``fix/trace-<trace>-<role>``. A submission
made on an ancestor of the commit is rebased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from runner.app.gate_service import Admission, Tasks
from runner.app.opened import OpenedRepository
from runner.app.tree_services import TreeServices
from runner.gate.trace_head import TraceHead
from runner.ledger.mirror import LedgerMirror
from runner.model.events import Event
from runner.model.ids import new_trace_id
from runner.model.order import TypeScriptChoice
from runner.model.submission import Submission
from runner.model.tree import TreeReader
from runner.model.verdict import Refused, Verdict
from runner.model.violations import violation
from runner.ports import Engine, Languages
from runner.repository.ancestry import HeadHistory
from runner.repository.undo import Reversal
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.git.tree import GitTree
from runner.snapshots.worktree.locks import tree_lock


class BranchTarget:
    """See ``Target``. The commit is what ``HEAD`` was when this object was made. Its services live until ``close``."""

    revocable = False

    def __init__(
        self,
        repository: OpenedRepository,
        connect: Callable[[], Engine],
        work: Path,
        *,
        typescript: TypeScriptChoice = TypeScriptChoice(),  # noqa: B008 - frozen
        strict: bool = False,
    ) -> None:
        """``typescript`` and ``strict`` are as in ``TreeServices``."""
        self.repository = repository
        self._typescript, self._strict = typescript, strict
        self._connect, self._work = connect, work
        self._base = repository.snapshots.resolve("HEAD")
        self._tree = repository.snapshots.tree(self._base.id)
        self._older = HeadHistory(repository.snapshots, self._base.id)
        self._stack = ExitStack()
        self._services = self._stack.enter_context(self._services_of(self._tree))

    @property
    def place(self) -> GitSnapshots:
        return self.repository.snapshots

    def guard(self) -> AbstractContextManager[object]:
        return tree_lock(self.repository.lock, "patchgate submit")

    def base(self) -> str:
        return self._base.id

    @property
    def languages(self) -> Languages:
        return self._services.languages

    def trace_of(self, submission: Submission) -> str:
        return new_trace_id()

    @contextmanager
    def admit(self, submission: Submission, tasks: Tasks) -> Iterator[Admission]:
        if submission.trace_id is not None:
            message = f"the submission names trace {submission.trace_id!r}; without an order each is a trace of its own"
            hint = "Leave trace_id out. To build on a patch that landed, merge its branch and submit on the new HEAD."
            raise Refused(violation("submission.foreign-id", message, hint=hint))
        head = TraceHead(self._base, tasks(), self._tree, self._older)
        yield Admission(
            submission, head, self._tree_of, self._services, self.trace_of(submission), self._services.languages.rename
        )

    @contextmanager
    def admit_reversal(self, plan: Reversal) -> Iterator[Admission]:
        """An undo or a restore is judged on the newest snapshot of its trace."""
        snapshots = self.repository.snapshots
        with self._services_of(snapshots.tree(plan.head.snapshot.id)) as services:
            rename = services.languages.rename
            yield Admission(plan.submission, plan.head, snapshots.tree, services, plan.rules.trace_id, rename)

    def shown(self, verdict: Verdict) -> Verdict:
        return verdict

    def mirror(self, show: Callable[[Event], None]) -> LedgerMirror:
        return LedgerMirror(self.repository.mission, show)

    def close(self) -> None:
        self._stack.close()

    def _tree_of(self, snapshot: str) -> TreeReader:
        return self._tree if snapshot == self._base.id else self.repository.snapshots.tree(snapshot)

    def _services_of(self, tree: GitTree) -> TreeServices:
        labels = {"patchgate.order": "", "patchgate.trace": "", "patchgate.pass": "gate"}
        repository = self.repository
        return TreeServices(
            lambda: tree,
            repository.modules,
            self._connect,
            self._work,
            labels,
            roots=repository.roots,
            typescript=self._typescript,
            strict=self._strict,
        )
