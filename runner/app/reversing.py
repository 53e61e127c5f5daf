"""Undo and restore, whether the patch landed on a branch of its trace or in the working tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner.app.branch_gate import Gate
from runner.app.gate_service import Typecheck
from runner.app.opened import OpenedRepository
from runner.app.settings import read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.repository.landed import landed_patch, landed_patches
from runner.repository.undo import find_restore_point


def undo_patch(repo: Path, patch: str, *, dry_run: bool, typecheck: Typecheck, engine: str | None) -> dict[str, Any]:
    """Take back the patch with this id (or these first digits) and return the verdict. Raises ``PatchgateError``."""
    repository = OpenedRepository.find(repo, read_settings())
    found = landed_patch(repository.ledger, patch)
    if found.on_working_tree:
        folder = repository.folder
        with WorktreeGate(folder, typecheck=typecheck, engine=engine, command="patchgate undo") as tree:
            return tree.undo(found.patch_id, dry_run=dry_run)
    with Gate.open(repo, typecheck=typecheck, engine=engine) as gate:
        return gate.undo(found.patch_id, dry_run=dry_run)


def restore_snapshot(
    repo: Path, snapshot: str, *, trace: str | None, dry_run: bool, typecheck: Typecheck, engine: str | None
) -> dict[str, Any]:
    """Set a trace's newest tree to that of an earlier snapshot and return the verdict. Raises ``PatchgateError``."""
    repository = OpenedRepository.find(repo, read_settings())
    found, stays = find_restore_point(repository.ledger, repository.snapshots, snapshot, trace)
    if landed_patches(repository.ledger, found)[0].on_working_tree:
        folder = repository.folder
        with WorktreeGate(folder, typecheck=typecheck, engine=engine, command="patchgate restore") as tree:
            return tree.restore(found, stays, dry_run=dry_run)
    with Gate.open(repo, typecheck=typecheck, engine=engine) as gate:
        return gate.restore(snapshot, trace_id=trace, dry_run=dry_run)
