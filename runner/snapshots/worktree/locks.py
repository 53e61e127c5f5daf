"""One lock for each tree. Whoever changes the tree and its ledger holds it from *prepared* to *applied*.

The kernel drops the lock with its process, even on SIGKILL. The content of the lock file only says who held it.
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

from runner.errors import SnapshotError

WAIT_S = 30.0
HINT = "Wait for it, or end it; the lock goes with the process."
_OPEN = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Busy(SnapshotError):
    """Somebody else holds the lock; the message says who."""


@contextmanager
def tree_lock(path: Path, command: str, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the lock file ``path``. ``command`` is shown to others who wait. Not re-entrant.

    Raises ``Busy`` after ``wait_s`` seconds, with the holder's pid, command and starting time.
    """
    try:
        descriptor = os.open(path, _OPEN, 0o600)
    except OSError as error:
        raise SnapshotError(f"the lock {path} cannot be opened: {error.strerror}") from error
    if not locked_within(descriptor, wait_s):
        raise Busy(f"the tree is locked by {_holder(path)}; waited {wait_s:g} s", HINT)
    try:
        sign(descriptor, signature(command))
        yield
    finally:
        sign(descriptor, None)
        os.close(descriptor)


def locked_within(descriptor: int, seconds: float, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock the open file. If the lock cannot be had within ``seconds``, the descriptor is closed: now, or by the
    waiting thread, which may still get the lock.
    """
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        if seconds <= 0:
            os.close(descriptor)
            return False
    turn = threading.Lock()
    got = threading.Event()
    given_up = False

    def wait() -> None:
        fcntl.flock(descriptor, kind)
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


def signature(command: str) -> dict[str, object]:
    """Who holds a lock, as written to the file for those who have to wait."""
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"pid": os.getpid(), "command": command, "since": since}


def sign(descriptor: int, holder: dict[str, object] | None) -> None:
    """Best effort: on a full disk the lock still holds, only without a name."""
    try:
        os.ftruncate(descriptor, 0)
        if holder is not None:
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    except OSError:
        return


def shown(holder: object) -> str:
    """A signature as people read it. An unreadable one is "another process"."""
    if isinstance(holder, dict) and {"command", "pid", "since"} <= holder.keys():
        return f"`{holder['command']}` (pid {holder['pid']}, since {holder['since']})"
    return "another process"


def _holder(path: Path) -> str:
    try:
        return shown(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return shown(None)
