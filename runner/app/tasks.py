"""The tasks of a repository, read without opening its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner.ledger.mission_control import MissionControl


def read_tasks(folder: Path) -> list[dict[str, Any]]:
    """The entries of tasks.json in file order. Raises ``UsageError`` if it cannot be read."""
    return MissionControl.to_read(folder).read_tasks()


def is_interrupted(folder: Path) -> bool:
    """Whether a crash left something that opening the repository would settle."""
    return MissionControl.to_read(folder).is_interrupted
