"""The outbox: messages that the orchestrator has not accepted yet, in a small separate SQLite database.

Everything in it can be derived from the ledger, except what has been sent. A cursor says up to which ledger entry
messages were written; it moves in the same transaction as the messages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from runner.errors import LedgerError
from runner.model.events import Event
from runner.notify.old_outbox import read_old_outbox, remove_old_outbox
from runner.ports import Ledger

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message_v1 (
  number INTEGER PRIMARY KEY, path TEXT NOT NULL, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0, not_taken TEXT
);
CREATE INDEX IF NOT EXISTS message_v1_open ON message_v1 (number) WHERE not_taken IS NULL;
CREATE TABLE IF NOT EXISTS cursor_v1 (entry INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """``key`` is the idempotency key. ``not_before`` is in seconds since the epoch. ``number`` gives the order."""

    path: str
    key: str
    body: Mapping[str, object]
    attempts: int = 0
    not_before: float = 0.0
    number: int = 0


class Outbox:
    """Shared by processes: a message is written once and may be sent twice."""

    def __init__(self, path: Path) -> None:
        """``path`` is created if it does not exist. The first ``collect`` takes over a folder ``outbox`` beside it,
        which earlier versions used. Raises ``LedgerError``.
        """
        self._path = path
        with self._writing() as connection:
            connection.executescript(_SCHEMA)

    def collect(
        self, ledger: Ledger, kinds: Iterable[str], messages_for: Callable[[Event], list[OutboxMessage]]
    ) -> None:
        """Write the messages of all entries after the cursor, and move it. The first time, start at the end of the
        ledger.

        If it raises ``LedgerError``, nothing was written.
        """
        with self._writing() as connection:
            row = connection.execute("SELECT entry FROM cursor_v1").fetchone()
            cursor = self._first_cursor(connection, ledger, tuple(kinds)) if row is None else int(row[0])
            entries = ledger.after(cursor, kinds)
            if entries or row is None:
                ledger.sync()  # a power cut must not take entries that the cursor has passed
            for _number, event in entries:
                for message in messages_for(event):
                    _insert(connection, message)
            if entries or row is None:
                connection.execute("DELETE FROM cursor_v1")
                connection.execute("INSERT INTO cursor_v1 VALUES (?)", (entries[-1][0] if entries else cursor,))
        if row is None:
            remove_old_outbox(self._path.with_suffix(""))

    def messages(self) -> Iterator[OutboxMessage]:
        """The messages still to be sent, oldest first."""
        last = 0
        while True:
            with closing(self._connect()) as connection:
                found = connection.execute(
                    "SELECT path, key, body, attempts, not_before, number FROM message_v1"
                    " WHERE not_taken IS NULL AND number > ? ORDER BY number LIMIT 1",
                    (last,),
                ).fetchone()
            if found is None:
                return
            path, key, body, attempts, not_before, last = found
            yield OutboxMessage(path, key, json.loads(body), attempts, not_before, last)

    def not_taken(self) -> tuple[tuple[OutboxMessage, str], ...]:
        """Messages that the orchestrator will never accept, with its answer: kept for a person to read."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT path, key, body, attempts, not_before, number, not_taken FROM message_v1"
                " WHERE not_taken IS NOT NULL ORDER BY number"
            ).fetchall()
        return tuple((OutboxMessage(row[0], row[1], json.loads(row[2]), *row[3:6]), row[6]) for row in rows)

    def postpone(self, message: OutboxMessage, until: float) -> None:
        self._change("UPDATE message_v1 SET attempts = attempts + 1, not_before = ? WHERE number = ?", until, message)

    def remove(self, message: OutboxMessage) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM message_v1 WHERE number = ?", (message.number,))

    def set_aside(self, message: OutboxMessage, why: str) -> None:
        """Keep the message for a person to read: sending it again would not help."""
        self._change("UPDATE message_v1 SET not_taken = ? WHERE number = ?", why, message)

    def _change(self, statement: str, value: float | str, message: OutboxMessage) -> None:
        with self._writing() as connection:
            connection.execute(statement, (value, message.number))

    def _first_cursor(self, connection: sqlite3.Connection, ledger: Ledger, kinds: tuple[str, ...]) -> int:
        """Where an earlier version stopped, with its unsent messages; otherwise the end of the ledger."""
        old = read_old_outbox(self._path.with_suffix(""))
        if old is None:
            return ledger.last()
        for path, key, body in old.messages:
            _insert(connection, OutboxMessage(path, key, body))
        queued = ledger.after(0, kinds)[: old.count]
        return queued[-1][0] if queued else 0

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable when it ends."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                if connection.in_transaction:
                    connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"the outbox {self._path} failed: {error}", "Is the disk full? df -h") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=10.0)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection


def _insert(connection: sqlite3.Connection, message: OutboxMessage) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO message_v1 (path, key, body) VALUES (?, ?, ?)",
        (message.path, message.key, json.dumps(message.body)),
    )
