"""What was found out about symbols and files, ready for rendering. Lines are 1-based from here on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Used:
    """A declaration that a symbol uses: its signature and, for types of the repository, their source."""

    name: str
    place: str
    signature: str
    doc: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A place that uses a symbol. ``where`` is the address of the declaration around it, or empty."""

    file: str
    line: int
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnostic of the language server; ``line`` and ``column`` are 1-based."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SymbolFindings:
    """``start`` is the 1-based line of the first line of ``source``."""

    address: str
    kind: str
    file: str
    start: int
    source: tuple[str, ...]
    signature: str
    doc: str
    uses: tuple[Used, ...]
    used_by: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    depth: int
    kind: str
    address: str
    start: int
    end: int
    signature: str = ""


@dataclass(frozen=True, slots=True)
class FileFindings:
    file: str
    lines: int
    outline: tuple[OutlineEntry, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """``missing`` says, in sentences, what was asked for and does not exist."""

    symbols: tuple[SymbolFindings, ...]
    files: tuple[FileFindings, ...]
    missing: tuple[str, ...] = ()
