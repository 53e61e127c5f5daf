"""Locks on files of a tree: while a patch is open, from the reading of its files to its record, nobody else patches them.

A holder has one record, ``locks/<pid>-<number>.json``: who it is and which files it has, under the kernel's lock as long
as it lives. Under ``locks/registry``, held for the moment of looking, it gets all of its files or none: a holder never
waits while it holds, so no two can wait for one another. A record whose lock is free belongs to a dead process and is
removed by the next one who looks.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runner.errors import SnapshotError
from runner.snapshots.worktree.locks import HINT, WAIT_S, Busy, locked_within, shown, sign, signature

FOLDER, REGISTRY = "locks", "registry"
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_MAKE = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class _Holder:
    """``descriptor`` is open on the living holder's record; ``file`` is one that is wanted too."""

    descriptor: int
    name: str
    file: str


@contextmanager
def file_locks(folder: Path, paths: Iterable[str], command: str, *, wait_s: float = WAIT_S) -> Iterator[bool]:
    """Hold these files of the tree (paths as in a ``Candidate``); yields whether somebody else had one of them.

    ``folder`` is made where it is missing. Take them before the tree's lock, never after it. Not re-entrant. Raises
    ``Busy`` after ``wait_s`` seconds in all, naming the file and its holder, and ``SnapshotError``.
    """
    wanted = sorted(set(paths))
    if not wanted:
        yield False
        return
    deadline = time.monotonic() + wait_s
    waited = False
    try:
        folder.mkdir(exist_ok=True)
        while (record := _take(folder, wanted, command, deadline, wait_s)) is None:
            waited = True
    except OSError as error:
        raise SnapshotError(f"the locks in {folder} cannot be used: {error.strerror}") from error
    path, descriptor = record
    try:
        yield waited
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _take(folder: Path, wanted: list[str], command: str, deadline: float, wait_s: float) -> tuple[Path, int] | None:
    """Our record and its descriptor; None when another holder had to be waited for."""
    with _registry(folder, deadline):
        holder = _holder(folder, set(wanted))
        if holder is None:
            return _record(folder, wanted, command)
    if not locked_within(holder.descriptor, deadline - time.monotonic(), fcntl.LOCK_SH):
        raise Busy(f"{holder.file} is locked by {holder.name}; waited {wait_s:g} s", HINT)
    os.close(holder.descriptor)
    return None


@contextmanager
def _registry(folder: Path, deadline: float) -> Iterator[None]:
    descriptor = os.open(folder / REGISTRY, _MAKE, 0o600)
    # A moment is enough for whoever holds it: so it is given one even where no waiting is wanted.
    if not locked_within(descriptor, max(5.0, deadline - time.monotonic())):
        raise Busy(f"the registry in {folder} is locked by another process", HINT)
    try:
        yield
    finally:
        os.close(descriptor)


def _record(folder: Path, wanted: list[str], command: str) -> tuple[Path, int]:
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
    descriptor = os.open(path, _MAKE | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    sign(descriptor, {**signature(command), "files": wanted})
    if _files(_parsed(descriptor)) != set(wanted):
        path.unlink(missing_ok=True)
        os.close(descriptor)
        raise SnapshotError(f"the lock {path} could not be written", "Is the disk full? df -h")
    return path, descriptor


def _holder(folder: Path, wanted: set[str]) -> _Holder | None:
    """The first living holder of one of these files. Records of the dead are removed."""
    for path in sorted(folder.glob("*.json")):
        try:
            descriptor = os.open(path, _READ)
        except OSError:
            continue  # gone in between, or a link: none of ours
        if _is_dead(descriptor):
            path.unlink(missing_ok=True)
        else:
            record = _parsed(descriptor)
            if held := sorted(wanted & _files(record)):
                return _Holder(descriptor, shown(record), held[0])
        os.close(descriptor)
    return None


def _is_dead(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _parsed(descriptor: int) -> object:
    try:
        return json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
    except (OSError, ValueError):
        return None


def _files(record: object) -> set[str]:
    files = record.get("files") if isinstance(record, dict) else None
    return {str(each) for each in files} if isinstance(files, list) else set()
