"""Snapshots: git through libgit2, which runs no hook, filter or monitor of the repository's."""

from runner.snapshots.bench import DiskBench
from runner.snapshots.importing import import_folder, open_source
from runner.snapshots.memory import MemorySnapshots, MemoryTree
from runner.snapshots.store import GitSnapshots

__all__ = ["DiskBench", "GitSnapshots", "MemorySnapshots", "MemoryTree", "import_folder", "open_source"]
