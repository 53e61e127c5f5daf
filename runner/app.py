"""The composition root: builds the rooms, joins them through the ports, and offers what the commands use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runner.config import Settings, read_settings
from runner.gate import recover
from runner.ledger import MissionControl, SqlLedger
from runner.model.events import Event
from runner.model.ids import new_trace_id
from runner.model.order import Order
from runner.model.report import Report
from runner.orchestrator import OrderRun, run_order
from runner.orchestrator.report_json import report_json
from runner.orchestrator.report_markdown import report_markdown
from runner.orders import read_order
from runner.plans import make_plans
from runner.ports import Engine, UsageError
from runner.sandbox.engines import connect
from runner.scribe import Scribe, tasks_json
from runner.snapshots import GitSnapshots, Source, give_tree_to_owner, imported_as, open_source
from runner.specialists.registry import ROLES
from runner.workdir import reap_work_folders
from runner.workshop import OrderWorkshop


def now() -> str:
    """RFC 3339 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Repository:
    """A repository with its ledger. ``modules`` is the folder whose ``node_modules`` its programs see."""

    folder: Path
    modules: Path
    snapshots: GitSnapshots
    mission: MissionControl
    ledger: SqlLedger

    @classmethod
    def open(cls, source: Source) -> Repository:
        """Opens the ledger and settles what a crash left open. Raises ``PatchgateError``."""
        snapshots = GitSnapshots(source.folder)
        mission = MissionControl.of(source.folder, snapshots.common_folder)
        ledger = SqlLedger.at(mission.ledger)
        recover(ledger, snapshots, now)
        return cls(source.folder, source.modules, snapshots, mission, ledger)

    @classmethod
    def find(cls, folder: Path, settings: Settings) -> Repository:
        """``folder``'s repository, or the one that it was imported to. For commands that read the ledger."""
        folder = folder.resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / ".git").exists():
                imported = imported_as(folder, settings.imports)
                chosen = imported if imported is not None and candidate != folder else candidate
                return cls.open(Source(chosen, chosen, "repository"))
        imported = imported_as(folder, settings.imports)
        if imported is None:
            raise UsageError(
                f"{folder} is not in a git repository", "Name one with --repo DIR (the report of a run says where)."
            )
        return cls.open(Source(imported, folder, "imported"))

    def write_report(self, report: Report) -> tuple[str, ...]:
        """``report.json`` and ``report.md`` of the trace; their paths."""
        folder = self.mission.report_folder(report.trace_id)
        texts = {
            "report.json": json.dumps(report_json(report), indent=2, ensure_ascii=False) + "\n",
            "report.md": report_markdown(report),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8", errors="replace")
        self.give_to_owner()
        return tuple(str(folder / name) for name in texts)

    def give_to_owner(self) -> None:
        """Run by root on somebody's repository: what was written for them becomes theirs."""
        give_tree_to_owner(self.folder, self.mission.root)


class Runner:
    """Runs orders. ``show`` is told of every event, in the thread where it happens."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        engine: str | None = None,
        show: Callable[[Event], None] = lambda event: None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.settings = settings or read_settings()
        self._engine_name = engine or self.settings.engine
        self._show = show
        self._say = say

    def read(self, order_file: Path, repo: str | None = None) -> Order:
        """Raises ``UsageError`` with the line of what is wrong."""
        return read_order(order_file, specialists=[role.name for role in ROLES], repo=repo)

    def run(self, order: Order, relative_to: Path) -> tuple[Report, Repository]:
        """An order from start to report. Raises ``PatchgateError``; then nothing but fix/trace branches was touched."""
        plans = make_plans(order)
        engine = self.engine()
        for image in dict.fromkeys(plan.image for plan in plans):
            if not engine.has_image(image):
                raise UsageError(
                    f"there is no image {image} on this machine", "Build ours with: patchgate images build"
                )
        repository = Repository.open(open_source(order.repo, relative_to, self.settings.imports, base=order.base))
        trace_id = new_trace_id()
        scribe = Scribe(repository.mission, self._show)
        repository.mission.write_tasks(tasks_json(order))
        self._say("exporting the tree and checking it as it is")
        workshop = OrderWorkshop(
            order=order,
            trace_id=trace_id,
            snapshots=repository.snapshots,
            modules=repository.modules,
            engine=engine,
            ledger=repository.ledger,
            work_root=self.settings.work,
            now=now,
            tell=scribe,
        )
        with workshop:
            run = OrderRun(order, trace_id, plans, workshop, repository.ledger, str(repository.folder), now, scribe)
            report = run_order(run)
        return report, repository

    def engine(self) -> Engine:
        """A ready engine, with the leftovers of dead runs removed. Raises ``SandboxError``."""
        engine = connect(self._engine_name)
        engine.reap()
        reap_work_folders(self.settings.work)
        return engine
