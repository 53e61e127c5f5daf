"""Reads order files, JSON or YAML, into ``runner.model.order``. Error messages point at the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from runner.errors import UsageError
from runner.model import order as model
from runner.model.contract import parse_contract
from runner.model.ids import new_order_id
from runner.model.suggestions import hint_for
from runner.model.text import LineSpan
from runner.orders.commands import CommandEntry, command_of, unique_names
from runner.orders.text_places import Lines, parse_with_lines

MAX_BYTES = 4 * 1024 * 1024


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Span(_Strict):
    file: str
    start: Annotated[int, Field(ge=1)]
    end: Annotated[int, Field(ge=1)]

    @field_validator("end")
    @classmethod
    def _not_before_start(cls, end: int, info: ValidationInfo) -> int:
        if end < info.data.get("start", end):
            raise ValueError(f"end {end} is before start {info.data['start']}; lines are 1-based and inclusive")
        return end


class _Task(_Strict):
    uuid: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.-]+$")]
    instruction: str = ""
    file: str | None = None
    placeholder: str | None = None
    status: str = "pending"
    allowed_spans: list[_Span] = []
    allowed_symbols: list[Annotated[str, Field(pattern=r"^[^#]+#[^#]+$")]] = []
    allowed_paths: list[Annotated[str, Field(min_length=1)]] = []
    allowed_guards: list[Annotated[str, Field(min_length=1)]] = []

    @model_validator(mode="after")
    def _has_a_scope(self) -> _Task:
        if not (self.allowed_spans or self.allowed_symbols or self.allowed_paths or self.file):
            raise ValueError(
                "name allowed_spans, allowed_symbols, allowed_paths or at least file: a task may not touch everything"
            )
        return self


class _Limits(_Strict):
    wall_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    memory_mb: Annotated[int, Field(ge=32, le=1_048_576)] = 512
    cpus: Annotated[float, Field(gt=0, le=256)] = 1.0
    pids: Annotated[int, Field(ge=8, le=32_768)] = 128
    output_kb: Annotated[int, Field(ge=1, le=1_048_576)] = 1024
    submissions: Annotated[int, Field(ge=1, le=100_000)] = 50
    attempts: Annotated[int, Field(ge=1, le=20)] = 2


def _term(term: str) -> str:
    parse_contract([term])
    return term


class _Stage(_Strict):
    specialist: Annotated[str, Field(min_length=1)]
    tasks: Literal["all"] | list[str] = "all"
    options: dict[str, Any] = {}
    limits: _Limits = _Limits()
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")] | None = None
    image: str | None = None
    command: list[str] = []
    mount: str | None = None
    contract: list[Annotated[str, AfterValidator(_term)]] = []

    @model_validator(mode="after")
    def _custom_is_whole(self) -> _Stage:
        own = {"name": self.name, "command": self.command, "image": self.image, "mount": self.mount}
        if self.specialist == "custom":
            if missing := [key for key in ("name", "command") if not own[key]]:
                raise ValueError(f"a custom specialist needs {' and '.join(missing)}")
        elif given := [key for key, value in own.items() if value]:
            raise ValueError(f"{given[0]} is for specialist: custom only")
        return self


class _Policy(_Strict):
    max_changed_ratio: Annotated[float, Field(ge=0, le=1)] = 0.3
    typecheck: Literal["always", "never"] = "always"
    on_blocked: Literal["stop", "continue"] = "stop"
    auto_land: bool = False
    layout: Literal["advise", "reindent", "refuse"] = "advise"
    max_file_kb: Annotated[int, Field(ge=1)] = 4096
    max_source_kb: Annotated[int, Field(ge=1)] = 32768
    commands: Annotated[list[CommandEntry], AfterValidator(unique_names)] = []


class _Order(_Strict):
    version: Literal[1]
    order_id: Annotated[str, Field(pattern=r"^[\w.-]{1,80}$")] | None = None
    title: str = ""
    prompt: str = ""
    repo: str | None = None
    base: str = "HEAD"
    tasks: Annotated[list[_Task], Field(min_length=1)]
    pipeline: Annotated[list[_Stage], Field(min_length=1)]
    policy: _Policy = _Policy()


# pydantic's own messages are about Python.
_WORDS = {
    "extra_forbidden": "unknown key",
    "missing": "is missing",
    "model_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
}


# The keys of what stands below a key, or (for "") of the order itself.
_KEYS_OF: dict[str, type[BaseModel]] = {
    "": _Order,
    "tasks": _Task,
    "allowed_spans": _Span,
    "pipeline": _Stage,
    "limits": _Limits,
    "policy": _Policy,
    "commands": CommandEntry,
}


def read_order(path: Path, *, specialists: Sequence[str], repo: str | None = None) -> model.Order:
    """``specialists`` are the known roles. ``repo`` (from ``--repo``) takes precedence over the file's. Raises
    ``UsageError``.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the order {path} cannot be read: {error.strerror}", "Check the path.") from error
    return parse_order(raw, path, specialists=specialists, repo=repo)


