"""Places in text.

Three coordinate systems meet in this product; each type below names its own:

* ``Position`` and ``Range``: LSP's, 0-based lines and 0-based UTF-16 code units.
* ``LineSpan``: what people write in orders, 1-based lines, both ends inclusive.
* ``Replacement``: inside the gate, offsets in code points of the decoded text, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """0-based line, 0-based UTF-16 code unit within the line (LSP 3.18)."""

    line: int
    character: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Half-open, as in LSP: ``end`` is not part of it."""

    start: Position
    end: Position


def range_json(place: Range) -> dict[str, dict[str, int]]:
    """As LSP writes it."""
    return {
        "start": {"line": place.start.line, "character": place.start.character},
        "end": {"line": place.end.line, "character": place.end.character},
    }


@dataclass(frozen=True, slots=True)
class LineSpan:
    """Lines ``start``..``end`` of ``file``, 1-based and inclusive, in the order's base snapshot."""

    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replace ``text[start:end]`` (code points of the decoded text) by ``new``. For an insertion, start == end.

    ``pinned``: the submission named the place by its content (text, a symbol, a hash), not only by numbers. It says how
    the place was found and does not affect equality.
    """

    start: int
    end: int
    new: str
    pinned: bool = field(default=False, compare=False)
