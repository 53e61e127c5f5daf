"""Files that a cloned repository may have brought: read only where they are regular files, and never waited for."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """A descriptor, for the caller to close. Raises ``OSError``, also for a symlink, a FIFO and whatever else is no file."""
    descriptor = os.open(path, flags | _FLAGS, 0o644)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a regular file")
    return descriptor


def read_regular(path: Path) -> bytes:
    """Raises ``OSError``."""
    with os.fdopen(open_regular(path), "rb") as file:
        return file.read()


def replace_regular(path: Path, text: str) -> None:
    """Write beside, sync, rename, sync the folder: the file is whole at every instant. Raises ``OSError``.

    Nobody can have put anything at the new file's name, which is made up on the spot.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    descriptor = open_regular(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
