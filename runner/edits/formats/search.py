"""Finds the one place that a submission's text means.

An exact match comes first. If there is none, whole lines are compared without white space, and only one place may fit.
Every refusal names the lines that the submitter should look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from runner.edits.formats.builder import Source
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.blocks import indent_of

WHITE_SPACE = "white space"
# How many lines with equally many shared words are compared letter by letter, and how much of a line is shown.
_TIES, _SHOWN = 50, 120
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """Offsets in the source's text. ``indents`` of a fuzzy match maps the sought indentation to that of the file."""

    start: int
    end: int
    fuzzy: str | None = None
    indents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """What the payload says about several matches. ``occurrence`` is 1-based, or 0 if not given. ``lines``: a run of
    whole lines is preferred to matches inside longer lines.
    """

    occurrence: int = 0
    every: bool = False
    lines: bool = False


def locate(source: Source, sought: str, what: str, options: MatchOptions | None = None) -> list[Match]:
    """The places of ``sought``: one match, or all that the options ask for, in order. ``what`` names it in messages.

    Raises ``Refused``: ``edit.not-found`` with the nearest line, ``edit.ambiguous`` with the lines of the candidates.
    """
    options = options or MatchOptions()
    needle = source.adopt(sought)
    found = [Match(at, at + len(needle)) for at in _occurrences(source.text, needle, overlapping=not options.every)]
    if not found:
        found = _by_lines(source, needle)
        if len(found) > 1:
            raise ambiguous(source, found, f"{what} (white space disregarded)")
    if not found:
        raise not_found(source, needle, what)
    if options.lines and len(found) > 1:
        found = [each for each in found if _is_whole(source, each)] or found
    if options.every:
        return found
    if options.occurrence:
        if options.occurrence > len(found):
            message = (
                f"{what} occurs {len(found)} times in {source.path}, so there is no occurrence {options.occurrence}."
            )
            raise Refused(violation("edit.not-found", message, file=source.path, hint=_lines(source, found)))
        return [found[options.occurrence - 1]]
    if len(found) > 1:
        raise ambiguous(source, found, what)
    return found


def _occurrences(text: str, needle: str, *, overlapping: bool) -> list[int]:
    found = []
    at = text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + (1 if overlapping else len(needle)))
    return found


def _is_whole(source: Source, match: Match) -> bool:
    """Whether the match begins and ends at line boundaries."""
    line = source.index.line_of(match.start)
    if source.index.starts[line] != match.start:
        return False
    last = source.index.line_of(match.end)
    return match.end in (source.index.starts[last], source.index.content(last)[1])


def _by_lines(source: Source, needle: str) -> list[Match]:
    """Runs of whole lines that equal the needle's except for white space."""
    wanted = needle.split("\n")
    while wanted and not wanted[0].strip():
        wanted.pop(0)
    while wanted and not wanted[-1].strip():
        wanted.pop()
    if not wanted:
        return []
    index = source.index
    lines = [source.text[slice(*index.content(line))] for line in range(len(index.starts))]
    plain, sought = [_plain(line) for line in lines], [_plain(line) for line in wanted]
    found = []
    for at in range(len(plain) - len(sought) + 1):
        if plain[at] == sought[0] and plain[at : at + len(sought)] == sought:
            last = at + len(sought) - 1
            ended = needle.endswith("\n")
            end = index.span(last)[1] if ended else index.content(last)[1]
            found.append(Match(index.starts[at], end, WHITE_SPACE, _indents(wanted, lines[at : last + 1])))
    return found


def _plain(line: str) -> str:
    return " ".join(line.split())


def _indents(wanted: Sequence[str], lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Sought indentation to that of the file, longest first. One that maps to two different ones is left out."""
    found: dict[str, set[str]] = {}
    for sought, line in zip(wanted, lines, strict=True):
        if line.strip():
            found.setdefault(indent_of(sought), set()).add(indent_of(line))
    pairs = [(own, has.pop()) for own, has in found.items() if len(has) == 1]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def refitted(text: str, indents: tuple[tuple[str, str], ...]) -> str:
    """``text``, indented like the sought text, with the file's indentation instead."""
    return "\n".join(_refitted(line, indents) if line.strip() else line for line in text.split("\n"))


def _refitted(line: str, indents: tuple[tuple[str, str], ...]) -> str:
    own = next((pair for pair in indents if line.startswith(pair[0])), ("", ""))
    return own[1] + line.removeprefix(own[0])


def ambiguous(source: Source, found: Sequence[Match], what: str) -> Refused:
    message = f"{what} occurs {len(found)} times in {source.path}."
    return Refused(violation("edit.ambiguous", message, file=source.path, hint=_lines(source, found)))


def _lines(source: Source, found: Sequence[Match]) -> str:
    numbers = [str(source.index.line_of(match.start) + 1) for match in found[:10]]
    more = " and more" if len(found) > len(numbers) else ""
    return f'It stands at lines {", ".join(numbers)}{more}. Add surrounding lines until it is unique, or give "occurrence".'


def not_found(source: Source, needle: str, what: str) -> Refused:
    message = f"{what} does not occur in {source.path}."
    return Refused(violation("edit.not-found", message, file=source.path, hint=nearest(source, needle)))


def nearest(source: Source, needle: str) -> str | None:
    """A hint with the line that shares most words with the needle's first significant line, and with the first line
    below it that differs.
    """
    lines = needle.split("\n")
    at = max(range(min(len(lines), 5)), key=lambda row: len(set(_WORD.findall(lines[row]))))
    sought = set(_WORD.findall(lines[at]))
    best: list[int] = []
    score = 0.0
    for line in range(source.index.count):
        words = set(_WORD.findall(source.text[slice(*source.index.content(line))]))
        shared = len(words & sought) / max(len(words | sought), 1)
        if shared > score:
            best, score = [], shared
        if shared and shared == score:
            best.append(line)
    if not best:
        return None
    found = max(best[:_TIES], key=lambda line: SequenceMatcher(None, _shown(source, line), lines[at][:_SHOWN]).ratio())
    differs = _difference(source, found, lines[at:])
    return (
        f"The nearest line is {found + 1}: `{_shown(source, found).strip()}`. {differs}"
        "Copy the text exactly from the file as it is now."
    )


def _difference(source: Source, start: int, lines: list[str]) -> str:
    """The first line that differs from the needle after lines that are equal; empty if the first one differs already."""
    for row, wanted in enumerate(lines):
        line = start + row
        if line >= source.index.count:
            return f"The file ends with line {source.index.count}. " if row else ""
        if source.text[slice(*source.index.content(line))].split() != wanted.split():
            return f"Line {line + 1} is `{_shown(source, line)}`, not `{wanted[:_SHOWN]}`. " if row else ""
    return ""


def _shown(source: Source, line: int) -> str:
    return source.text[slice(*source.index.content(line))].rstrip()[:_SHOWN]
