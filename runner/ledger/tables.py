"""The tables of the ledger. ``events_v1`` is the record. The others are derived from it and can be rebuilt.

A later version of a table gets a new name or a migration, never other columns under an old name.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from runner.errors import LedgerError
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.tags import tags_of

METADATA = sa.MetaData()

EVENTS = sa.Table(
    "events_v1",
    METADATA,
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

UNSETTLED = sa.Table(
    "unsettled_v1",
    METADATA,
    sa.Column("patch_id", sa.String(80), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
)
"""The entries of patches that are prepared but neither applied nor abandoned."""

TAGS = sa.Table(
    "tags_v1",
    METADATA,
    sa.Column("tag", sa.String(200), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
)

DERIVED = (UNSETTLED, TAGS)

_SETTLE = sa.delete(UNSETTLED).where(UNSETTLED.c.patch_id == sa.bindparam("patch"))
_OPEN = sa.insert(UNSETTLED)
_TAG = sa.insert(TAGS)


def derive(connection: sa.Connection, number: int, event: Event) -> None:
    """Update the derived tables for an entry that was just recorded, in the same transaction."""
    if event.kind in (PATCH_PREPARED, PATCH_APPLIED, PATCH_ABANDONED) and event.patch_id is not None:
        connection.execute(_SETTLE, {"patch": event.patch_id})
    if event.kind == PATCH_PREPARED and event.patch_id is not None:
        connection.execute(_OPEN, {"patch_id": event.patch_id, "seq": number})
    if tags := tags_of(event):
        connection.execute(_TAG, [{"tag": tag, "seq": number} for tag in tags])


def derive_all(connection: sa.Connection) -> None:
    """Build the derived tables from the record, once, for a ledger of an earlier version."""
    kinds = (PATCH_PREPARED, PATCH_APPLIED, PATCH_ABANDONED)
    for row in connection.execute(sa.select(EVENTS).where(EVENTS.c.kind.in_(kinds)).order_by(EVENTS.c.seq)).all():
        derive(connection, row.seq, event_of(row))


def event_of(row: sa.Row[Any]) -> Event:
    """Raises ``LedgerError`` for an entry that is not JSON."""
    try:
        data = json.loads(row.data)
    except ValueError as error:
        raise LedgerError(
            f"entry {row.seq} of the ledger cannot be read", "The ledger was edited: patchgate log --verify"
        ) from error
    return Event(row.kind, row.at, row.trace_id, row.order_id, row.pass_id, row.patch_id, data)
