"""Where a verified candidate lands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo, Snapshot

if TYPE_CHECKING:
    pass


class Place(Protocol):
    """Where a verified candidate lands: a snapshot store, or a person's working tree."""

    def write(self, verified: Verified, patch: PatchInfo) -> Snapshot: ...

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot: ...

    def branch(self, name: str) -> str | None: ...

    def is_ancestor(self, old: str, new: str) -> bool: ...
