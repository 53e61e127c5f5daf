"""A repository with its ledger: what every command opens first."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runner.app.clock import now
from runner.app.settings import Settings
from runner.app.worktree_mirror import WorktreeMirror
from runner.errors import BranchConflict, UsageError
from runner.gate.recovery import recover, settle
from runner.ledger.mirror import LedgerMirror
from runner.ledger.mission_control import FOLDER, MissionControl
from runner.ledger.sql import SqlLedger
from runner.model.events import Event
from runner.model.report import Report
from runner.model.snapshot import Snapshot
from runner.orchestrator.report_json import report_json
from runner.orchestrator.report_markdown import report_markdown
from runner.snapshots.git.ownership import give_to_owner, give_tree_to_owner
from runner.snapshots.git.special_files import refuse_below
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import Source, imported_as, imported_from
from runner.snapshots.worktree.locks import Busy, tree_lock
from runner.snapshots.worktree.working_tree import LOCK, WorkingTree


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
        try:
            with tree_lock(self.lock, "recovery", wait_s=0):
                self.settle_locked()
        except Busy:
            return

    def settle_locked(self) -> None:
        """``settle`` for a caller that holds the lock. Raises ``PatchgateError`` if a landing could not be completed."""
        tree = WorkingTree(self.folder, self.mission.root)
        by_hand = WorktreeMirror(self.mission, lambda event: None, tree.kept.read)

        def complete(prepared: Event, applied: Event) -> None:
            self._move_named_branch(prepared)
            by_hand.complete(prepared, applied)

        def settle_by_hand(patch_id: str, landed: bool) -> None:
            settle(self.ledger, patch_id, landed, now, complete)

        try:
            tree.recover(settle_by_hand)
            recover(self.ledger, self.snapshots, now, LedgerMirror(self.mission, lambda event: None).complete)
        finally:
            tree.close()

    def _move_named_branch(self, prepared: Event) -> None:
        """The branch that a person named with --git-branch, if it has not come to the patch yet. One that they have moved
        elsewhere since stays."""
        snapshot, branch = str(prepared.data["snapshot"]), prepared.data["branch"]
        if not snapshot or not branch:
            return
        tip = self.snapshots.branch(str(branch))
        if tip is None or self.snapshots.is_ancestor(tip, snapshot):
            with suppress(BranchConflict):
                self.snapshots.publish(Snapshot(snapshot, str(prepared.data["tree"])), str(branch), tip)

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
