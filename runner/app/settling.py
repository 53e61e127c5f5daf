"""Finishes or takes back what a crash left half-done in a repository."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from runner.app.clock import now
from runner.app.worktree_mirror import WorktreeMirror
from runner.errors import BranchConflict
from runner.gate.recovery import recover, settle
from runner.ledger.mirror import LedgerMirror
from runner.ledger.mission_control import MissionControl
from runner.model.events import Event
from runner.model.snapshot import Snapshot
from runner.ports import Ledger
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.worktree.working_tree import WorkingTree


def settle_repository(folder: Path, mission: MissionControl, ledger: Ledger, snapshots: GitSnapshots) -> None:
    """Hold the tree's lock. Raises ``PatchgateError`` if a landing could not be completed."""
    tree = WorkingTree(folder, mission.root)
    mirror = WorktreeMirror(mission, lambda event: None, tree.kept.read)

    def complete(prepared: Event, applied: Event) -> None:
        _move_named_branch(snapshots, prepared)
        mirror.complete(prepared, applied)

    def settle_in_tree(patch_id: str, landed: bool) -> None:
        settle(ledger, patch_id, landed, now, complete)

    try:
        tree.recover(settle_in_tree)
        recover(ledger, snapshots, now, LedgerMirror(mission, lambda event: None).complete)
    finally:
        tree.close()


def _move_named_branch(snapshots: GitSnapshots, prepared: Event) -> None:
    """Move the branch named with --git-branch to the patch, if that has not happened yet. A branch that the person has
    moved elsewhere since stays there.
    """
    snapshot, branch = str(prepared.data["snapshot"]), prepared.data["branch"]
    if not snapshot or not branch:
        return
    tip = snapshots.branch(str(branch))
    if tip is None or snapshots.is_ancestor(tip, snapshot):
        with suppress(BranchConflict):
            snapshots.publish(Snapshot(snapshot, str(prepared.data["tree"])), str(branch), tip)
