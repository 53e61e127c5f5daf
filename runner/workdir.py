"""A run's folder for what is derived: benches, sockets. It is gone after the run, and after a crash at the next start."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from runner.config import private_folder


class WorkFolder:
    """Holds a lock on its folder for as long as it lives; the kernel drops the lock with the process, even on SIGKILL."""

    def __init__(self, root: Path) -> None:
        self.path = private_folder(root) / secrets.token_hex(4)
        self.path.mkdir(mode=0o700)
        self._lock = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> WorkFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def reap_work_folders(root: Path) -> tuple[str, ...]:
    """Remove the folders that dead runs left; their names. One whose lock is held belongs to a living run and stays."""
    removed: list[str] = []
    for folder in sorted(private_folder(root).iterdir()):
        try:
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
    return tuple(removed)
