"""``OrderEnvironment``: what one order works with, built from the rooms and taken down whatever happens."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from types import TracebackType

from lsp_bridge.endpoint import Endpoint
from lsp_bridge.restarting import RevivedLanguages
from runner.app.run_folder import WorkFolder
from runner.app.workbenches import SOURCES, mount_modules, representatives, start_languages
from runner.checker.tsc import TscChecker
from runner.edits.changes.placing import carry_of
from runner.errors import UsageError
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
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
from runner.snapshots.workbench import DiskWorkbench
from runner.text.paths import ROOTS


class OrderEnvironment:
    """See ``runner.ports.Environment``. A context manager: entering exports the benches and takes the baseline."""

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
    ) -> None:
        """``guard`` is held while a patch lands, and ``landed`` told: see ``Publisher``. ``cancel`` ends a running check.
        ``roots`` are the folders below which an absolute path is one of the repository."""
        self._order, self._trace_id = order, trace_id
        self._snapshots, self._modules = snapshots, modules
        self._engine, self._ledger = engine, ledger
        self._work_root, self._now, self._tell, self._guard = work_root, now, tell, guard
        self._told_of_landing = landed
        self._cancel = cancel
        self._roots = roots
        self._stack = ExitStack()
        self._labels = {"patchgate.order": order.order_id, "patchgate.trace": trace_id}

    def __enter__(self) -> OrderEnvironment:
        with ExitStack() as stack:
            self._work = stack.enter_context(WorkFolder(self._work_root)).path
            base = self._snapshots.resolve(self._order.base)
            tree = self._snapshots.tree(base.id)
            self._bench = self._benched(base, "tree", stack)
            self._modules_mounts = self._mount_modules(self._bench)
            self._checker = self._make_checker(base, stack) if self._order.policy.typecheck == "always" else None
            baseline = None if self._checker is None else self._checker.baseline(tree)
            try:
                self._trunk = TraceHead(base, baseline, self._order.tasks, tree)
            except Refused as refused:
                raise UsageError(
                    f"the order does not fit {self._order.base}: {refused}", "Correct the task."
                ) from refused
            self._languages = RevivedLanguages(self._start_languages, self._roots)
            stack.callback(self._languages.close)
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
        return self._trunk.snapshot

    @property
    def errors(self) -> int:
        baseline = self._trunk.baseline
        return (
            0 if baseline is None else len({(e.file, e.line, e.character, e.code, e.message) for e in baseline.errors})
        )

    @property
    def languages(self) -> Languages:
        return self._languages

    def files_in_scope(self, task_id: str) -> tuple[str, ...]:
        scope = self._trunk.scopes[task_id]
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
        publisher = Publisher(
            self._snapshots,
            self._ledger,
            self._now,
            self._tell,
            pass_id,
            self._guard,
            landed=self._told_of_landing,
        )
        session = GateSession(
            self._trunk,
            rules,
            self._snapshots.tree,
            self._checker,
            publisher,
            rename=self._languages.rename,
            on_landed=self._landed,
            cancel=self._cancel,
            roots=self._roots,
        )
        return _JsonJudge(session)

    def serve(self, desk: PassApi, folder: Path) -> AbstractContextManager[object]:
        return Endpoint(folder / "gate.sock", self._languages, desk)

    def run_folder(self, pass_id: str) -> Path:
        # A short name: the path of a unix socket has 107 bytes.
        folder = self._work / "run" / str(len(list(self._work.glob("run/*"))))
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        return folder

    def mounts(self) -> tuple[Mount, ...]:
        package = Path(__file__).resolve().parent
        ours = (
            Mount(str(package), "/opt/patchgate/runner"),
            Mount(str(package / "client" / "patchctl"), "/usr/local/bin/patchctl"),
        )
        return (Mount(str(self._bench.root), "/repo"), *self._modules_mounts, *ours)

    def _landed(self, candidate: Candidate, snapshot: Snapshot) -> None:
        """Show the new snapshot to the containers, and tell the language server."""
        self._bench.move_to(self._snapshots.tree(snapshot.id))
        before, files = candidate.before, candidate.files
        changed = [path for path, state in files.items() if state is not None and before.get(path) is not None]
        created = [path for path, state in files.items() if state is not None and before.get(path) is None]
        deleted = [path for path, state in files.items() if state is None]
        self._languages.files_changed(changed, created, deleted)

    def _benched(self, base: Snapshot, name: str, stack: ExitStack) -> DiskWorkbench:
        bench = DiskWorkbench.export(self._snapshots.tree(base.id), self._work / name)
        stack.callback(bench.close)
        return bench

    def _make_checker(self, base: Snapshot, stack: ExitStack) -> TscChecker:
        numbers = itertools.count(1)

        def renew() -> tuple[DiskWorkbench, Sequence[Mount]]:
            bench = self._benched(base, f"check-{next(numbers)}", self._stack)
            return bench, self._mount_modules(bench)

        bench = self._benched(base, "check", stack)
        mounts = self._mount_modules(bench)
        return TscChecker(self._engine, bench, mounts, self._snapshots.tree, carry_of, labels=self._labels, renew=renew)

    def _mount_modules(self, bench: DiskWorkbench) -> tuple[Mount, ...]:
        return mount_modules(self._snapshots.tree(bench.snapshot), self._modules, bench)

    def _start_languages(self) -> Languages:
        mounts = (Mount(str(self._bench.root), "/repo"), *self._modules_mounts)
        return start_languages(self._engine, mounts, self._representatives(), self._read_bench, self._labels)

    def _representatives(self) -> Sequence[str]:
        """One file of every project, so that the server loads them all before a reference is trusted."""
        tree = self._snapshots.tree(self.current.id)
        if self._checker is None:
            return [path for path in tree.paths() if path.endswith(SOURCES)][:1]
        return representatives(tree, self._checker.roots)

    def _read_bench(self, path: str) -> bytes | None:
        state = self._snapshots.tree(self._bench.snapshot).read(path)
        return None if state is None else state.content


class _JsonJudge:
    """The gate as the orchestrator sees it: JSON in, JSON out."""

    def __init__(self, session: GateSession) -> None:
        self._session = session

    def submit(self, submission: object) -> dict[str, object]:
        return self._session.submit_json(submission)
