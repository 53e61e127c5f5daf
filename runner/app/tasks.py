"""The tasks of a repository, read without opening its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.ledger.mission_control import MissionControl
from runner.model.suggestions import hint_for


def read_tasks(folder: Path) -> list[dict[str, Any]]:
    """The entries of tasks.json in file order. Raises ``UsageError`` if it cannot be read."""
    return MissionControl.to_read(folder).read_tasks()


def is_interrupted(folder: Path) -> bool:
    """Whether a crash left something that opening the repository would settle."""
    return MissionControl.to_read(folder).is_interrupted


def no_task(uuid: str, tasks: Iterable[Mapping[str, Any]]) -> UsageError:
    hint = hint_for(uuid, (str(task.get("uuid")) for task in tasks), "List the tasks with: patchctl list-tasks")
    return UsageError(f"there is no task {uuid!r}", hint)
