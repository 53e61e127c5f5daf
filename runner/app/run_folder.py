"""The folder for what a run derives: workbenches, sockets. It is removed after the run or, after a crash, at the next
start.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from runner.app.settings import private_folder

_SUFFIX = ".lock"


class WorkFolder:
    """Locked as long as it lives. The kernel drops the lock with the process, even on SIGKILL.

    The lock file is beside the folder and is locked before the folder is made. So there is no instant at which a reaper
    could mistake a living run's folder for a dead one's.
    """

    def __init__(self, root: Path) -> None:
        private_folder(root)
        self.path, self._lock = _locked(root)
        self.path.mkdir(mode=0o700)

    def __enter__(self) -> WorkFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        lock_of(self.path).unlink(missing_ok=True)
        os.close(self._lock)


def lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _SUFFIX)


def _locked(root: Path) -> tuple[Path, int]:
    """A free name, and the descriptor that holds its lock."""
    while True:
        folder = root / secrets.token_hex(4)
        lock = os.open(lock_of(folder), os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A reaper may have removed the name between the two lines above; then the lock would guard nothing.
        if os.fstat(lock).st_nlink:
            return folder, lock
        os.close(lock)


def reap_work_folders(root: Path) -> tuple[str, ...]:
    """Remove the folders of dead runs and return their names. A folder whose lock is held belongs to a living run and
    stays.
    """
    names = {entry.name.removesuffix(_SUFFIX) for entry in private_folder(root).iterdir()}
    return tuple(name for name in sorted(names) if _reap(root / name))


def _reap(folder: Path) -> bool:
    """Remove the folder if its run is dead; whether it did."""
    try:
        lock = os.open(lock_of(folder), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        dead = folder.is_dir() and not folder.is_symlink()
        if dead:
            shutil.rmtree(folder, ignore_errors=True)
        lock_of(folder).unlink(missing_ok=True)
        return dead
    finally:
        os.close(lock)
