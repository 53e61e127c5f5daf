"""Writes loose git objects and makes them durable together.

libgit2 syncs each object and each folder separately, one after the other. A patch of one file is seven objects, and
their fourteen syncs take most of the time of landing. Here the objects of one snapshot are written and synced in
parallel, so that the file system commits them as a group. Only then do they get their names, and then the folders are
synced. At no instant, power cuts included, does a name refer to an incomplete file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pygit2
from pygit2.enums import FileMode

from runner.errors import SnapshotError
from runner.model.tree import FileState

_AT_ONCE = 8
Item = TypeVar("Item")


class Objects:
    """Collects objects for ``repository``, whose (common) object folder is ``folder``. Nothing is visible or on disk
    before ``flush``.
    """

    def __init__(self, repository: pygit2.Repository, folder: Path) -> None:
        self._repository = repository
        self._folder = folder
        self._pending: dict[str, bytes] = {}

    def add(self, kind: str, body: bytes) -> str:
        """``kind`` is ``blob``, ``tree`` or ``commit``; returns the object's id. An existing loose object is not
        written again.

        (Packs are not searched: libgit2 reads the folders again for each object that it does not find.)
        """
        whole = f"{kind} {len(body)}\0".encode() + body
        oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        if oid not in self._pending and not self._path(oid).exists():
            self._pending[oid] = zlib.compress(whole, 1)
        return oid

    def tree(self, base: pygit2.Tree | None, files: Mapping[str, FileState | None]) -> str | None:
        """The tree ``base`` with ``files`` put in (None removes a file). Returns its id, or None if it would be empty.

        The work grows only with the changed paths. Raises ``SnapshotError`` for a name that git does not allow in a
        tree.
        """
        entries = _entries(base)
        below: dict[str, dict[str, FileState | None]] = {}
        for path, state in files.items():
            head, _, rest = path.partition("/")
            _check_name(head, path)
            if rest:
                below.setdefault(head, {})[rest] = state
            elif state is None:
                entries.pop(head.encode(), None)
            else:
                kind = FileMode.BLOB_EXECUTABLE if state.executable else FileMode.BLOB
                entries[head.encode()] = (int(kind), self.add("blob", state.content))
        for name, inner in below.items():
            mode, oid = entries.pop(name.encode(), (0, ""))
            folder = self._repository[oid].peel(pygit2.Tree) if mode == FileMode.TREE else None
            made = self.tree(folder, inner)
            if made is not None:
                entries[name.encode()] = (int(FileMode.TREE), made)
        return self.add("tree", _encoded(entries)) if entries else None

    def commit(self, tree: str, parent: str, who: pygit2.Signature, message: str) -> str:
        """A commit with one parent, written by ``who``, in UTC."""
        author = who.raw_name + b" <" + who.raw_email + b"> " + f"{who.time} +0000".encode()
        head = f"tree {tree}\nparent {parent}\n".encode()
        body = head + b"author " + author + b"\ncommitter " + author + b"\n\n" + message.encode("utf-8", "replace")
        return self.add("commit", body)

    def _path(self, oid: str) -> Path:
        return self._folder / oid[:2] / oid[2:]

    def flush(self, meanwhile: Callable[[], None] = lambda: None) -> tuple[Path, ...]:
        """Write everything durably; the files that are new. Raises ``OSError``; the branch must not move then.

        ``meanwhile`` runs beside it in another thread. It has ended when this returns or raises; what it raises, this raises.
        """
        running = _pool(os.getpid()).submit(meanwhile)
        try:
            return self._flush()
        finally:
            running.result()

    def _flush(self) -> tuple[Path, ...]:
        if not self._pending:
            return ()
        temporary = {oid: self._folder / f"tmp_obj_{secrets.token_hex(8)}" for oid in self._pending}
        made = {oid: self._path(oid) for oid in self._pending}
        folders = {path.parent for path in made.values()}
        try:
            _all(lambda oid: _write(temporary[oid], self._pending[oid]), self._pending)
            fresh = [folder for folder in folders if not folder.is_dir()]
            for folder in fresh:
                folder.mkdir(exist_ok=True)
            for oid, path in made.items():
                temporary[oid].replace(path)
        except OSError:
            for path in temporary.values():
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
            raise
        _all(_sync, [*folders, *([self._folder] if fresh else [])])
        self._pending.clear()
        return tuple(made.values())


@lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:
    """Kept, because starting threads costs more than the syncs. One per process, because threads do not survive a fork."""
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="objects")


def _all(work: Callable[[Item], None], items: Iterable[Item]) -> None:
    """Waits for all of them before it raises the first error, so that nothing is still running afterwards."""
    running = [_pool(os.getpid()).submit(work, item) for item in items]
    for each in running:
        each.exception()
    for each in running:
        each.result()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o444)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entries(tree: pygit2.Tree | None) -> dict[bytes, tuple[int, str]]:
    """Name to mode and id, from the bytes of a tree (gitformat: ``mode SP name NUL id``, ids of 20 bytes)."""
    raw = b"" if tree is None else tree.read_raw()
    found: dict[bytes, tuple[int, str]] = {}
    at = 0
    while at < len(raw):
        space, end = raw.index(b" ", at), raw.index(b"\0", at)
        found[raw[space + 1 : end]] = (int(raw[at:space], 8), raw[end + 1 : end + 21].hex())
        at = end + 21
    return found


def _encoded(entries: Mapping[bytes, tuple[int, str]]) -> bytes:
    """git sorts by name; a folder sorts as if its name ended with a slash."""
    ordered = sorted(entries.items(), key=lambda each: each[0] + (b"/" if each[1][0] == FileMode.TREE else b""))
    return b"".join(b"%o %s\0" % (mode, name) + bytes.fromhex(oid) for name, (mode, oid) in ordered)


def _check_name(name: str, path: str) -> None:
    if name in ("", ".", "..") or name.lower() == ".git" or "\0" in name:
        raise SnapshotError(f"{path!r} cannot be in a git tree")
