"""Replays a trace, whether it was made on branches or on a working tree."""

from __future__ import annotations

from collections.abc import Mapping

from runner.app.opened import OpenedRepository
from runner.model.tree import FileState
from runner.repository.landed import trace_named
from runner.repository.replay import Replay, landed_events, replay
from runner.repository.worktree_replay import replay_worktree
from runner.snapshots.worktree.kept_files import KeptFiles
from runner.snapshots.worktree.working_tree import KEPT, NO_COMMIT


def replay_trace(repository: OpenedRepository, start: str, last: int | None = None) -> Replay:
    """``start`` is the trace's id or its first digits. Writes nothing and moves no branch. Raises ``PatchgateError``."""
    trace_id = trace_named(repository.ledger, start)
    patches = landed_events(trace_id, repository.ledger)
    if not any(event.data.get("working_tree") for event in patches):
        return replay(trace_id, repository.ledger, repository.snapshots, last=last)

    def tree_of(base: str, files: Mapping[str, FileState | None]) -> str:
        return repository.snapshots.tree_with(None if base == NO_COMMIT else base, files)

    kept = KeptFiles(repository.mission.root / KEPT)
    return replay_worktree(patches, kept.read, tree_of, last=last)
