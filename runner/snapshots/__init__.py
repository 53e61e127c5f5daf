"""Snapshots: git through libgit2, which runs no hook, filter or monitor of the repository's."""

from runner.snapshots.git.ownership import give_tree_to_owner
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import Source, import_folder, imported_as, open_source
from runner.snapshots.memory import MemorySnapshots, MemoryTree
from runner.snapshots.workbench import DiskBench

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
