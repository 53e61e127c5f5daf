"""``SqlLedger``: the events in SQLite (write-ahead log, synced) or any other database that SQLAlchemy supports."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from runner.errors import LedgerError
from runner.ledger.chain import GENESIS, chained
from runner.ledger.tables import DERIVED, EVENTS, METADATA, TAGS, UNSETTLED, derive, derive_all, event_of
from runner.model.events import PATCH_APPLIED, Event

# Made once: SQLAlchemy takes longer to put a statement together than SQLite takes to run it.
_LAST = sa.select(EVENTS.c.seq, EVENTS.c.hash).order_by(EVENTS.c.seq.desc()).limit(1)
_LATEST = (
    sa.select(EVENTS)
    .where(EVENTS.c.trace_id == sa.bindparam("trace"), EVENTS.c.kind == sa.bindparam("kind"))
    .order_by(EVENTS.c.seq.desc())
    .limit(1)
)
_APPEND = sa.insert(EVENTS)
# SQLite's words. In write-ahead mode NORMAL leaves out one sync, that of the log at the end of a transaction; what is in the
# log stays in order, so that a power cut takes entries from the end only.
_SYNCED, _UNSYNCED = "FULL", "NORMAL"


class SqlLedger:
    """Appends under the database's own write lock, so several processes may share one ledger."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _tune_sqlite)
            sa.event.listen(self._engine, "begin", _begin)
        self._unsynced = self._engine.execution_options(patchgate_unsynced=True)
        try:
            self._make_tables()
        except SQLAlchemyError as error:
            raise LedgerError(
                f"the ledger {url} could not be opened: {error}", "Is the disk full or read-only? df -h"
            ) from error

    @classmethod
    def at(cls, path: Path) -> SqlLedger:
        """SQLite at ``path``, created if it does not exist."""
        return cls(f"sqlite:///{path}")

    def record(self, event: Event, *, durable: bool = True) -> None:
        data = json.dumps(event.data, sort_keys=True)
        try:
            with (self._engine if durable else self._unsynced).begin() as connection:
                last = connection.execute(_LAST).first()
                number, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
                entry = {
                    "seq": number,
                    "kind": event.kind,
                    "at": event.at,
                    "trace_id": event.trace_id,
                    "order_id": event.order_id,
                    "pass_id": event.pass_id,
                    "patch_id": event.patch_id,
                    "data": data,
                    "hash": chained(previous, event),
                }
                connection.execute(_APPEND, entry)
                derive(connection, number, event)
        except SQLAlchemyError as error:
            raise LedgerError(f"the ledger could not be written: {error}", "Is the disk full? df -h") from error

    def sync(self) -> None:
        """What is not in the write-ahead log any more was synced when it moved from there to the database."""
        if self._engine.dialect.name != "sqlite" or not self._engine.url.database:
            return  # a server's commits are durable
        try:
            descriptor = os.open(f"{self._engine.url.database}-wal", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        except OSError as error:
            raise LedgerError(f"the ledger could not be synced: {error}") from error
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise LedgerError(f"the ledger could not be synced: {error}", "Is the disk full? df -h") from error
        finally:
            os.close(descriptor)

    def events(
        self,
        *,
        trace_id: str | None = None,
        patch_id: str | None = None,
        patch_start: str | None = None,
        tag: str | None = None,
        kinds: Iterable[str] = (),
    ) -> tuple[Event, ...]:
        query = sa.select(EVENTS).order_by(EVENTS.c.seq)
        if trace_id is not None:
            query = query.where(EVENTS.c.trace_id == trace_id)
        if patch_id is not None:
            query = query.where(EVENTS.c.patch_id == patch_id)
        if patch_start is not None:
            query = query.where(*_starts(EVENTS.c.patch_id, patch_start))
        if tag is not None:
            query = query.join(TAGS, TAGS.c.seq == EVENTS.c.seq).where(TAGS.c.tag == tag)
        if wanted := tuple(kinds):
            query = query.where(EVENTS.c.kind.in_(wanted))
        return tuple(event_of(row) for row in self._all(query))

    def newest(self, *, tag: str) -> Event | None:
        newest = sa.select(sa.func.max(TAGS.c.seq)).where(TAGS.c.tag == tag).scalar_subquery()
        rows = self._all(sa.select(EVENTS).where(EVENTS.c.seq == newest))
        return event_of(rows[0]) if rows else None

    def after(self, number: int, kinds: Iterable[str]) -> tuple[tuple[int, Event], ...]:
        query = sa.select(EVENTS).where(EVENTS.c.seq > number, EVENTS.c.kind.in_(tuple(kinds))).order_by(EVENTS.c.seq)
        return tuple((row.seq, event_of(row)) for row in self._all(query))

    def last(self) -> int:
        return self._all(sa.select(sa.func.max(EVENTS.c.seq)))[0][0] or 0

    def traces(self, start: str) -> tuple[str, ...]:
        query = sa.select(EVENTS.c.trace_id).where(EVENTS.c.kind == PATCH_APPLIED, *_starts(EVENTS.c.trace_id, start))
        return tuple(sorted({str(row.trace_id) for row in self._all(query.distinct())}))

    def unsettled(self) -> tuple[Event, ...]:
        query = sa.select(EVENTS).join(UNSETTLED, UNSETTLED.c.seq == EVENTS.c.seq).order_by(EVENTS.c.seq)
        return tuple(event_of(row) for row in self._all(query))

    def latest(self, trace_id: str, kind: str) -> Event | None:
        rows = self._all(_LATEST, {"trace": trace_id, "kind": kind})
        return event_of(rows[0]) if rows else None

    def verify(self) -> int:
        previous = GENESIS
        rows = self._all(sa.select(EVENTS).order_by(EVENTS.c.seq))
        for number, row in enumerate(rows, 1):
            previous = chained(previous, event_of(row))
            if row.seq != number or row.hash != previous:
                raise LedgerError(
                    f"entry {row.seq} of the ledger does not fit the one before it",
                    "The ledger was edited, or an entry was removed. Trust nothing from there on.",
                )
        return len(rows)

    def _make_tables(self) -> None:
        with self._reading() as connection:
            there = set(sa.inspect(connection).get_table_names())
        if there.issuperset(METADATA.tables):
            return
        METADATA.create_all(self._engine, tables=[EVENTS])
        with self._engine.begin() as connection:  # one transaction: another process sees all of it or nothing
            if not set(sa.inspect(connection).get_table_names()).issuperset(table.name for table in DERIVED):
                METADATA.create_all(connection, tables=list(DERIVED))
                derive_all(connection)

    def _all(self, query: sa.Select[Any], values: Mapping[str, object] | None = None) -> list[sa.Row[Any]]:
        try:
            with self._reading() as connection:
                return list(connection.execute(query, values))
        except SQLAlchemyError as error:
            raise LedgerError(f"the ledger could not be read: {error}") from error

    def _reading(self) -> sa.Connection:
        """A reader neither waits for a writer nor needs to write."""
        return self._engine.connect().execution_options(patchgate_reads=True)


def _starts(column: sa.Column[Any], start: str) -> tuple[sa.ColumnElement[bool], ...]:
    """A range that an index can answer. LIKE would ignore case and interpret wildcards."""
    return (column >= start, column < start + "\U0010ffff") if start else (column.is_not(None),)


def _tune_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin at the first write, which is too late: the chain needs the lock before it
    # reads.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={_SYNCED}", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("patchgate_reads", False):
        connection.exec_driver_sql("BEGIN")
        return
    wanted = _UNSYNCED if options.get("patchgate_unsynced", False) else _SYNCED
    if connection.info.get("synchronous", _SYNCED) != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE")
