"""Finishes or takes back what a crash left half-done in a repository."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from runner.app.clock import now
from runner.app.worktree_mirror import WorktreeMirror
from runner.errors import BranchConflict
from runner.gate.recovery import recover, settle
from runner.ledger.mirror import LedgerMirror
from runner.model.events import Event
from runner.model.snapshot import Snapshot
from runner.snapshots.worktree.working_tree import WorkingTree

if TYPE_CHECKING:
    from runner.app.opened import OpenedRepository


def settle_repository(repository: OpenedRepository) -> None:
    """Hold the tree's lock. Raises ``PatchgateError`` if a landing could not be completed."""
    mission, ledger = repository.mission, repository.ledger
    tree = WorkingTree(repository.folder, mission.root)
    mirror = WorktreeMirror(mission, lambda event: None, tree.kept.read)

    def complete(prepared: Event, applied: Event) -> None:
        _move_named_branch(repository, prepared)
        mirror.complete(prepared, applied)

    def settle_in_tree(patch_id: str, landed: bool) -> None:
        settle(ledger, patch_id, landed, now, complete)

    try:
        tree.recover(settle_in_tree)
        recover(ledger, repository.snapshots, now, LedgerMirror(mission, lambda event: None).complete)
    finally:
        tree.close()


def _move_named_branch(repository: OpenedRepository, prepared: Event) -> None:
    """Move the branch named with --git-branch to the patch, if that has not happened yet. A branch that the person has
    moved elsewhere since stays there.
    """
    snapshot, branch = str(prepared.data["snapshot"]), prepared.data["branch"]
    if not snapshot or not branch:
        return
    tip = repository.snapshots.branch(str(branch))
    if tip is None or repository.snapshots.is_ancestor(tip, snapshot):
        with suppress(BranchConflict):
            repository.snapshots.publish(Snapshot(snapshot, str(prepared.data["tree"])), str(branch), tip)
