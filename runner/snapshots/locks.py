"""One lock for each tree: who changes it, and the ledger beside it, holds the lock from the preparation to the record.

The kernel drops the lock with the process, even on SIGKILL; the file only says who it was.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from runner.ports import SnapshotError

WAIT_S = 30.0
_OPEN = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Busy(SnapshotError):
    """Somebody else holds the lock; the message says who."""


@contextmanager
def tree_lock(path: Path, command: str, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the lock file ``path``. ``command`` is what others read while they wait. Not re-entrant.

    Raises ``Busy`` after ``wait_s`` seconds with the holder's pid, command and since when.
    """
    try:
        descriptor = os.open(path, _OPEN, 0o600)
    except OSError as error:
        raise SnapshotError(f"the lock {path} cannot be opened: {error.strerror}") from error
    if not _locked_within(descriptor, wait_s):
        # The descriptor is closed, or will be by the waiting thread when the lock comes to it at last.
        raise Busy(
            f"the tree is locked by {_holder(path)}; waited {wait_s:g} s",
            "Wait for it, or end it; the lock goes with the process.",
        )
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        _sign(descriptor, {"pid": os.getpid(), "command": command, "since": since})
        yield
    finally:
        _sign(descriptor, None)
        os.close(descriptor)


def _locked_within(descriptor: int, seconds: float) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        if seconds <= 0:
            os.close(descriptor)
            return False
    turn = threading.Lock()
    got = threading.Event()
    given_up = False

    def wait() -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with turn:
            if given_up:
                os.close(descriptor)
            else:
                got.set()

    threading.Thread(target=wait, name="tree-lock", daemon=True).start()
    got.wait(seconds)
    with turn:
        given_up = not got.is_set()
    return got.is_set()


def _sign(descriptor: int, holder: dict[str, object] | None) -> None:
    """Best effort: on a full disk the lock holds all the same, only nameless."""
    try:
        os.ftruncate(descriptor, 0)
        if holder is not None:
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    except OSError:
        return


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text("utf-8"))
        return f"`{holder['command']}` (pid {holder['pid']}, since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
