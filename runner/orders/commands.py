"""The commands of an order file: ``policy.commands``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from runner.model.order import COMMAND_LIMITS, Command, Limits


class CommandLimits(BaseModel):
    model_config = ConfigDict(extra="forbid")
    wall_s: Annotated[float, Field(gt=0, le=86_400)] = COMMAND_LIMITS.wall_s
    memory_mb: Annotated[int, Field(ge=32, le=1_048_576)] = COMMAND_LIMITS.memory_mb
    cpus: Annotated[float, Field(gt=0, le=256)] = COMMAND_LIMITS.cpus
    pids: Annotated[int, Field(ge=8, le=32_768)] = COMMAND_LIMITS.pids
    output_kb: Annotated[int, Field(ge=1, le=1_048_576)] = COMMAND_LIMITS.output_kb


class CommandEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    run: Annotated[str, Field(min_length=1, max_length=4000)]
    limits: CommandLimits = CommandLimits()
    image: Annotated[str, Field(min_length=1)] = "patchgate/specialist"
    artefacts: Annotated[list[Annotated[str, Field(min_length=1, max_length=1000)]], Field(max_length=50)] = []
    must: Literal["hold", "pass"] = "hold"
    when: Literal["pass", "patch"] = "pass"

    @field_validator("run", "artefacts")
    @classmethod
    def _no_nul(cls, value: str | list[str]) -> str | list[str]:
        if "\0" in "".join(value):
            raise ValueError("a command line cannot hold a NUL")
        return value


def unique_names(entries: list[CommandEntry]) -> list[CommandEntry]:
    names = [entry.name for entry in entries]
    for number, name in enumerate(names):
        if names.index(name) != number:
            raise ValueError(f"{name!r} names two commands; give each its own name")
    return entries


def command_of(entry: CommandEntry) -> Command:
    return Command(
        name=entry.name,
        run=entry.run,
        limits=Limits(**entry.limits.model_dump()),
        image=entry.image,
        artefacts=tuple(entry.artefacts),
        must=entry.must,
        when=entry.when,
    )
