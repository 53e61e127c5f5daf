"""Locks on files of a tree. From reading its files to recording the verdict, nobody else can patch the files of a
submission.

Each holder has one record, ``locks/<pid>-<number>.json``, which says who it is and which files it holds. The holder
keeps a kernel lock on the record as long as it lives. It takes all of its files or none while it briefly holds
``locks/registry``. So it never waits while it holds files, and no two holders can wait for each other. A record whose
kernel lock is free belongs to a dead process; the next process that looks removes it.
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
    """``descriptor`` is open on the living holder's record; ``file`` is the first file that is wanted too."""

    descriptor: int
    name: str
    file: str


@contextmanager
def file_locks(folder: Path, paths: Iterable[str], command: str, *, wait_s: float = WAIT_S) -> Iterator[bool]:
    """Hold these files of the tree (paths as in a ``Candidate``); yields whether somebody else had one of them.

    ``folder`` is created if missing. Take these locks before the tree's lock, never after it. Not re-entrant. Raises
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
    """Our record and its descriptor; None if we had to wait for another holder."""
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
    # The registry is only ever held for a moment, so wait that long even if the caller does not want to wait.
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
    """The first living holder of one of these files. Removes records of the dead."""
    for path in sorted(folder.glob("*.json")):
        try:
            descriptor = os.open(path, _READ)
        except OSError:
            continue  # gone meanwhile, or a link: not ours
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
