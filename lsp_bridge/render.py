"""Renders findings as Markdown within a budget. Pure. What a reader needs most comes first and is cut last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsp_bridge.findings import FileFindings, Findings, OutlineEntry, Problem, SymbolFindings, Use, Used

CHARACTERS_A_TOKEN = 4
_MAX_OUTLINE = 150
_RESERVE = 240  # for the line that says what was left out


@dataclass(frozen=True, slots=True)
class _Section:
    """``rank`` 0 is needed most. ``items`` are whole pieces: a section is cut between items, never inside one."""

    rank: int
    title: str
    items: tuple[str, ...]
    unit: str
    fence: str = ""


def render(findings: Findings, budget: int) -> str:
    """Markdown of at most about ``budget`` tokens. The last line names everything that was cut."""
    sections = [_Section(0, "", tuple(f"> {line}" for line in findings.missing), "notes")] if findings.missing else []
    for symbol in findings.symbols:
        sections += _symbol_sections(symbol)
    for file in findings.files:
        sections += _file_sections(file)
    room = max(budget * CHARACTERS_A_TOKEN - _RESERVE, 0)
    kept = [0] * len(sections)
    for index in sorted(range(len(sections)), key=lambda index: (sections[index].rank, index)):
        kept[index], room = _fill(sections[index], room)
    parts = [_write(section, count) for section, count in zip(sections, kept, strict=True) if count]
    cut = [
        f"{len(section.items) - count} of {len(section.items)} {section.unit}"
        for section, count in zip(sections, kept, strict=True)
        if count < len(section.items)
    ]
    if cut:
        named = cut if len(cut) <= 6 else [*cut[:6], f"parts of {len(cut) - 6} more sections"]
        parts.append(f"_Left out to stay within {budget} tokens: {'; '.join(named)}. Ask again with a larger budget._")
    return "\n\n".join(parts) + "\n"


def _fill(section: _Section, room: int) -> tuple[int, int]:
    """How many items fit into ``room`` characters, and the remaining room."""
    overhead = len(section.title) + (2 * len(section.fence) + 12 if section.fence else 4)
    left = room - overhead
    count = 0
    for item in section.items:
        if len(item) + 1 > left:
            break
        left -= len(item) + 1
        count += 1
    return (count, left) if count else (0, room)


def _write(section: _Section, count: int) -> str:
    body = "\n".join(section.items[:count])
    if section.fence:
        marker = "```"
        while marker in body:
            marker += "`"
        more = len(section.items) - count
        body = f"{marker}{section.fence}\n{body}\n{marker}" + (f"\n({more} more lines)" if more else "")
    return f"{section.title}\n{body}" if section.title else body


def _symbol_sections(symbol: SymbolFindings) -> list[_Section]:
    last = symbol.start + len(symbol.source) - 1
    name = symbol.address
    where = f"lines {symbol.start}-{last}" if last > symbol.start else f"line {last}"
    title = f"## `{name}` ({symbol.kind}, {symbol.file} {where})"
    sections = [_Section(1, title, tuple(symbol.source), f"lines of {name}", "ts")]
    if symbol.signature:
        sections.append(_Section(0, f"Type of `{name}`:", (_fenced(symbol.signature),), f"types of {name}"))
    if symbol.doc and symbol.doc not in "\n".join(symbol.source):
        sections.append(_Section(4, "Doc comment:", tuple(symbol.doc.split("\n")), f"doc lines of {name}"))
    if symbol.uses:
        sections.append(
            _Section(2, f"### `{name}` uses", tuple(map(_used, symbol.uses)), f"declarations that {name} uses")
        )
    if symbol.used_by:
        sections.append(_Section(3, f"### `{name}` is used by", _uses(symbol.used_by), f"places that use {name}"))
    return sections


def _file_sections(file: FileFindings) -> list[_Section]:
    sections = []
    grave = tuple(_problem(problem) for problem in file.problems if problem.severity in ("error", "warning"))
    light = tuple(_problem(problem) for problem in file.problems if problem.severity not in ("error", "warning"))
    if grave:
        sections.append(_Section(0, f"## Errors in `{file.file}`", grave, f"errors in {file.file}"))
    if light:
        sections.append(_Section(4, f"## Hints on `{file.file}`", light, f"hints on {file.file}"))
    if file.outline:
        whole = len(file.outline) <= _MAX_OUTLINE
        entries = tuple(_entry(entry) for entry in file.outline if whole or entry.depth == 0)
        left_out = "" if whole else "; members are left out, see `patchctl outline`"
        title = f"## Outline of `{file.file}` ({file.lines} lines{left_out})"
        sections.append(_Section(4, title, entries, f"outline entries of {file.file}"))
    return sections


def _entry(entry: OutlineEntry) -> str:
    name = entry.address.partition("#")[2]
    lines = f"lines {entry.start}-{entry.end}" if entry.end > entry.start else f"line {entry.start}"
    signature = f": `{_inline(entry.signature)}`" if entry.signature else ""
    return f"{'  ' * entry.depth}- `{name}` {entry.kind}, {lines}{signature}"


def _used(used: Used) -> str:
    doc = f" — {_one_line(used.doc)}" if used.doc else ""
    return f"- `{used.name}` ({used.place}){doc}\n{_indented(_fenced(used.source or used.signature))}"


def _uses(uses: Sequence[Use]) -> tuple[str, ...]:
    return tuple(
        f"- {use.file}:{use.line}{f' in `{use.where}`' if use.where else ''}: `{_inline(use.text)}`" for use in uses
    )


def _problem(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}"
    return f"- {place} {problem.severity} {problem.code}: {_one_line(problem.message)}"


def _fenced(code: str) -> str:
    marker = "```"
    while marker in code:
        marker += "`"
    return f"{marker}ts\n{code}\n{marker}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.split("\n"))


def _one_line(text: str, limit: int = 240) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _inline(text: str) -> str:
    return _one_line(text, 160).replace("`", "'")
