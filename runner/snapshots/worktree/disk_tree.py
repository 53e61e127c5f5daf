"""A person's working tree on disk as a ``TreeReader``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.snapshots.worktree.beneath import kind_of, parent_of, read_file

SKIPPED = frozenset({".git", ".mission_control", "node_modules"})


class DiskTree:
    """Reads lazily, each file once, and follows no symlink. ``snapshot`` is the commit that the tree is based on.

    Anything other than a file, folder or symlink has its own word as its kind (``FIFO``, ``hard link``) and cannot be
    read.
    """

    def __init__(self, root: int, snapshot: str, ignored: Callable[[str], bool]) -> None:
        """``root`` is a descriptor of the top folder. ``ignored`` says whether git ignores a path."""
        self._root = root
        self._snapshot = snapshot
        self._ignored = ignored
        self._files: dict[str, FileState | None] = {}

    @property
    def snapshot(self) -> str:
        return self._snapshot

    def read(self, path: str) -> FileState | None:
        if path not in self._files:
            found = read_file(self._root, path)
            self._files[path] = None if found is None else FileState(found.content, found.executable)
        return self._files[path]

    def kind(self, path: str) -> str | None:
        return kind_of(self._root, path) if path else "folder"

    def paths(self) -> Iterator[str]:
        """Every regular file that is not ignored, sorted, without ``node_modules`` and the files of git and Patchgate."""
        yield from sorted(self._walk(""))

    def _walk(self, prefix: str) -> Iterator[str]:
        try:
            with parent_of(self._root, f"{prefix}x") as (folder, _), os.scandir(folder) as entries:
                kinds = [
                    (one.name, one.is_dir(follow_symlinks=False), one.is_file(follow_symlinks=False)) for one in entries
                ]
        except (OSError, SnapshotError):
            return
        for name, is_folder, is_file in kinds:
            path = f"{prefix}{name}"
            if name in SKIPPED:
                continue
            if is_folder and not self._ignored(f"{path}/"):
                yield from self._walk(f"{path}/")
            elif is_file and not self._ignored(path):
                yield path
