"""The tree of one commit as a ``TreeReader``."""

from __future__ import annotations

from collections.abc import Iterator

import pygit2
from pygit2.enums import FileMode

from runner.errors import SnapshotError
from runner.model.tree import FileState

_KINDS = {FileMode.TREE: "folder", FileMode.LINK: "symlink", FileMode.COMMIT: "submodule"}


class GitTree:
    """Reads blobs as stored: no line-end conversion, no filter."""

    def __init__(self, repository: pygit2.Repository, commit: pygit2.Commit) -> None:
        self._repository = repository
        self._commit = commit
        self._root = commit.tree

    @property
    def snapshot(self) -> str:
        return str(self._commit.id)

    @property
    def git_tree(self) -> pygit2.Tree:
        return self._root

    def read(self, path: str) -> FileState | None:
        entry = self._find(path)
        if not isinstance(entry, pygit2.Blob) or entry.filemode == FileMode.LINK:
            return None
        try:
            return FileState(entry.data, entry.filemode == FileMode.BLOB_EXECUTABLE)
        except (KeyError, pygit2.GitError) as error:
            hint = "A clone with --filter=blob:none lacks it. Clone without a filter; --depth is fine."
            raise SnapshotError(f"the content of {path} is not in this clone", hint) from error

    def kind(self, path: str) -> str | None:
        entry = self._find(path)
        return None if entry is None else _KINDS.get(entry.filemode, "file")

    def paths(self) -> Iterator[str]:
        for path, entry in walk(self._root):
            if entry.filemode in (FileMode.BLOB, FileMode.BLOB_EXECUTABLE):
                yield path

    def _find(self, path: str) -> pygit2.Object | None:
        try:
            return self._root[path] if path else None
        except (KeyError, ValueError, TypeError):
            return None


def walk(tree: pygit2.Tree, prefix: str = "") -> Iterator[tuple[str, pygit2.Object]]:
    """Every entry that is not a folder, in git's order, with its repository-relative path."""
    for entry in tree:
        path = f"{prefix}{entry.name}"
        if isinstance(entry, pygit2.Tree):
            yield from walk(entry, f"{path}/")
        else:
            yield path, entry
