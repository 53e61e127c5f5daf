"""Finds two lines that were run together: a sign of a replacement sent without its last line break."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from runner.gate.checks.layout.advice import Odd, judged
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range, Replacement
from runner.model.verdict import Violation
from runner.syntax.equivalence import is_reformatted
from runner.text.blocks import indent_of
from runner.text.encoding import newline_of
from runner.text.replacements import replace_all

# Code after one of these normally has a space before it.
_ENDS = ";})>`'\""
_WORD_STARTS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$/@#"
# What is put before a line to make it a comment, or the first of a text.
_OPENS = " \t/*#`"
# A single space may also just separate two words.
_INDENTED = 2


def check_lost_line_breaks(inspection: Inspection) -> list[Violation]:
    files = (file for file in inspection.files if not file.is_new)
    return [each for file in files for each in judged(inspection, file, "clobber.joined-lines", _joined(file))]


def _joined(file: Changed) -> Iterator[Odd]:
    found = list(_swallowed(file))
    if not found:
        return
    end = "\r\n" if newline_of(file.before) == "\r\n" else "\n"
    starts = list(accumulate(map(len, file.lines[1]), initial=0))
    # The former line still has its indentation: only the line break is missing.
    breaks = [Replacement(starts[row] + at, starts[row] + at, end) for row, at in found]
    # Skip this where code has become part of a comment, and in text where that cannot be known.
    harmless = file.is_code and is_reformatted(file.after, replace_all(file.after, breaks), file.path)
    for row, at in found:
        line = file.lines[1][row].rstrip()
        message = f"{file.path}:{row + 1} holds what was a line of its own: {line[at:].strip()[:80]!r}"
        place = Range(Position(row, _units(line[:at])), Position(row, _units(line)))
        yield Odd(row, place, message, lambda: breaks, means=not harmless)


def _swallowed(file: Changed) -> Iterator[tuple[int, int]]:
    """Rows of the new text that end with what used to be a separate line, and the column where that begins."""
    old, new = file.lines
    for a1, a2, b1, b2 in file.blocks:
        swallowed = {line for each in old[a1:a2] if (line := each.rstrip()).strip()}
        # There are few lengths even where there are many lines.
        lengths = sorted({len(line) for line in swallowed}, reverse=True)
        for row in range(b1, b2):
            line = new[row].rstrip()
            places = (len(line) - length for length in lengths if length < len(line))
            at = next((at for at in places if line[at:] in swallowed and _is_joined(line[:at], line[at:])), None)
            if at is not None:
                yield row, at


def _is_joined(ahead: str, tail: str) -> bool:
    if not ahead.strip(_OPENS):
        return False
    if len(indent_of(tail)) >= _INDENTED or tail.startswith((" *", "\t")):
        return True
    return ahead[-1] in _ENDS and tail[0] in _WORD_STARTS


def _units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
