"""``SqlLedger``: the events in SQLite (write-ahead log, synced) or any other database SQLAlchemy reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from runner.errors import LedgerError
from runner.ledger.chain import GENESIS, chained
from runner.model.events import Event

_METADATA = sa.MetaData()

# Version 1 of the schema. A later one gets a new table name or a migration, never other columns under this name.
EVENTS = sa.Table(
    "events_v1",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("trace_id", sa.String(80), index=True),
    sa.Column("order_id", sa.String(80), index=True),
    sa.Column("pass_id", sa.String(120)),
    sa.Column("patch_id", sa.String(80), index=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)


class SqlLedger:
    """Appends under the database's own write lock, so that several processes may share one ledger."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _tune_sqlite)
            sa.event.listen(self._engine, "begin", _begin)
        try:
            with self._reading() as connection:
                there = sa.inspect(connection).has_table(EVENTS.name)
            if not there:
                _METADATA.create_all(self._engine)
        except SQLAlchemyError as error:
            raise LedgerError(
                f"the ledger {url} could not be opened: {error}", "Is the disk full or read-only? df -h"
            ) from error

    @classmethod
    def at(cls, path: Path) -> SqlLedger:
        """SQLite at ``path``, made when absent."""
        return cls(f"sqlite:///{path}")

    def record(self, event: Event) -> None:
        try:
            with self._engine.begin() as connection:
                last = connection.execute(
                    sa.select(EVENTS.c.seq, EVENTS.c.hash).order_by(EVENTS.c.seq.desc()).limit(1)
                ).first()
                number, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
                connection.execute(
                    sa.insert(EVENTS).values(
                        seq=number,
                        kind=event.kind,
                        at=event.at,
                        trace_id=event.trace_id,
                        order_id=event.order_id,
                        pass_id=event.pass_id,
                        patch_id=event.patch_id,
                        data=json.dumps(event.data, sort_keys=True),
                        hash=chained(previous, event),
                    )
                )
        except SQLAlchemyError as error:
            raise LedgerError(f"the ledger could not be written: {error}", "Is the disk full? df -h") from error

    def events(
        self, *, trace_id: str | None = None, patch_id: str | None = None, kinds: Iterable[str] = ()
    ) -> tuple[Event, ...]:
        query = sa.select(EVENTS).order_by(EVENTS.c.seq)
        if trace_id is not None:
            query = query.where(EVENTS.c.trace_id == trace_id)
        if patch_id is not None:
            query = query.where(EVENTS.c.patch_id == patch_id)
        if wanted := tuple(kinds):
            query = query.where(EVENTS.c.kind.in_(wanted))
        return tuple(_event(row) for row in self._all(query))

    def latest(self, trace_id: str, kind: str) -> Event | None:
        query = sa.select(EVENTS).where(EVENTS.c.trace_id == trace_id, EVENTS.c.kind == kind)
        rows = self._all(query.order_by(EVENTS.c.seq.desc()).limit(1))
        return _event(rows[0]) if rows else None

    def verify(self) -> int:
        previous = GENESIS
        rows = self._all(sa.select(EVENTS).order_by(EVENTS.c.seq))
        for number, row in enumerate(rows, 1):
            previous = chained(previous, _event(row))
            if row.seq != number or row.hash != previous:
                raise LedgerError(
                    f"entry {row.seq} of the ledger does not fit the one before it",
                    "The ledger was edited, or an entry was removed. Trust nothing from there on.",
                )
        return len(rows)

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        try:
            with self._reading() as connection:
                return list(connection.execute(query))
        except SQLAlchemyError as error:
            raise LedgerError(f"the ledger could not be read: {error}") from error

    def _reading(self) -> sa.Connection:
        """A reader must neither wait for a writer nor need to write."""
        return self._engine.connect().execution_options(patchgate_reads=True)


def _event(row: sa.Row[Any]) -> Event:
    try:
        data = json.loads(row.data)
    except ValueError as error:
        raise LedgerError(
            f"entry {row.seq} of the ledger cannot be read", "The ledger was edited: patchgate log --verify"
        ) from error
    return Event(row.kind, row.at, row.trace_id, row.order_id, row.pass_id, row.patch_id, data)


def _tune_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins late (at the first write); the chain needs the lock before the read.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("patchgate_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
