"""The tasks of ``.mission_control/tasks.json``, a file that an outside orchestrator also writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from runner.edits.changes.scope import carry_scope, resolve_scope
from runner.errors import UsageError
from runner.model.order import Task
from runner.model.suggestions import hint_for
from runner.model.text import LineSpan
from runner.model.tree import Candidate, FileSet
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.orders.places import plain_task
from runner.text.encoding import decode
from runner.text.paths import ROOTS, plain_address
from runner.text.positions import LineIndex


class _Span(BaseModel):
    file: str
    start: int
    end: int


class _Task(BaseModel):
    """Keys of other tools stay in the file."""

    model_config = ConfigDict(extra="ignore")
    uuid: str
    instruction: str = ""
    file: str | None = None
    placeholder: str | None = None
    status: str = "pending"
    allowed_spans: list[_Span] = []
    allowed_symbols: list[str] = []
    allowed_paths: list[str] = []
    allowed_guards: list[str] = []


def known_task(uuid: str, tasks: Iterable[Mapping[str, Any]], roots: Sequence[str] = ROOTS) -> Task:
    """The task called ``uuid``, with paths relative to ``roots``.

    Raises ``Refused`` where there is none, or where it names a place outside; ``UsageError`` when its entry is not a task.
    """
    listed = list(tasks)
    entry = next((task for task in listed if task.get("uuid") == uuid), None)
    if entry is None:
        hint = hint_for(uuid, (str(task.get("uuid")) for task in listed)) or None
        raise Refused(violation("scope.unknown-task", f"there is no task {uuid[:80]!r}", hint=hint))
    return plain_task(_task(uuid, entry), roots)


def _task(uuid: str, entry: Mapping[str, Any]) -> Task:
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
        allowed_guards=tuple(given.allowed_guards),
    )


def carried_spans(
    tasks: Iterable[Mapping[str, Any]], candidate: Candidate, own: str | None, roots: Sequence[str] = ROOTS
) -> list[dict[str, Any]]:
    """The tasks whose ``allowed_spans`` a patch has moved, with the new lines.

    ``own`` is the patch's own task: an insertion at the edge of its span belongs to the span. A span that the patch cut
    no longer allows anything, and is removed.
    """
    moved: list[dict[str, Any]] = []
    for entry in tasks:
        spans = entry.get("allowed_spans")
        if not isinstance(spans, list):
            continue
        spans = [_plain_span(span, roots) for span in spans]
        if not any(_touched(span, candidate) for span in spans):
            continue
        new = [after for span in spans for after in _carried(span, candidate, own=entry.get("uuid") == own)]
        if new != spans:
            moved.append({**entry, "allowed_spans": new})
    return moved


def _plain_span(span: object, roots: Sequence[str]) -> object:
    if not isinstance(span, dict) or not isinstance(span.get("file"), str):
        return span
    return {**span, "file": plain_address(span["file"], roots)}


def _touched(span: object, candidate: Candidate) -> bool:
    if not isinstance(span, dict) or not all(type(span.get(key)) is int for key in ("start", "end")):
        return False
    return isinstance(span.get("file"), str) and span["file"] in candidate.before


def _carried(span: dict[str, Any], candidate: Candidate, *, own: bool) -> list[dict[str, Any]]:
    if not _touched(span, candidate):
        return [span]
    before = FileSet(candidate.before, candidate.base)
    task = Task("", allowed_spans=(LineSpan(span["file"], span["start"], span["end"]),))
    try:
        scope = carry_scope(resolve_scope(task, before), candidate.change_set, own=own)
    except Refused:
        return [span]  # it was not in the file before either
    found = []
    for path, places in scope.spans.items():
        state = candidate.files.get(path)
        if state is None:
            continue
        index = LineIndex(decode(state.content, path).text)
        for start, end in places:
            last = index.position(max(start, end - 1)).line
            found.append({**span, "file": path, "start": index.position(start).line + 1, "end": last + 1})
    return found
