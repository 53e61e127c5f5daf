"""What a candidate does to each file: hashes before and after, lines added and removed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from runner.model.tree import FileState
from runner.model.verdict import FileDelta
from runner.text.diffing import line_stats


def deltas(before: Mapping[str, FileState | None], after: Mapping[str, FileState | None]) -> tuple[FileDelta, ...]:
    """One delta for each path whose file differs, sorted. A path missing from one mapping has no file there."""
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return tuple(_delta(path, before.get(path), after.get(path)) for path in paths)


def _delta(path: str, old: FileState | None, new: FileState | None) -> FileDelta:
    added, removed = line_stats({path: old}, {path: new})
    runs, ran = new is not None and new.executable, old is not None and old.executable
    return FileDelta(path, _hash(old), _hash(new), added, removed, runs, ran)


def _hash(state: FileState | None) -> str | None:
    return None if state is None else hashlib.sha256(state.content).hexdigest()
