"""Pure text: LSP positions, the smallest edits between two texts, and line ends.

Positions are LSP's: 0-based lines and UTF-16 code units; line ends are ``\\n``, ``\\r\\n`` and ``\\r`` (LSP 3.18), never
``\\u2028``. Offsets are code points of the Python string.
"""

from __future__ import annotations

import difflib
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]`` (offsets) by ``new``."""

    start: int
    end: int
    new: str


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character; the first is 0. A text that ends in a line end has an empty last line."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def utf16_length(text: str) -> int:
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


class Positions:
    """Converts between offsets and LSP positions of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = line_starts(text)

    def line(self, offset: int) -> int:
        """The 0-based line of an offset."""
        return bisect_right(self._starts, offset) - 1

    def line_start(self, line: int) -> int:
        return self._starts[line] if line < len(self._starts) else len(self._text)

    def position(self, offset: int) -> dict[str, int]:
        line = self.line(offset)
        return {"line": line, "character": utf16_length(self._text[self._starts[line] : offset])}

    def offset(self, position: Mapping[str, int]) -> int:
        """A line past the end means the end; a character past the end of the line means the end of the line, before its
        line break.
        """
        if position["line"] >= len(self._starts):
            return len(self._text)
        at, left = self._starts[position["line"]], position["character"]
        while left > 0 and at < len(self._text) and self._text[at] not in "\r\n":
            left -= 2 if ord(self._text[at]) > 0xFFFF else 1
            at += 1
        return at


def text_edits(old: str, new: str) -> list[Edit]:
    """The line-wise edits that turn ``old`` into ``new``, in order; none if they are equal."""
    before, after = _lines(old), _lines(new)
    offsets = [0]
    for line in before:
        offsets.append(offsets[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        Edit(offsets[first], offsets[last], "".join(after[start:end]))
        for tag, first, last, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Edits refer to ``text`` and do not overlap. Insertions at one place keep the given order."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*pieces, text[at:]])


def overlap(edit: Edit, others: Iterable[Edit]) -> bool:
    """Whether an edit shares characters with one of the others, or begins where one of them begins."""
    return any(edit.start == other.start or (edit.start < other.end and other.start < edit.end) for other in others)


def lsp_edits(text: str, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """As LSP TextEdits, each with the text that it replaces."""
    places = Positions(text)
    return [
        {
            "range": {"start": places.position(edit.start), "end": places.position(edit.end)},
            "newText": edit.new,
            "oldText": text[edit.start : edit.end],
        }
        for edit in edits
    ]


def from_lsp(text: str, edits: Iterable[Mapping[str, Any]]) -> list[Edit]:
    """LSP TextEdits of ``text`` as offsets."""
    places = Positions(text)
    return [
        Edit(places.offset(edit["range"]["start"]), places.offset(edit["range"]["end"]), edit["newText"])
        for edit in edits
    ]


def line_end(text: str) -> str:
    """The text's line end: that of its first line."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


def with_line_end(text: str, end: str) -> str:
    """Every line end replaced by ``end``."""
    return _LINE_END.sub(end, text)


def _lines(text: str) -> list[str]:
    starts = [*line_starts(text), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(starts) if end > start]
