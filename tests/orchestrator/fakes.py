"""A environment without disk, git or tsc, whose containers are Python functions; what an order came to is real."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.ledger.memory import MemoryLedger
from runner.model.commands import CommandResult
from runner.model.container import Mount
from runner.model.contract import Contract
from runner.model.events import Event
from runner.model.order import Command, Limits, Order, Policy, Stage, Task
from runner.model.plan import PassPlan
from runner.model.report import Report
from runner.model.snapshot import Snapshot
from runner.orchestrator.orders import OrderRun, run_order
from runner.ports import Judge, PassApi
from runner.sandbox.memory_engine import MemoryEngine, Process

BASE, MOVED = "b" * 40, "c" * 40
# (the api, how many containers ran before this one) to an exit code
Work = Callable[[PassApi, Process], int]


def verdict(
    status: str = "applied", *, diff: str = "diff --git a/a.ts b/a.ts\n", codes: tuple[str, ...] = ()
) -> dict[str, object]:
    return {
        "status": status,
        "patch_id": "p1",
        "snapshot": MOVED if status == "applied" else None,
        "violations": [{"code": code, "name": "n", "message": "m"} for code in codes],
        "diff": diff,
        "edits": {},
        "stats": {"added": 3, "removed": 1},
    }


@dataclass
class Environment:
    """See ``runner.ports.Environment``. Each pass works through ``work`` in turn; an applied verdict moves the head."""

    folder: Path
    work: list[Work]
    verdicts: list[dict[str, object]] = field(default_factory=list)
    api: PassApi | None = None
    moved: bool = False
    errors: int = 2
    commands: list[tuple[CommandResult, ...] | Exception] = field(default_factory=list)
    stays: str = ""

    def __post_init__(self) -> None:
        self.engine = MemoryEngine({"image": self._program})
        self._numbers = itertools.count()

    @property
    def current(self) -> Snapshot:
        return Snapshot(MOVED, "2" * 40) if self.moved else Snapshot(BASE, "1" * 40)

    def files_in_scope(self, task_id: str) -> tuple[str, ...]:
        return ("a.ts",)

    def judge(self, plan: PassPlan, pass_id: str) -> Judge:
        return _Judge(self)

    def serve(self, api: PassApi, folder: Path) -> AbstractContextManager[object]:
        return self._serving(api)

    @contextmanager
    def _serving(self, api: PassApi) -> Iterator[None]:
        self.api = api
        yield
        self.api = None

    def check_commands(self, since: Snapshot) -> tuple[CommandResult, ...]:
        found = self.commands.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def take_back(self, pass_id: str, since: Snapshot) -> str:
        self.moved = self.moved and bool(self.stays)
        return self.stays

    def run_folder(self, pass_id: str) -> Path:
        made = self.folder / str(next(self._numbers))
        made.mkdir()
        return made

    def mounts(self) -> tuple[Mount, ...]:
        return ()

    def _program(self, process: Process) -> int:
        assert self.api is not None
        return self.work.pop(0)(self.api, process)


@dataclass
class _Judge:
    environment: Environment

    def submit(self, submission: object) -> dict[str, object]:
        found = self.environment.verdicts.pop(0)
        self.environment.moved |= found["status"] == "applied"
        return found


@dataclass
class Ran:
    report: Report
    ledger: MemoryLedger
    shown: list[Event]


def plan(role: str = "custom", task: str = "T1", **limits: float) -> PassPlan:
    given: dict[str, Any] = {"wall_s": 5.0, **limits}
    bounds = Limits(**given)
    return PassPlan(role, role.title(), Task(task, file="a.ts"), "image", ("run",), Contract(), bounds, {"option": 1})


def order_run(
    environment: Environment, *plans: PassPlan, on_blocked: str = "stop", commands: tuple[Command, ...] = ()
) -> tuple[OrderRun, MemoryLedger, list[Event]]:
    ledger, shown = MemoryLedger(), list[Event]()
    order = Order(
        "ord-1",
        "A title",
        "a prompt",
        ".",
        "HEAD",
        (),
        (Stage("custom"),),
        Policy(on_blocked=on_blocked, commands=commands),
    )
    run = OrderRun(order, "abcd1234", plans, environment, ledger, "/repo", lambda: "2026-11-23T00:00:00Z", shown.append)
    return run, ledger, shown


def ran(
    environment: Environment, *plans: PassPlan, on_blocked: str = "stop", commands: tuple[Command, ...] = ()
) -> Ran:
    run, ledger, shown = order_run(environment, *plans, on_blocked=on_blocked, commands=commands)
    return Ran(run_order(run), ledger, shown)


def done(api: PassApi, process: Process) -> int:
    api.finish("done", "")
    return 0


def blocked(api: PassApi, process: Process) -> int:
    api.finish("blocked", "the task is unclear")
    return 0


def fails(api: PassApi, process: Process) -> int:
    process.write(b"line 1\nwhat went wrong\n", stream=2)
    return 3


def silent(api: PassApi, process: Process) -> int:
    return 0


def submits(times: int = 1) -> Work:
    def work(api: PassApi, process: Process) -> int:
        for _ in range(times):
            api.submit({"reason": "because"})
        return done(api, process)

    return work
