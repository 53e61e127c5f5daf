"""``DiskWorkbench``: a tree on disk that containers see read-only.

It is derived from a snapshot and can be made again at any time, so it is written without syncing. But each file is
replaced by a rename, because containers are reading. Paths are walked folder by folder without following symlinks,
because the tree contains whatever symlinks a hostile repository has.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from runner.errors import SnapshotError
from runner.model.tree import FileState, TreeReader
from runner.snapshots.git.tree import GitTree, walk

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SnapshotError(f"{root} could not be written: {error}", "Is the disk full? df -h") from error


class DiskWorkbench:
    """See ``runner.ports.Workbench``. Holds a descriptor of its root, so that it never writes to a replaced root."""

    def __init__(self, root: Path, tree: TreeReader) -> None:
        self._root = root
        self._tree = tree
        self._fd = os.open(root, _FOLDER)

    @classmethod
    def export(cls, tree: GitTree, root: Path) -> DiskWorkbench:
        """Write every entry of ``tree`` below ``root``, which must be absent or empty."""
        with _writing(root):
            root.mkdir(parents=True, exist_ok=True)
            root.chmod(0o755)
            if any(root.iterdir()):
                raise SnapshotError(f"{root} is not empty")
            workbench = cls(root, tree)
            workbench.fill()
        return workbench

    def fill(self) -> None:
        """Write every entry of the tree, overwriting what is there."""
        if isinstance(self._tree, GitTree):
            for path, entry in walk(self._tree.git_tree):
                self._write_entry(path, entry)

    @property
    def root(self) -> Path:
        return self._root

    @property
    def snapshot(self) -> str:
        return self._tree.snapshot

    def move_to(self, tree: TreeReader) -> tuple[str, ...]:
        if not isinstance(tree, GitTree) or not isinstance(self._tree, GitTree):
            raise SnapshotError("a workbench on disk moves between git trees only")
        diff = self._tree.git_tree.diff_to_tree(tree.git_tree, flags=pygit2.enums.DiffOption.INCLUDE_TYPECHANGE)
        paths = sorted({delta.old_file.path for delta in diff.deltas} | {delta.new_file.path for delta in diff.deltas})
        with _writing(self._root):
            for path in paths:
                if tree.kind(path) in (None, "folder"):
                    self._remove(path)
            for path in paths:
                if tree.kind(path) not in (None, "folder"):
                    self._write_entry(path, tree.git_tree[path])
        self._tree = tree
        return tuple(paths)

    def put(self, files: Mapping[str, FileState | None]) -> None:
        with _writing(self._root):
            for path, state in files.items():
                if state is None:
                    self._remove(path)
            for path, state in files.items():
                if state is not None:
                    self._write(path, state.content, 0o755 if state.executable else 0o644)

    def make_folder(self, path: str) -> None:
        """An empty folder to mount something on."""
        with self._parent(f"{path}/x", create=True):
            pass

    def release(self) -> None:
        """Let go of the folder but leave it as it is. Idempotent."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def close(self) -> None:
        self.release()
        shutil.rmtree(self._root, ignore_errors=True)

    def _write_entry(self, path: str, entry: pygit2.Object) -> None:
        if not isinstance(entry, pygit2.Blob):
            return  # a submodule, whose code is not part of this repository
        if entry.filemode == FileMode.LINK:
            self._remove(path)
            with self._parent(path, create=True) as (parent, name):
                os.symlink(entry.data, name.encode(), dir_fd=parent)
        else:
            self._write(path, entry.data, 0o755 if entry.filemode == FileMode.BLOB_EXECUTABLE else 0o644)

    def _write(self, path: str, content: bytes, mode: int) -> None:
        with self._parent(path, create=True) as (parent, name):
            # A name that nobody can have put into the tree beforehand. It is short, however long the file's own name
            # is.
            temporary = f".{secrets.token_hex(8)}.patchgate-new"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                with os.fdopen(os.open(temporary, flags, mode, dir_fd=parent), "wb") as file:
                    file.write(content)
                    os.fchmod(file.fileno(), mode)
                os.replace(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=parent)
                raise

    def _remove(self, path: str) -> None:
        """Remove a file or symlink, and then the folders that this leaves empty."""
        try:
            with self._parent(path, create=False) as (parent, name):
                with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                    os.unlink(name, dir_fd=parent)
        except FileNotFoundError:
            return
        above = path.rpartition("/")[0]
        while above:
            try:
                with self._parent(above, create=False) as (parent, name):
                    os.rmdir(name, dir_fd=parent)
            except OSError:
                return
            above = above.rpartition("/")[0]

    @contextlib.contextmanager
    def _parent(self, path: str, *, create: bool) -> Iterator[tuple[int, str]]:
        """A descriptor of the folder that contains ``path``, and the name in it. Refuses to pass through a symlink."""
        *folders, name = path.split("/")
        if not name or any(part in ("", ".", "..") for part in (*folders, name)):
            raise SnapshotError(f"{path!r} is not a path inside the tree")
        current = os.dup(self._fd)
        try:
            for part in folders:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o755, dir_fd=current)
                step = os.open(part, _FOLDER, dir_fd=current)
                if create:
                    os.fchmod(step, 0o755)
                os.close(current)
                current = step
            yield current, name
        except NotADirectoryError as error:
            raise SnapshotError(f"{path} leads through something that is not a folder") from error
        finally:
            os.close(current)
