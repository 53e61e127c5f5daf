"""Decides which kept files of a working tree may be removed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from runner.app.nearest import repository_above
from runner.app.opened import OpenedRepository
from runner.app.settings import KeepPolicy, Settings
from runner.errors import UsageError
from runner.ledger.mission_control import MissionControl
from runner.model.events import PATCH_APPLIED
from runner.repository.worktree_replay import needed_files
from runner.snapshots.importing import Source
from runner.snapshots.worktree.kept_files import KeptFiles, Pruned
from runner.snapshots.worktree.locks import Busy, tree_lock
from runner.snapshots.worktree.working_tree import KEPT

DAY_S = 86_400


def prune_kept_files(
    repository: OpenedRepository, policy: KeepPolicy, clock: Callable[[], float] = time.time
) -> Pruned:
    """Removes nothing while somebody works on the tree. Raises ``SnapshotError``."""
    applied = repository.ledger.events(kinds=(PATCH_APPLIED,))
    needed = needed_files(applied, policy.traces)
    kept = KeptFiles(repository.mission.root / KEPT)
    try:
        with tree_lock(repository.lock, "pruning", wait_s=0):
            return kept.prune(needed, before=clock() - policy.days * DAY_S, most_bytes=int(policy.mb * 1_000_000))
    except Busy:
        return Pruned()


def prune_below(folder: Path, settings: Settings) -> Pruned:
    """The same for the repository that contains ``folder``, if Patchgate has worked on its files."""
    try:
        top = repository_above(folder)
    except UsageError:
        return Pruned()
    if not (MissionControl.to_read(top).root / KEPT).is_dir():
        return Pruned()
    return prune_kept_files(OpenedRepository.open(Source(top, top, "repository")), settings.keep)
