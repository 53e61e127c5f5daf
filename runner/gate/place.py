"""Where a verified candidate lands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo, Snapshot
from runner.ports import nothing_else


class Place(Protocol):
    """Where a verified candidate lands: a snapshot store, or a person's working tree."""

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        """See ``SnapshotStore.write``."""

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot: ...

    def branch(self, name: str) -> str | None: ...

    def is_ancestor(self, old: str, new: str) -> bool: ...
