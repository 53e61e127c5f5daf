"""How a patch lands in a working tree: under the tree's lock, with all that is written beside the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from runner.app.clock import now
from runner.app.opened import Repository
from runner.app.worktree_mirror import WorktreeMirror
from runner.errors import LedgerError, SnapshotError
from runner.gate.publishing import Publisher
from runner.model.events import Event
from runner.model.tree import Candidate
from runner.snapshots.worktree.working_tree import WorkingTree


@dataclass(frozen=True)
class TreeLanding:
    """``command`` is what others read who wait for the lock, at most ``wait_s`` seconds."""

    repository: Repository
    tree: WorkingTree
    scribe: WorktreeMirror
    command: str
    wait_s: float

    def publisher(self, meta: Mapping[str, object]) -> Publisher:
        """``meta`` goes into the ledger's events and patch_log.jsonl."""
        return Publisher(
            self.tree,
            self.repository.ledger,
            now,
            self.scribe,
            guard=self._locked,
            revocable=True,
            meta=meta,
            landed=self._landed,
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The tree's lock, once what its dead holders left is settled: a patch must not land on half of another."""
        with self.tree.transaction(self.command, wait_s=self.wait_s):
            if self.repository.mission.is_interrupted:
                self.repository.settle_locked()
            yield

    def _landed(self, applied: Event, candidate: Candidate) -> None:
        """What cannot be written now is written by the next recovery: until then the journal keeps the patch."""
        try:
            self.scribe.landed(applied, candidate)
        except (LedgerError, SnapshotError):
            self.tree.leave_open()
            raise
