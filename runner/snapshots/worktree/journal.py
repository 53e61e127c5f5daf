"""The journal of a transaction: what is about to happen to which files, made durable before it happens.

``<id>.staged.json`` exists while temporary files are written: after a crash they are thrown away. Renaming it to
``<id>.commit.json`` is the moment at which the set of files becomes the new one: after a crash it is finished.
``<id>.done.json`` says that only the old files are left to remove.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from runner.errors import SnapshotError
from runner.snapshots.worktree.beneath import read_at

Step = Callable[[str], None]
"""Called with the name of each step just before it is done. Tests end the process there, or raise ``OSError`` instead.
"""

STAGED, COMMIT, DONE = "staged", "commit", "done"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a transaction. Hashes are SHA-256 of the bytes, or None if there is no file.

    ``temporary`` holds the new bytes until they replace the target; ``backup`` holds the old file afterwards. Both are
    names beside the target.
    """

    path: str
    before: str | None
    after: str | None
    temporary: str
    backup: str


@dataclass(frozen=True, slots=True)
class Record:
    """``folders`` are the folders that the transaction creates, outermost first."""

    patch_id: str
    parts: tuple[Part, ...]
    folders: tuple[str, ...]


class Journal:
    """The folder of records. ``step`` is called before each write."""

    def __init__(self, folder: Path, step: Step) -> None:
        self._folder = folder
        self._step = step

    def stage(self, record: Record) -> None:
        """Durable when it returns. If it raises ``OSError``, there is no record."""
        self._folder.mkdir(exist_ok=True)
        temporary = self._folder / f".{record.patch_id}.new"
        try:
            self._step("journal.write")
            with temporary.open("w", encoding="utf-8") as file:
                json.dump({"version": 1, **asdict(record)}, file)
                self._step("journal.sync")
                file.flush()
                os.fsync(file.fileno())
            self._step("journal.rename")
            temporary.replace(self._path(record.patch_id, STAGED))
            self._sync("journal.sync-folder")
        except OSError:
            temporary.unlink(missing_ok=True)
            self._path(record.patch_id, STAGED).unlink(missing_ok=True)
            raise

    def commit(self, patch_id: str) -> None:
        """From here on the transaction is finished, not undone. Raises ``OSError``."""
        self._step("journal.commit")
        self._path(patch_id, STAGED).replace(self._path(patch_id, COMMIT))
        self._sync("journal.commit-sync")

    def conclude(self, patch_id: str) -> None:
        """Everything is in place and recorded. If it raises ``OSError``, a crash now would only check everything again."""
        self._step("journal.done")
        if self._path(patch_id, COMMIT).exists():
            self._path(patch_id, COMMIT).replace(self._path(patch_id, DONE))
            self._sync("journal.done-sync")

    def withdraw(self, patch_id: str) -> None:
        """Back to *staged*: the transaction is being undone, and recovery must not redo it if we crash meanwhile."""
        self._step("journal.withdraw")
        if self._path(patch_id, COMMIT).exists():
            self._path(patch_id, COMMIT).replace(self._path(patch_id, STAGED))
            self._sync("journal.withdraw-sync")

    def forget(self, patch_id: str) -> None:
        self._step("journal.forget")
        for state in (STAGED, COMMIT, DONE):
            self._path(patch_id, state).unlink(missing_ok=True)
        self._sync("journal.forget-sync")

    def records(self) -> Iterator[tuple[str, Record]]:
        """What a crash left, as (state, record). Removes half-written records: their transactions had not begun."""
        if not self._folder.is_dir():
            return
        for leftover in self._folder.glob(".*.new"):
            leftover.unlink(missing_ok=True)
        for path in sorted(self._folder.glob("*.json")):
            yield path.name.split(".")[-2], _read(path)

    def _path(self, patch_id: str, state: str) -> Path:
        return self._folder / f"{patch_id}.{state}.json"

    def _sync(self, name: str) -> None:
        self._step(name)
        sync_folder(self._folder)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hashed(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _read(path: Path) -> Record:
    try:
        data = json.loads(_regular(path).decode("utf-8"))
        record = Record(str(data["patch_id"]), tuple(Part(**part) for part in data["parts"]), tuple(data["folders"]))
        _refuse_foreign(path, record)
        return record
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError(
            f"the journal {path} cannot be read: {error}",
            "A patch was interrupted. Compare the tree with .mission_control/patches, then remove the file.",
        ) from error


def _regular(path: Path) -> bytes:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = read_at(folder, path.name)
    finally:
        os.close(folder)
    if found is None:
        raise ValueError("it is not a regular file")
    return found.content


def _refuse_foreign(path: Path, record: Record) -> None:
    """A cloned repository may contain a journal that we never wrote. Raises ``ValueError``."""
    names = [name for part in record.parts for name in (part.temporary, part.backup)]
    if any("/" in name or not name.endswith(("patchgate-new", "patchgate-old")) for name in names):
        raise ValueError("it names a file that is none of ours")
    if any(part.path.split("/")[0].lower() in (".git", ".mission_control") for part in record.parts):
        raise ValueError("it names a file that no patch may touch")
    if path.name.split(".")[0] != record.patch_id:
        raise ValueError("its name is not that of its patch")
