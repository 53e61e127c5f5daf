"""The ledger: the append-only, hash-chained record, and the files of ``.mission_control/`` beside it."""

from runner.ledger.memory import MemoryLedger
from runner.ledger.mission_control import MissionControl
from runner.ledger.sql import SqlLedger

__all__ = ["MemoryLedger", "MissionControl", "SqlLedger"]
