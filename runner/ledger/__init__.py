"""The ledger: the append-only, hash-chained record, and the files of ``.mission_control/`` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.ledger.memory import MemoryLedger
from runner.ledger.mission_control import MissionControl

if TYPE_CHECKING:
    from runner.ledger.sql import SqlLedger

__all__ = ["MemoryLedger", "MissionControl", "SqlLedger"]


def __getattr__(name: str) -> object:
    """SQLAlchemy is loaded where a ledger is opened: the list of tasks is read without one."""
    if name == "SqlLedger":
        from runner.ledger.sql import SqlLedger

        return SqlLedger
    raise AttributeError(name)
