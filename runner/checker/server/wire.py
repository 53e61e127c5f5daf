"""The answers of the checker server, read once: JSON in, frozen values out.

Paths are repository-relative with ``/``. Lines and characters are 0-based (UTF-16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from runner.model.diagnostics import Diagnostic

CONFIG_ERRORS = ""
_Answer = TypeVar("_Answer", bound="BaseModel")


class BadAnswer(Exception):
    """The server sent something that the protocol does not have."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One project in full: its files in the repository (not those of packages) and every error of every stage.

    ``stops`` is the stage (``config``, ``global``) at which that compiler's command line would stop and show no types.
    """

    config: str
    files: frozenset[str]
    errors: tuple[Diagnostic, ...]
    stops: str | None
    typescript: str = ""
    options: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a batch says of one project. ``errors`` has every file that was looked at, clean ones too; those without a
    file are under ``CONFIG_ERRORS``. ``files`` is None if the project's set of files is the base's.
    """

    config: str
    errors: Mapping[str, tuple[Diagnostic, ...]]
    files: frozenset[str] | None
    stops: str | None
    how: str


@dataclass(frozen=True, slots=True)
class Batch:
    """With ``done``, every file in no batch of the judgement has the errors that it has in the base."""

    projects: tuple[Checked, ...]
    done: bool


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Error(_Model):
    file: str
    line: int
    character: int
    code: str
    message: str
    detail: str = ""
    stage: str = "semantic"


class _Opened(_Model):
    config: str
    files: list[str]
    errors: list[_Error]
    stops: str | None = None
    typescript: str = ""
    options: dict[str, bool | None] = {}


class _Projects(_Model):
    projects: list[_Opened]


class _Checked(_Model):
    config: str
    checked: dict[str, list[_Error]]
    files: list[str] | None = None
    stops: str | None = None
    how: str = "own"


class _Batch(_Model):
    projects: list[_Checked]
    done: bool


def read_opened(answer: Any) -> tuple[Opened, ...]:
    """The result of ``open`` or ``errors``. Raises ``BadAnswer``."""
    return tuple(_opened(each) for each in _read(_Projects, answer).projects)


def read_cold(answer: Any, config: str) -> Opened:
    """The result of ``cold``. Raises ``BadAnswer``."""
    return _opened(_read(_Opened, {**answer, "config": config} if isinstance(answer, dict) else answer))


def read_batch(answer: Any) -> Batch:
    """The result of ``judge`` or ``more``. Raises ``BadAnswer``."""
    batch = _read(_Batch, answer)
    return Batch(tuple(_checked(each) for each in batch.projects), batch.done)


def _read(model: type[_Answer], answer: Any) -> _Answer:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise BadAnswer(f"the checker server's answer cannot be read: {error.errors()[0]['loc']}") from error


def _opened(found: _Opened) -> Opened:
    errors = tuple(_error(found.config, each) for each in found.errors)
    options = {name: bool(value) for name, value in found.options.items()}
    return Opened(found.config, frozenset(found.files), errors, found.stops, found.typescript, options)


def _checked(found: _Checked) -> Checked:
    errors = {path: tuple(_error(found.config, each) for each in listed) for path, listed in found.checked.items()}
    files = None if found.files is None else frozenset(found.files)
    return Checked(found.config, errors, files, found.stops, found.how)


def _error(project: str, error: _Error) -> Diagnostic:
    return Diagnostic(
        project, error.file, error.line, error.character, error.code, error.message, error.detail, error.stage
    )
