"""Two lines that have become one: the mark of a replacement that was sent without its last line break."""

from __future__ import annotations

from collections.abc import Iterator

from runner.edits.blocks import indent_of
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range
from runner.model.verdict import Violation
from runner.model.violations import violation

# Nothing goes on behind one of these without a space between.
_ENDS = ";})>`'\""
_WORD_STARTS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$/@#"
# What is put before a line to make it a comment.
_COMMENT = " \t/*#"
# A single space may part two words just as well.
_INDENTED = 2


def check_joined(inspection: Inspection) -> list[Violation]:
    return [each for file in inspection.files if not file.is_new for each in _joined(file)]


def _joined(file: Changed) -> Iterator[Violation]:
    """At most one for a file."""
    old, new = file.lines
    for a1, a2, b1, b2 in file.blocks:
        swallowed = {line for each in old[a1:a2] if (line := each.rstrip()).strip()}
        for row in range(b1, b2):
            line = new[row].rstrip()
            at = next((len(line) - len(tail) for tail in swallowed if _ends_with(line, tail)), None)
            if at is not None:
                tail = line[at:].strip()
                message = f"{file.path}:{row + 1} holds what was a line of its own: {tail[:80]!r}"
                place = Range(Position(row, _units(line[:at])), Position(row, _units(line)))
                yield violation("clobber.joined-lines", message, file=file.path, range=place)
                return


def _ends_with(line: str, tail: str) -> bool:
    if not line.endswith(tail):
        return False
    ahead = line[: len(line) - len(tail)]
    if not ahead.strip(_COMMENT):
        return False
    if len(indent_of(tail)) >= _INDENTED or tail.startswith((" *", "\t")):
        return True
    return ahead[-1] in _ENDS and tail[0] in _WORD_STARTS


def _units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
