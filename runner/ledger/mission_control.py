"""``.mission_control/`` in the target repository, which outside tools read. ``.git/info/exclude`` keeps it out of git."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.errors import LedgerError, UsageError
from runner.ledger.regular_files import open_regular, read_regular, replace_regular

FOLDER = ".mission_control"
COMMANDS = "commands"
REMEMBERED = 50
"""How many patches ``tasks.json`` remembers. A crash leaves at most the last one of each process half-done."""


@dataclass(frozen=True, slots=True)
class MissionControl:
    """The folder ``root`` and its files, whose names and shapes are an interface."""

    root: Path

    @classmethod
    def of(cls, repository: Path, git_folder: Path) -> MissionControl:
        """Create the folder and the exclusion. ``git_folder`` is the repository's common ``.git``. Raises
        ``LedgerError``.
        """
        root = repository / FOLDER
        # The repository may belong to somebody else, and the current user may write where its owner may not.
        ours = (
            "patches",
            "reports",
            "ledger.sqlite",
            "ledger.sqlite-wal",
            "ledger.sqlite-shm",
            "journal",
            "outbox",
            "outbox.sqlite",
            "outbox.sqlite-wal",
            "outbox.sqlite-shm",
            "locks",
            "files",
            COMMANDS,
        )
        for path in (root, *(root / name for name in ours), git_folder / "info", git_folder / "info" / "exclude"):
            if path.is_symlink():
                raise UsageError(f"{path} is a symlink", "Remove it; Patchgate makes what it needs itself.")
        try:
            (root / "patches").mkdir(parents=True, exist_ok=True)
            _exclude(git_folder / "info" / "exclude")
        except OSError as error:
            raise LedgerError(
                f"{root} could not be made: {error}", "Is the disk full or the repository read-only?"
            ) from error
        return cls(root)

    @classmethod
    def to_read(cls, repository: Path) -> MissionControl:
        """Creates nothing. Raises ``UsageError`` if the folder is not the repository's own."""
        root = repository / FOLDER
        if root.is_symlink():
            raise UsageError(f"{root} is a symlink", "Remove it; Patchgate makes what it needs itself.")
        return cls(root)

    @property
    def is_interrupted(self) -> bool:
        """Whether a patch of the working tree is in progress or was left half-done by a crash."""
        journal = self.root / "journal"
        return journal.is_dir() and any(journal.iterdir())

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def tasks_file(self) -> Path:
        return self.root / "tasks.json"

    def report_folder(self, trace_id: str) -> Path:
        folder = self.root / "reports" / trace_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def commands_folder(self, trace_id: str) -> Path:
        """Where the commands of a trace keep what they printed. Not made here."""
        return self.root / COMMANDS / trace_id

    def read_tasks(self) -> list[dict[str, Any]]:
        """Raises ``UsageError`` if the file is malformed (others may write it too)."""
        return [task for task in self._document()["tasks"] if isinstance(task["uuid"], str)]

    def _document(self) -> dict[str, Any]:
        """The content of the file, checked as far as we read it."""
        try:
            document = json.loads(read_regular(self.tasks_file).decode("utf-8"))
            return {**document, "tasks": [{"uuid": task["uuid"], **task} for task in document["tasks"]]}
        except FileNotFoundError:
            return {"tasks": []}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            message = f"{self.tasks_file} is not a task list: {error!r}"
            raise UsageError(message, 'It must hold {"tasks": [{"uuid": …}, …]}; correct or remove it.') from error

    def write_tasks(self, tasks: list[dict[str, Any]], patch_id: str | None = None) -> None:
        """Put these tasks into ``tasks.json`` by their uuid. Anything else in it stays. The file is replaced as a
        whole.

        ``patch_id`` is remembered in the same write, for ``has_landed``.
        """
        document = self._document()
        ours = {str(task["uuid"]): task for task in tasks}
        merged = [ours.pop(task["uuid"], task) if isinstance(task["uuid"], str) else task for task in document["tasks"]]
        document = {**document, "tasks": [*merged, *ours.values()]}
        if patch_id is not None:
            document["landed"] = [*_landed(document), patch_id][-REMEMBERED:]
        _replace(self.tasks_file, json.dumps(document, indent=2) + "\n")

    def has_landed(self, patch_id: str) -> bool:
        """Whether ``write_tasks`` has already applied this patch to the tasks."""
        return patch_id in _landed(self._document())

    def has_logged(self, patch_id: str) -> bool:
        """Whether ``patch_log.jsonl`` has a line for this patch. Reads the whole file: for recovery only."""
        try:
            with os.fdopen(open_regular(self.root / "patch_log.jsonl"), "rb") as file:
                return any(json.dumps(patch_id).encode() in line and line.endswith(b"\n") for line in file)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LedgerError(f"patch_log.jsonl could not be read: {error}", "Correct or remove it.") from error

    def set_status(self, uuid: str, status: str) -> None:
        self.write_tasks([{**task, "status": status} for task in self.read_tasks() if task["uuid"] == uuid])

    def write_diff(self, patch_id: str, diff: str) -> str:
        """Write ``patches/<patch_id>.diff`` and return its path relative to the repository."""
        _replace(self.root / "patches" / f"{patch_id}.diff", diff)
        return f"{FOLDER}/patches/{patch_id}.diff"

    def log(self, entry: Mapping[str, object]) -> None:
        """Append one line to ``patch_log.jsonl`` in a single write, so that several writers do not mix."""
        line = json.dumps(entry, separators=(",", ":")) + "\n"
        try:
            descriptor = open_regular(self.root / "patch_log.jsonl", os.O_RDWR | os.O_APPEND | os.O_CREAT)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)  # the end is looked at, and then written to
                size = os.fstat(descriptor).st_size
                cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # by a full disk
                os.write(descriptor, ("\n" * cut + line).encode("utf-8", "replace"))
            finally:
                os.close(descriptor)
        except OSError as error:
            raise LedgerError(f"patch_log.jsonl could not be written: {error}", "Is the disk full? df -h") from error


def _landed(document: Mapping[str, Any]) -> list[Any]:
    found = document.get("landed")
    return found if isinstance(found, list) else []


def _exclude(path: Path) -> None:
    """Our folder must not be committed by anybody. .gitignore is the person's own file and stays untouched."""
    # A person's file, in whatever encoding.
    text = read_regular(path) if path.exists() else b""
    line = f"/{FOLDER}/".encode()
    if line not in text.splitlines():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text + b"\n" * (text[-1:] not in (b"", b"\n")) + line + b"\n")


def _replace(path: Path, text: str) -> None:
    try:
        replace_regular(path, text)
    except OSError as error:
        raise LedgerError(f"{path} could not be written: {error}", "Is the disk full? df -h") from error
