"""A repository with its ledger: what every command opens first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from runner.app.nearest import real_roots
from runner.app.settings import Settings
from runner.errors import UsageError
from runner.ledger.mission_control import FOLDER, MissionControl
from runner.ledger.sql import SqlLedger
from runner.model.report import Report
from runner.orchestrator.report_json import report_json
from runner.orchestrator.report_markdown import report_markdown
from runner.snapshots.git.ownership import give_to_owner, give_tree_to_owner
from runner.snapshots.git.special_files import refuse_below
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import Source, imported_as, imported_from
from runner.snapshots.worktree.locks import Busy, tree_lock
from runner.snapshots.worktree.working_tree import LOCK


@dataclass(frozen=True)
class OpenedRepository:
    """A repository with its ledger. ``modules`` is the folder whose ``node_modules`` the repository's programs see."""

    folder: Path
    modules: Path
    snapshots: GitSnapshots
    mission: MissionControl
    ledger: SqlLedger

    @classmethod
    def open(cls, source: Source) -> OpenedRepository:
        """Opens the ledger and settles what a crash left open. Raises ``PatchgateError``."""
        snapshots = GitSnapshots(source.folder)
        refuse_below(source.folder / FOLDER)
        mission = MissionControl.of(source.folder, snapshots.common_folder)
        ledger = SqlLedger.at(mission.ledger)
        repository = cls(source.folder, source.modules, snapshots, mission, ledger)
        repository.settle()
        return repository

    def settle(self) -> None:
        """Finish or take back what a crash left half-done. Does nothing while somebody works on the tree."""
        if not self.mission.is_interrupted and not self.ledger.unsettled():
            return
        try:
            with tree_lock(self.lock, "recovery", wait_s=0):
                self.settle_locked()
        except Busy:
            return

    def settle_locked(self) -> None:
        """``settle`` for a caller that holds the lock. Raises ``PatchgateError`` if a landing could not be completed."""
        from runner.app.settling import settle_repository  # it redoes patches and so loads the parser

        settle_repository(self.folder, self.mission, self.ledger, self.snapshots)

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders below which an absolute path is one of this repository."""
        return real_roots(self.folder, self.modules)

    @property
    def lock(self) -> Path:
        """The tree's lock file: see ``tree_lock``."""
        return self.mission.root / LOCK

    @classmethod
    def find(cls, folder: Path, settings: Settings) -> OpenedRepository:
        """The repository of ``folder``, or the one it was imported to. For commands that read the ledger."""
        folder = folder.resolve()
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}", "Check --repo.")
        for candidate in (folder, *folder.parents):
            if (candidate / ".git").exists():
                imported = imported_as(folder, settings.imports)
                if imported is not None and candidate != folder:
                    return cls.open(Source(imported, folder, "imported"))
                source = imported_from(candidate, settings.imports)
                return cls.open(Source(candidate, source or candidate, "imported" if source else "repository"))
        imported = imported_as(folder, settings.imports)
        if imported is None:
            raise UsageError(
                f"{folder} is not in a git repository", "Name one with --repo DIR (the report of a run says where)."
            )
        return cls.open(Source(imported, folder, "imported"))

    def report_json(self, report: Report) -> dict[str, object]:
        """The report, as in docs/interfaces.md."""
        return report_json(report)

    def write_report(self, report: Report) -> tuple[str, ...]:
        """Write ``report.json`` and ``report.md`` of the trace and return their paths."""
        folder = self.mission.report_folder(report.trace_id)
        texts = {
            "report.json": json.dumps(report_json(report), indent=2) + "\n",
            "report.md": report_markdown(report),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8", errors="replace")
        self.give_to_owner()
        return tuple(str(folder / name) for name in texts)

    def give_to_owner(self) -> None:
        """When root runs on another user's repository, give the written files to that user."""
        give_tree_to_owner(self.folder, self.mission.root)
        common = self.snapshots.common_folder
        give_to_owner(common, [common / "info" / "exclude"])
