"""The trees that commands run on: one workbench of their own, moved from tree to tree, never the person's files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.app.workbenches import installed_modules
from runner.checker.commands.runner import Files
from runner.errors import CheckerError, SnapshotError
from runner.model.container import Mount
from runner.model.tree import TreeReader
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.git.tree import GitTree
from runner.snapshots.workbench import DiskWorkbench


class CommandTrees:
    """See ``runner.checker.commands.runner.Trees``. ``root`` is an absent folder; ``close`` removes it."""

    def __init__(self, snapshots: GitSnapshots, modules: Path, root: Path) -> None:
        """``modules`` is the host folder whose ``node_modules`` containers see."""
        self._snapshots, self._modules, self._root = snapshots, modules, root
        self._workbench: DiskWorkbench | None = None

    def tree_of(self, snapshot: str) -> GitTree:
        return self._snapshots.tree(snapshot)

    def identity(self, tree: TreeReader, files: Files) -> str:
        return self._snapshots.tree_with(tree.snapshot, files)

    def modules(self, tree: TreeReader) -> tuple[Mount, ...]:
        return tuple(Mount(host, f"/repo/{folder}") for folder, host in installed_modules(tree, self._modules))

    @contextmanager
    def shown(self, tree: TreeReader, files: Files) -> Iterator[Path]:
        try:
            workbench = self._at(tree)
            workbench.put(files)
        except (OSError, SnapshotError) as error:
            self.close()
            raise CheckerError(
                f"the tree could not be written for a command: {error}", "Is the disk full? df -h"
            ) from error
        try:
            yield workbench.root
        finally:
            if files:
                self._take_back(tree, files)

    def close(self) -> None:
        if self._workbench is not None:
            self._workbench.close()
            self._workbench = None
        shutil.rmtree(self._root, ignore_errors=True)

    def _at(self, tree: TreeReader) -> DiskWorkbench:
        if self._workbench is None:
            self._workbench = DiskWorkbench.export(self._snapshots.tree(tree.snapshot), self._root)
        else:
            self._workbench.move_to(self._snapshots.tree(tree.snapshot))
        return self._workbench

    def _take_back(self, tree: TreeReader, files: Files) -> None:
        """If that fails, the next tree is exported anew."""
        assert self._workbench is not None
        try:
            self._workbench.put({path: tree.read(path) for path in files})
        except (OSError, SnapshotError):
            self.close()
