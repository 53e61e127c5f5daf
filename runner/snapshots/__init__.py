"""Snapshots: git through libgit2, which runs no hook, filter or monitor of the repository's."""

from runner.snapshots.bench import DiskBench
from runner.snapshots.importing import Source, import_folder, imported_as, open_source
from runner.snapshots.memory import MemorySnapshots, MemoryTree
from runner.snapshots.ownership import give_tree_to_owner
from runner.snapshots.store import GitSnapshots

__all__ = [
    "DiskBench",
    "GitSnapshots",
    "MemorySnapshots",
    "MemoryTree",
    "Source",
    "give_tree_to_owner",
    "import_folder",
    "imported_as",
    "open_source",
]
