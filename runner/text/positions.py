"""Converts LSP lines and characters to offsets of the text and back (LSP 3.18, "Position" and "Text Documents").

Offsets are code points of the decoded text. Lines and characters are 0-based. A character counts code units of the
negotiated encoding: ``utf-16`` unless stated otherwise.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate, count
from operator import add
from typing import Literal

from runner.model.text import Position, Range
from runner.model.verdict import Refused
from runner.model.violations import violation

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_ASTRAL = re.compile(r"[^\u0000-\uffff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def line_starts(text: str) -> list[int]:
    """The offset at which each line starts. Only LF, CRLF and CR end a line. There is always a line 0."""
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    lengths = accumulate(map(len, text.split("\n")[:-1]), initial=0)
    return list(map(add, lengths, count()))


class Units:
    """Code units of one encoding over a whole text. Only wide characters are stored, so ASCII text costs nothing.

    The unit at which offset ``o`` starts is ``o`` plus the extra units of the wide characters before it.
    """

    def __init__(self, text: str, encoding: Encoding) -> None:
        wide = {"utf-8": _NOT_ASCII, "utf-16": _ASTRAL}.get(encoding)
        self._places: list[int] = []
        self._ends: list[int] = []
        self._starts: list[int] = []
        if wide is None or text.isascii():
            return
        extra = 0
        for match in wide.finditer(text):
            place = match.start()
            width = 2 if encoding == "utf-16" else _utf8_width(match.group())
            self._places.append(place)
            self._starts.append(place + extra)
            self._ends.append(place + extra + width)
            extra += width - 1

    def unit(self, offset: int) -> int:
        before = bisect_left(self._places, offset)
        return offset if before == 0 else self._ends[before - 1] + offset - self._places[before - 1] - 1

    def wide_between(self, start: int, end: int) -> bool:
        """Whether a character between the offsets takes more than one unit."""
        places = self._places
        if not places:
            return False
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end

    @property
    def wide(self) -> list[int]:
        """The offsets of the characters that take more than one unit. Do not change it."""
        return self._places

    def pair(self, start: int, end: int, first: int, second: int) -> tuple[int, int] | None:
        """The offsets of two characters of the line ``start``..``end``; None if one lies inside a character."""
        least, most = self.unit(start), self.unit(end)
        left = end if least + first >= most else self.offset(least + first)
        right = end if least + second >= most else self.offset(least + second)
        return None if left is None or right is None else (left, right)

    def offset(self, unit: int) -> int | None:
        """None inside a character."""
        before = bisect_left(self._starts, unit)
        if before == 0:
            return unit
        past = unit - self._ends[before - 1]
        return None if past < 0 else self._places[before - 1] + 1 + past


def _utf8_width(character: str) -> int:
    code = ord(character)
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4


class LineIndex:
    """The lines of one text. Building it takes one pass; a lookup is a bisection."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = line_starts(text)
        self._units: dict[str, Units] = {}

    @cached_property
    def count(self) -> int:
        """Lines as people count them: a final line end does not begin another line, and an empty text has none."""
        return len(self.starts) - (self.starts[-1] == len(self.text))

    def content(self, line: int) -> tuple[int, int]:
        """Start and end of 0-based ``line`` without its line end."""
        start, end = self.span(line)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return start, end

    def span(self, line: int) -> tuple[int, int]:
        """Start and end of 0-based ``line`` with its line end."""
        last = line + 1 >= len(self.starts)
        return self.starts[line], len(self.text) if last else self.starts[line + 1]

    def offset(self, line: int, character: int, encoding: Encoding = "utf-16") -> int:
        """A character past the end of the line means the end of the line; a line past the last means the end of the
        text.

        Raises ``Refused``: ``edit.inside-character`` inside a surrogate pair or a UTF-8 sequence, ``edit.out-of-range``
        for negative numbers. No position lies between CR and LF: the line has ended there.
        """
        if line < 0 or character < 0:
            raise Refused(violation("edit.out-of-range", f"Position {line}:{character} is negative."))
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.content(line)
        units = self._of(encoding)
        wanted = units.unit(start) + character
        if wanted >= units.unit(end):
            return end
        found = units.offset(wanted)
        if found is None:
            place = Position(line, character)
            message = f"Position {line}:{character} ({encoding}) lies inside a character."
            raise Refused(violation("edit.inside-character", message, range=Range(place, place)))
        return found

    def finder(self, encoding: Encoding = "utf-16") -> Callable[[int, int, int], tuple[int, int] | None]:
        """``offset`` for many places: maps a line and two of its characters to two offsets; None where ``offset`` would
        refuse.
        """
        text, starts, count, size = self.text, self.starts, len(self.starts), len(self.text)
        units = self._of(encoding)

        def find(line: int, first: int, second: int) -> tuple[int, int] | None:
            if line < 0 or first < 0 or second < 0:
                return None
            if line >= count:
                return size, size
            start = starts[line]
            if line + 1 < count:
                end = starts[line + 1] - 1
                if end > start and text[end - 1] == "\r" and text[end] == "\n":
                    end -= 1
            else:
                end = size
            if units.wide_between(start, end):
                return units.pair(start, end, first, second)
            first += start
            second += start
            return first if first < end else end, second if second < end else end

        return find

    def wide(self, encoding: Encoding = "utf-16") -> list[int]:
        """The offsets of the characters that take more than one unit. Do not change it."""
        return self._of(encoding).wide

    def position(self, offset: int, encoding: Encoding = "utf-16") -> Position:
        """The position of ``offset``, clamped to the text. Between CR and LF it is the end of the line."""
        offset = min(max(offset, 0), len(self.text))
        line = self.line_of(offset)
        start, end = self.content(line)
        units = self._of(encoding)
        return Position(line, units.unit(min(offset, end)) - units.unit(start))

    def range(self, start: int, end: int) -> Range:
        """The LSP range (UTF-16) of the offsets ``start``..``end``."""
        return Range(self.position(start), self.position(end))

    def line_of(self, offset: int) -> int:
        """The 0-based line of ``offset``."""
        return bisect_right(self.starts, offset) - 1

    def _of(self, encoding: Encoding) -> Units:
        if encoding not in self._units:
            self._units[encoding] = Units(self.text, encoding)
        return self._units[encoding]
