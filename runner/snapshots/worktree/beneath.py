"""Paths of a tree on disk. Symlinks on the way are not followed (``folders``), so none can lead out of the tree.

Every function takes a descriptor of the tree's root and a repository-relative path with ``/``.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from runner.errors import SnapshotError
from runner.snapshots.worktree.folders import open_folder

# O_NONBLOCK: a FIFO without a writer must not block us before we see what it is.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file on disk: its bytes, permission bits and owner. ``inode`` is (device, inode)."""

    content: bytes
    mode: int
    uid: int
    gid: int
    inode: tuple[int, int]

    @property
    def executable(self) -> bool:
        return bool(self.mode & 0o100)


@contextlib.contextmanager
def parent_of(root: int, path: str) -> Iterator[tuple[int, str]]:
    """A descriptor of the folder that contains ``path``, and the name in it.

    Raises ``FileNotFoundError`` if a folder is missing, and ``SnapshotError`` if the path leads through anything else.
    """
    *folders, name = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") for part in (*folders, name)):
        raise SnapshotError(f"{path!r} is not a path inside the tree")
    try:
        folder = open_folder(root, folders)
    except NotADirectoryError as error:
        raise SnapshotError(f"{path} leads through something that is not a folder") from error
    try:
        yield folder, name
    finally:
        os.close(folder)


def kind_of(root: int, path: str) -> str | None:
    """``file``, ``folder``, ``symlink`` or None; for anything else a word for it, such as ``FIFO`` or ``hard link``.

    A file with several names is a ``hard link``: replacing it would separate the names, and writing in place would
    change the others.
    """
    try:
        with parent_of(root, path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, SnapshotError):
        return None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be looked at: {error.strerror}") from error
    return _kind(found)


def read_file(root: int, path: str) -> Found | None:
    """The regular file at ``path``; None if there is none, or anything else. Never blocks. Raises ``SnapshotError``."""
    try:
        with parent_of(root, path) as (folder, name):
            return read_at(folder, name)
    except (FileNotFoundError, SnapshotError):
        return None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror}", "Check its permissions.") from error


def read_at(folder: int, name: str, *, linked: bool = False) -> Found | None:
    """The same for one folder. ``linked`` also accepts a file with several names. Raises ``OSError``."""
    # Opening a device can already have an effect, so it is not opened.
    if _kind(os.stat(name, dir_fd=folder, follow_symlinks=False), linked=linked) != "file":
        return None
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        if _kind(os.stat(name, dir_fd=folder, follow_symlinks=False), linked=linked) != "file":
            return None  # swapped in between
        raise
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if _kind(found, linked=linked) != "file":
            return None
        mode = stat.S_IMODE(found.st_mode)
        return Found(stream.read(), mode, found.st_uid, found.st_gid, (found.st_dev, found.st_ino))


def _kind(found: os.stat_result, *, linked: bool = False) -> str:
    tests = {"folder": stat.S_ISDIR, "symlink": stat.S_ISLNK, "FIFO": stat.S_ISFIFO, "socket": stat.S_ISSOCK}
    tests |= {"device": stat.S_ISCHR, "block device": stat.S_ISBLK}
    named = next((name for name, test in tests.items() if test(found.st_mode)), None)
    if named is None and found.st_nlink > 1 and not linked:
        return "hard link"
    return named or "file"
