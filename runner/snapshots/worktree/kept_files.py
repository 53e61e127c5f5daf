"""Files before and after the patches of a working tree, stored by hash. Replay and restore need them.

A trace on branches has its commits for that. A working tree is not a commit, and hidden commits in a person's
repository would show up in ``git log --all``. So the bytes are kept beside the ledger, which has the hashes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.snapshots.worktree.journal import sync_folder


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many files were removed, and their total size in bytes."""

    files: int = 0
    bytes: int = 0


class KeptFiles:
    """The folder ``.mission_control/files``: one file for each content, named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_due = False
        """Whether it is time to prune: about one new content in 64 says so, so that the folder is seldom listed."""

    def keep(self, states: Iterable[FileState | None]) -> None:
        """Durable when it returns. Raises ``SnapshotError``."""
        contents = {hashlib.sha256(state.content).hexdigest(): state.content for state in states if state is not None}
        fresh = {name: content for name, content in contents.items() if not self._used_again(name)}
        if not fresh:
            return
        self.is_due = self.is_due or any(name < "04" for name in fresh)
        try:
            self._folder.mkdir(exist_ok=True)
            for name, content in fresh.items():
                self._write(name, content)
            sync_folder(self._folder)
        except OSError as error:
            raise SnapshotError(
                f"what the patch changes could not be kept: {error}", "Is the disk full? df -h"
            ) from error

    def read(self, name: str | None) -> bytes | None:
        """The bytes whose SHA-256 is ``name``; None for None. Raises ``SnapshotError`` if they are no longer there."""
        if name is None:
            return None
        try:
            content = self._folder.joinpath(name).read_bytes()
        except OSError as error:
            raise SnapshotError(
                f"{self._folder / name} cannot be read: {error.strerror}",
                "It was pruned (PATCHGATE_KEEP_DAYS, _MB and _TRACES say what is kept), or removed by somebody. "
                "The diff is still in: patchgate show PATCH",
            ) from error
        if hashlib.sha256(content).hexdigest() != name:
            raise SnapshotError(f"{self._folder / name} was changed", "Trust nothing that was made from it.")
        return content

    def prune(self, needed: Collection[str], *, before: float, most_bytes: int) -> Pruned:
        """Remove files last used before the time ``before`` (seconds since the epoch), then the oldest until
        ``most_bytes`` are left. Files named in ``needed`` stay, whatever their age and size. Raises ``SnapshotError``.
        """
        removed = Pruned()
        try:
            if not self._folder.is_dir():
                return removed
            found = [(entry.stat().st_mtime, entry.stat().st_size, entry.name) for entry in os.scandir(self._folder)]
            total = sum(size for _, size, _ in found)
            for used, size, name in sorted(found):
                if used >= before and total <= most_bytes:
                    break
                if name not in needed:
                    self._folder.joinpath(name).unlink(missing_ok=True)
                    total -= size
                    removed = Pruned(removed.files + 1, removed.bytes + size)
        except OSError as error:
            raise SnapshotError(f"{self._folder} could not be pruned: {error}", "Check its owner and mode.") from error
        return removed

    def _used_again(self, name: str) -> bool:
        """Whether the file is there. If so, its age starts again."""
        try:
            os.utime(self._folder / name, follow_symlinks=False)
        except OSError:
            return False
        return True

    def _write(self, name: str, content: bytes) -> None:
        temporary = self._folder / f".{name}.{secrets.token_hex(4)}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, 0o644), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
