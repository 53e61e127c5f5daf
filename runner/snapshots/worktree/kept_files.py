"""Files as they were before and after the patches of a working tree, by their hash: what replay and restore need.

A trace on branches has its commits for that. A working tree is no commit, and hidden ones in a person's repository would
show up in their ``git log --all``; so the bytes are kept beside the ledger, which has the hashes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.snapshots.worktree.journal import sync_folder


class KeptFiles:
    """The folder ``.mission_control/files``: one file for each content, named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, states: Iterable[FileState | None]) -> None:
        """Durable when it returns. Raises ``SnapshotError``."""
        contents = {hashlib.sha256(state.content).hexdigest(): state.content for state in states if state is not None}
        fresh = {name: content for name, content in contents.items() if not self._folder.joinpath(name).exists()}
        if not fresh:
            return
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
        """The bytes whose SHA-256 is ``name``; None for None. Raises ``SnapshotError`` when they are not there any more."""
        if name is None:
            return None
        try:
            content = self._folder.joinpath(name).read_bytes()
        except OSError as error:
            raise SnapshotError(
                f"{self._folder / name} cannot be read: {error.strerror}",
                "It was removed, or the patch is older than this folder. The diff is in: patchgate show PATCH",
            ) from error
        if hashlib.sha256(content).hexdigest() != name:
            raise SnapshotError(f"{self._folder / name} was changed", "Trust nothing that was made from it.")
        return content

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
