"""What ``patchgate verify`` found: one value that every format prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from runner.model.diagnostics import Unjudged
from runner.model.verdict import ADVICE, REJECT


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` and ``column`` count from 1; both are 0 without a place. ``source`` is ``gate``, ``types`` or ``commands``.

    ``code`` and ``name`` are those of docs/violations.md. ``rule`` is what the compiler calls it (``TS2322``), or empty.
    """

    code: str
    name: str
    severity: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    source: str = "gate"
    rule: str = ""
    detail: str = ""

    @property
    def rejects(self) -> bool:
        return self.severity == REJECT


class CommandOutcome(Protocol):
    """How a command ended on both sides. An exit of None: it was not run there, or a limit ended it."""

    @property
    def command(self) -> str: ...
    @property
    def base_exit(self) -> int | None: ...
    @property
    def head_exit(self) -> int | None: ...
    @property
    def limit_hit(self) -> str | None: ...
    @property
    def output_tail(self) -> str: ...
    @property
    def artefact(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Report:
    """``unjudged`` was not looked at by any compiler: with ``strict`` it is no pass. ``typecheck`` is ``checked``,
    ``proved`` or ``skipped``.
    """

    base: str
    head: str
    files: int
    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...] = ()
    commands: tuple[CommandOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    typecheck: str = "skipped"
    strict: bool = False

    @property
    def safe(self) -> bool:
        return not any(each.rejects for each in self.findings) and not (self.strict and self.unjudged)

    @property
    def rejections(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.rejects)

    @property
    def advice(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if not each.rejects)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What rejects comes first; then by place."""
    return tuple(sorted(findings, key=lambda each: (each.severity == ADVICE, each.file, each.line, each.code)))
