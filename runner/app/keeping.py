"""Decides which kept files of a working tree, and which remembered runs of commands, may be removed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from runner.app.nearest import repository_above
from runner.app.opened import OpenedRepository
from runner.app.settings import KeepPolicy, Settings
from runner.checker.commands.output import prune_outputs
from runner.errors import SnapshotError, UsageError
from runner.ledger.mission_control import COMMANDS, MissionControl
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


def prune_commands(mission: Path | None, settings: Settings, clock: Callable[[], float] = time.time) -> Pruned:
    """Remembered runs of commands, and what they printed in the repository whose ``.mission_control`` is ``mission``.

    The same limits hold for each of the two. Raises ``SnapshotError``.
    """
    before, most = clock() - settings.keep.days * DAY_S, int(settings.keep.mb * 1_000_000)
    runs = KeptFiles(settings.runs).prune((), before=before, most_bytes=most)
    if mission is None:
        return runs
    try:
        files, size = prune_outputs(mission / COMMANDS, before=before, most_bytes=most)
    except OSError as error:
        raise SnapshotError(
            f"{mission / COMMANDS} could not be pruned: {error}", "Check its owner and mode."
        ) from error
    return Pruned(runs.files + files, runs.bytes + size)


def prune_commands_below(folder: Path, settings: Settings) -> Pruned:
    """The same for the repository that contains ``folder``, if there is one."""
    try:
        mission = MissionControl.to_read(repository_above(folder)).root
    except UsageError:
        mission = None
    return prune_commands(mission, settings)


def prune_below(folder: Path, settings: Settings) -> Pruned:
    """The same for the repository that contains ``folder``, if Patchgate has worked on its files."""
    try:
        top = repository_above(folder)
    except UsageError:
        return Pruned()
    if not (MissionControl.to_read(top).root / KEPT).is_dir():
        return Pruned()
    return prune_kept_files(OpenedRepository.open(Source(top, top, "repository")), settings.keep)
