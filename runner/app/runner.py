"""``Runner``: takes an order from its file to its report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from runner.app.clock import now
from runner.app.engine import engine_starter
from runner.app.nearest import real_roots
from runner.app.opened import OpenedRepository
from runner.app.settings import Settings, read_settings
from runner.checker.projects import find_projects
from runner.errors import CheckerError, UsageError
from runner.ledger.mirror import LedgerMirror, tasks_json
from runner.model.events import Event
from runner.model.ids import new_trace_id
from runner.model.order import Order
from runner.model.plan import PassPlan
from runner.model.report import Report
from runner.notify.callbacks import callbacks_of, with_notifications
from runner.orchestrator.orders import OrderRun, run_order
from runner.orders.files import read_order
from runner.orders.fit import fitted
from runner.orders.plans import make_plans
from runner.ports import Engine
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import Source, open_source
from runner.snapshots.worktree.locks import tree_lock
from runner.specialists.registry import ROLES


class Runner:
    """Runs orders. ``show`` is called with every event, in the thread where it happens."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        engine: str | None = None,
        show: Callable[[Event], None] = lambda event: None,
        say: Callable[[str], None] = lambda line: None,
        cancel: threading.Event | None = None,
    ) -> None:
        """Setting ``cancel`` ends a run within about a second, with a report of what has landed."""
        self._cancel = cancel or threading.Event()
        self.settings = settings or read_settings()
        self._engine_name = engine or self.settings.engine
        self._show = show
        self._say = say

    def read(self, order_file: Path, repo: str | None = None) -> Order:
        """Raises ``UsageError`` with the line of the error."""
        return read_order(order_file, specialists=[role.name for role in ROLES], repo=repo)

    def run(self, order: Order, relative_to: Path) -> tuple[Report, OpenedRepository]:
        """Run an order from start to report. If it raises ``PatchgateError``, only fix/trace branches were touched."""
        # This import loads lsprotocol, which other commands do not need.
        from runner.app.order_commands import OrderCommands
        from runner.app.order_environment import OrderEnvironment

        plans = make_plans(order)
        engine = self.engine()
        images = (*(plan.image for plan in plans), *(command.image for command in order.policy.commands))
        for image in dict.fromkeys(images):
            if not engine.has_image(image):
                raise UsageError(
                    f"there is no image {image} on this machine", "Build ours with: patchgate images build"
                )
        source = open_source(order.repo, relative_to, self.settings.imports, base=order.base)
        order = check_order_fits(order, plans, source)
        plans = make_plans(order)
        repository = OpenedRepository.open(source)
        trace_id = new_trace_id()
        callbacks = callbacks_of(repository.mission.root, repository.ledger)
        mirror = LedgerMirror(repository.mission, with_notifications(callbacks, self._show))
        self._say("exporting the tree and checking it as it is")
        commands = OrderCommands(
            order.policy.commands,
            snapshots=repository.snapshots,
            modules=repository.modules,
            engine=lambda: engine,
            settings=self.settings,
            mission=repository.mission,
            trace_id=trace_id,
            order_id=order.order_id,
            cancel=self._cancel,
        )
        environment = OrderEnvironment(
            order=order,
            trace_id=trace_id,
            snapshots=repository.snapshots,
            modules=repository.modules,
            engine=engine,
            ledger=repository.ledger,
            work_root=self.settings.work,
            now=now,
            tell=mirror,
            landed=mirror.landed,
            guard=partial(tree_lock, repository.lock, f"patchgate run ({order.order_id})"),
            cancel=self._cancel,
            roots=repository.roots,
            commands=commands,
        )
        try:
            with environment:
                repository.mission.write_tasks(tasks_json(order))
                folder, ledger = str(repository.folder), repository.ledger
                run = OrderRun(order, trace_id, plans, environment, ledger, folder, now, mirror, self._cancel)
                report = run_order(run)
        finally:
            if callbacks is not None:
                callbacks.close()
            repository.give_to_owner()
        return report, repository

    def engine(self) -> Engine:
        """A ready engine, with the leftovers of dead runs removed. Raises ``SandboxError``."""
        return engine_starter(self._engine_name, self.settings)()


def check_order_fits(order: Order, plans: Sequence[PassPlan], source: Source) -> Order:
    """The order with relative paths, and what can be said of it before anything is written to its repository.

    Raises ``UsageError``.
    """
    snapshots = GitSnapshots(source.folder)
    if snapshots.branch("fix") is not None:
        raise UsageError(
            f"{source.folder} has a branch called fix, which leaves no room for fix/trace-… beside it",
            "Rename it: git branch -m fix fixes",
        )
    base = snapshots.resolve(order.base)
    tree = snapshots.tree(base.id)
    try:
        if order.policy.typecheck == "always":
            find_projects(tree)
    except CheckerError as error:
        raise UsageError(f"{source.folder} at {order.base}: {error.message}", error.hint) from error
    return fitted(order, plans, tree, real_roots(source.folder, source.modules))