def parse_order(raw: bytes, path: Path, *, specialists: Sequence[str], repo: str | None = None) -> model.Order:
    """``raw`` as an order. ``path`` is for messages and for paths relative to the order. Raises ``UsageError``."""
    if len(raw) > MAX_BYTES:
        raise UsageError(f"the order {path} has more than {MAX_BYTES // 1024 // 1024} MiB", "Split it.")
    data, lines = parse_with_lines(raw, path)
    try:
        given = _Order.model_validate(data)
    except ValidationError as error:
        problems = [_problem(path, lines, each["loc"], _message(each)) for each in error.errors()[:10]]
        raise UsageError("\n".join(problems), "The format is described in docs/orders.md.") from error
    _cross_check(given, path, lines, specialists)
    if not (repo or given.repo):
        raise UsageError(f"{path} names no repository", 'Add "repo" to the order, or give --repo DIR.')
    order = _order(given, repo or given.repo or "", path.absolute().parent)
    return replace(order, file=str(path), lines=lines)


def _message(error: Any) -> str:
    """What is wrong with one value, with the key that was meant where it is an unknown one."""
    message = str(_WORDS.get(error["type"], error["msg"]))
    if error["type"] != "extra_forbidden":
        return message
    *around, key = (part for part in error["loc"] if isinstance(part, str))
    known = _KEYS_OF.get(around[-1] if around else "", _Order).model_fields
    return f"{message}. {hint_for(key, known)}".removesuffix(". ")


def _problem(path: Path, lines: Lines, place: Iterable[str | int], message: str) -> str:
    # pydantic adds names of union members to a location, so show the line of its longest known prefix.
    parts = tuple(place)
    known = max((size for size in range(len(parts) + 1) if parts[:size] in lines), default=0)
    where = ".".join(str(part) for part in parts) or "the order"
    return f"{path}:{lines.get(parts[:known], 1)}: {where}: {message.removeprefix('Value error, ')}"


def _cross_check(given: _Order, path: Path, lines: Lines, specialists: Sequence[str]) -> None:
    uuids = [task.uuid for task in given.tasks]
    for number, uuid in enumerate(uuids):
        if uuids.index(uuid) != number:
            raise UsageError(
                _problem(path, lines, ("tasks", number, "uuid"), f"{uuid!r} is used twice"), "Give each task its own."
            )
    for number, stage in enumerate(given.pipeline):
        if stage.name in specialists:
            message = f"{stage.name!r} is the name of a specialist of ours"
            raise UsageError(_problem(path, lines, ("pipeline", number, "name"), message), "Choose another name.")
        if stage.specialist != "custom" and stage.specialist not in specialists:
            message = f"there is no specialist {stage.specialist!r}"
            known = ", ".join([*specialists, "custom"])
            hint = hint_for(stage.specialist, [*specialists, "custom"], f"Known are: {known}.")
            raise UsageError(_problem(path, lines, ("pipeline", number, "specialist"), message), hint)
        for unknown in [] if stage.tasks == "all" else [uuid for uuid in stage.tasks if uuid not in uuids]:
            message = f"there is no task {unknown!r}"
            hint = hint_for(unknown, uuids, f"The tasks are: {', '.join(uuids)}.")
            raise UsageError(_problem(path, lines, ("pipeline", number, "tasks"), message), hint)


def _order(given: _Order, repo: str, folder: Path) -> model.Order:
    return model.Order(
        order_id=given.order_id or new_order_id(),
        title=given.title or given.prompt[:80] or "Untitled order",
        prompt=given.prompt,
        repo=repo,
        base=given.base,
        tasks=tuple(_task(task) for task in given.tasks),
        pipeline=tuple(_stage(stage, folder) for stage in given.pipeline),
        policy=_policy(given.policy),
    )


def _policy(policy: _Policy) -> model.Policy:
    commands = tuple(command_of(entry) for entry in policy.commands)
    return model.Policy(**policy.model_dump(exclude={"commands"}), commands=commands)


def _task(task: _Task) -> model.Task:
    return model.Task(
        uuid=task.uuid,
        instruction=task.instruction,
        file=task.file,
        placeholder=task.placeholder,
        status=task.status,
        allowed_spans=tuple(LineSpan(span.file, span.start, span.end) for span in task.allowed_spans),
        allowed_symbols=tuple(task.allowed_symbols),
        allowed_paths=tuple(task.allowed_paths),
        allowed_guards=tuple(task.allowed_guards),
    )


def _stage(stage: _Stage, folder: Path) -> model.Stage:
    return model.Stage(
        specialist=stage.specialist,
        tasks=None if stage.tasks == "all" else tuple(stage.tasks),
        options=stage.options,
        limits=stage.limits.model_dump(exclude_unset=True),
        name=stage.name,
        image=stage.image,
        command=tuple(stage.command),
        mount=_mount(folder, stage.mount) if stage.mount else None,
        contract=tuple(stage.contract),
    )


def _mount(folder: Path, named: str) -> str:
    """A container sees what is mounted. A stranger's order may mount what came with the order, but not the home folder."""
    found = (folder / named).resolve()
    if not found.is_relative_to(folder.resolve()) or found == Path("/"):
        raise UsageError(
            f"the mount {named} lies outside of the order's folder {folder}",
            "Put the specialist's program beside the order, or the order beside the program.",
        )
    return str(found)
