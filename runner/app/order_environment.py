"""``OrderEnvironment``: everything one order works with, joined from the rooms and always taken down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType

from lsp_bridge.endpoint import Endpoint
from runner.app.order_commands import OrderCommands
from runner.app.taking_back import TakingBack
from runner.app.tree_services import TreeServices
from runner.edits.changes.scope import Scope
from runner.errors import UsageError
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.model.commands import CommandResult
from runner.model.container import Mount
from runner.model.events import Event
from runner.model.globs import matches_any
from runner.model.order import Order
from runner.model.plan import PassPlan
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate
from runner.model.verdict import Refused
from runner.ports import Engine, Judge, Languages, Ledger, PassApi
from runner.snapshots.git.store import GitSnapshots
from runner.text.paths import ROOTS


class OrderEnvironment:
    """See ``runner.ports.Environment``. A context manager: entering it exports the tree and checks the tree as it is."""

    def __init__(
        self,
        *,
        order: Order,
        trace_id: str,
        snapshots: GitSnapshots,
        modules: Path,
        engine: Engine,
        ledger: Ledger,
        work_root: Path,
        now: Callable[[], str],
        tell: Callable[[Event], None],
        landed: Callable[[Event, Candidate], None] = lambda applied, candidate: None,
        guard: Callable[[], AbstractContextManager[object]] = nullcontext,
        cancel: threading.Event | None = None,
        roots: Sequence[str] = ROOTS,
        commands: OrderCommands | None = None,
    ) -> None:
        """``guard`` is held while a patch lands, and ``landed`` told: see ``Publisher``. ``cancel`` ends a running check.
        ``roots`` are the folders below which an absolute path is one of the repository. ``commands`` are what the tree
        must still do besides passing tsc."""
        self._order, self._trace_id = order, trace_id
        self._snapshots, self._engine, self._ledger = snapshots, engine, ledger
        self._now, self._tell, self._guard = now, tell, guard
        self._told_of_landing, self._cancel, self._roots = landed, cancel, roots
        self._checked = order.policy.typecheck == "always"
        labels = {"patchgate.order": order.order_id, "patchgate.trace": trace_id}
        self._base = snapshots.resolve(order.base)
        self._services = TreeServices(
            lambda: snapshots.tree(self._base.id),
            modules,
            lambda: engine,
            work_root,
            labels,
            tree_of=snapshots.tree,
            roots=roots,
        )
        self._commands = commands
        self._scopes: dict[str, dict[str, Scope]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> OrderEnvironment:
        with ExitStack() as stack:
            services = stack.enter_context(self._services)
            if self._commands is not None:
                stack.enter_context(self._commands)
            services.mounts  # noqa: B018 - exports the tree
            if self._checked:
                services.errors(self._base.id, self._cancel)
            try:
                self._head = TraceHead(self._base, self._order.tasks, self._snapshots.tree(self._base.id))
            except Refused as refused:
                raise UsageError(
                    f"the order does not fit {self._order.base}: {refused}", "Correct the task."
                ) from refused
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def current(self) -> Snapshot:
        return self._head.snapshot

    @property
    def errors(self) -> int:
        found = self._services.errors(self.current.id) if self._checked else ()
        return len({(each.file, each.line, each.character, each.code, each.message) for each in found})

    @property
    def languages(self) -> Languages:
        return self._services.languages

    def files_in_scope(self, task_id: str) -> tuple[str, ...]:
        scope = self._head.scopes[task_id]
        tree = self._snapshots.tree(self.current.id)
        return tuple(path for path in tree.paths() if path in scope.spans or matches_any(scope.paths, path))

    def judge(self, plan: PassPlan, pass_id: str) -> Judge:
        rules = Rules(
            role=plan.role,
            task_id=plan.task.uuid,
            trace_id=self._trace_id,
            order_id=self._order.order_id,
            contract=plan.contract,
            policy=self._order.policy,
            max_submissions=plan.limits.submissions,
        )
        self._scopes[self.current.id] = dict(self._head.scopes)
        publisher = self._publisher(pass_id, {})
        session = GateSession(
            self._head,
            rules,
            self._snapshots.tree,
            self._services if self._checked else None,
            publisher,
            rename=self.languages.rename,
            on_landed=self._landed,
            cancel=self._cancel,
            commands=None if self._commands is None else self._commands.for_patches,
            roots=self._roots,
        )
        return _JsonJudge(session)

    def _publisher(self, pass_id: str, meta: dict[str, object]) -> Publisher:
        return Publisher(
            self._snapshots,
            self._ledger,
            self._now,
            self._tell,
            pass_id,
            self._guard,
            meta=meta,
            landed=self._told_of_landing,
        )

    def check_commands(self, since: Snapshot) -> tuple[CommandResult, ...]:
        return () if self._commands is None else self._commands.after_pass(since.id, self.current.id)

    def take_back(self, pass_id: str, since: Snapshot) -> str:
        taking = TakingBack(
            self._head,
            self._ledger,
            self._snapshots,
            self._services if self._checked else None,
            partial(self._publisher, pass_id),
            self._landed,
            self._trace_id,
        )
        return taking.restore(since, self._scopes[since.id])

    def serve(self, api: PassApi, folder: Path) -> AbstractContextManager[object]:
        return Endpoint(folder / "gate.sock", self.languages, api)

    def run_folder(self, pass_id: str) -> Path:
        # A short name: the path of a unix socket may have at most 107 bytes.
        above = self._services.work / "run"
        folder = above / str(len(list(above.glob("*"))))
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        return folder

    def mounts(self) -> tuple[Mount, ...]:
        package = Path(__file__).resolve().parents[1]
        ours = (
            Mount(str(package), "/opt/patchgate/runner"),
            Mount(str(package / "client" / "patchctl"), "/usr/local/bin/patchctl"),
        )
        return (*self._services.mounts, *ours)

    def _landed(self, candidate: Candidate, snapshot: Snapshot) -> None:
        self._services.move_to(self._snapshots.tree(snapshot.id), candidate)


class _JsonJudge:
    """The gate as the orchestrator sees it: JSON in, JSON out."""

    def __init__(self, session: GateSession) -> None:
        self._session = session

    def submit(self, submission: object) -> dict[str, object]:
        return self._session.submit_json(submission)
