"""The outbox: a folder with one file a letter, written whole and synced, oldest first by name."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner.errors import LedgerError
from runner.model.events import Event

_OPEN = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """``key`` is the idempotency key. ``not_before`` is in seconds since the epoch. ``name`` is the file's."""

    path: str
    key: str
    body: Mapping[str, object]
    attempts: int = 0
    not_before: float = 0.0
    name: str = ""


class Outbox:
    """Shared by processes: collecting is done under a lock, sending may happen twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(exist_ok=True)
            _sync(folder.parent)
        except OSError as error:
            raise LedgerError(f"{folder} could not be made: {error.strerror}", "Is the disk full? df -h") from error

    def collect(
        self, events: Callable[[], Sequence[Event]], messages_for: Callable[[Event], list[OutboxMessage]]
    ) -> None:
        """Write the letters of all events behind the cursor, and move it. The first time, it starts at the end.

        Raises ``LedgerError``; a letter may then be written twice, never lost.
        """
        try:
            lock = os.open(self._folder / ".lock", _OPEN, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._collect(events(), messages_for)
            finally:
                os.close(lock)
        except OSError as error:
            raise LedgerError(f"the outbox could not be written: {error}", "Is the disk full? df -h") from error

    def _collect(self, known: Sequence[Event], messages_for: Callable[[Event], list[OutboxMessage]]) -> None:
        cursor = self._folder / ".cursor"
        done = int(cursor.read_text("ascii")) if cursor.exists() else len(known)
        for number, event in enumerate(known[done:], done):
            for place, letter in enumerate(messages_for(event)):
                self._write(replace(letter, name=f"{number:010d}-{place}.json"))
        _replace(cursor, str(len(known)))

    def letters(self) -> Iterator[OutboxMessage]:
        """Oldest first. A file that is no letter is set aside."""
        for path in sorted(self._folder.glob("[0-9]*.json")):
            try:
                yield replace(OutboxMessage(**json.loads(path.read_text("utf-8"))), name=path.name)
            except FileNotFoundError:
                continue  # another process has sent it
            except (ValueError, TypeError):
                self._aside(path)

    def postpone(self, letter: OutboxMessage, until: float) -> None:
        try:
            self._write(replace(letter, attempts=letter.attempts + 1, not_before=until))
        except OSError:
            return  # it stays as it is, and is tried again sooner

    def remove(self, letter: OutboxMessage) -> None:
        (self._folder / letter.name).unlink(missing_ok=True)
        _sync(self._folder)

    def set_aside(self, letter: OutboxMessage, why: str) -> None:
        """Keep it for a person to read: sending it again would not help."""
        self._write(replace(letter, body={**letter.body, "not_taken": why}))
        self._aside(self._folder / letter.name)

    def _aside(self, path: Path) -> None:
        (self._folder / "not-taken").mkdir(exist_ok=True)
        path.replace(self._folder / "not-taken" / path.name)
        # First where it arrives, then where it left: after a crash it may be in both folders, never in neither.
        _sync(self._folder / "not-taken")
        _sync(self._folder)

    def _write(self, letter: OutboxMessage) -> None:
        fields = {"path": letter.path, "key": letter.key, "body": dict(letter.body)}
        _replace(
            self._folder / letter.name,
            json.dumps({**fields, "attempts": letter.attempts, "not_before": letter.not_before}),
        )


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut, as fsync does for the bytes of a file."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
