"""The tasks of ``.mission_control/tasks.json``: a file that an outside orchestrator writes too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from runner.model.order import Task
from runner.model.text import LineSpan
from runner.ports import UsageError


class _Span(BaseModel):
    file: str
    start: int
    end: int


class _Task(BaseModel):
    """Keys of others are theirs, and stay in the file."""

    model_config = ConfigDict(extra="ignore")
    uuid: str
    instruction: str = ""
    file: str | None = None
    placeholder: str | None = None
    status: str = "pending"
    allowed_spans: list[_Span] = []
    allowed_symbols: list[str] = []
    allowed_paths: list[str] = []


def task_named(uuid: str, tasks: Iterable[Mapping[str, Any]]) -> Task | None:
    """The task called ``uuid``; None where there is none. Raises ``UsageError`` when its entry is not a task."""
    entry = next((task for task in tasks if task.get("uuid") == uuid), None)
    if entry is None:
        return None
    try:
        given = _Task.model_validate({key: value for key, value in entry.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"tasks.json: task {uuid}: {place}: {first['msg']}", "Correct the entry; its shape is in docs/orders.md."
        ) from error
    return Task(
        uuid=given.uuid,
        instruction=given.instruction,
        file=given.file,
        placeholder=given.placeholder,
        status=given.status,
        allowed_spans=tuple(LineSpan(span.file, span.start, span.end) for span in given.allowed_spans),
        allowed_symbols=tuple(given.allowed_symbols),
        allowed_paths=tuple(given.allowed_paths),
    )
