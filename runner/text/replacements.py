"""Replacements in one text: sorting them, applying them, composing a text from pieces.

All replacements of a list refer to the same, unedited text (LSP 3.18, "TextEdit[]").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from runner.model.text import Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.positions import LineIndex

_SURROGATE = re.compile("[\ud800-\udfff]")


def in_order(replacements: Iterable[Replacement], text: str, path: str | None = None) -> tuple[Replacement, ...]:
    """Sorted by place; replacements at one place keep their order. Raises ``Refused``: ``edit.overlap``,
    ``edit.not-text`` (a lone surrogate), ``edit.out-of-range``, ``edit.inside-character`` (a place between CR and LF).

    Replacements that touch do not overlap. At one place, any number of insertions may come before one replacement. An
    insertion after a replacement that starts at the same place would be inside replaced text, and overlaps.
    """
    ordered = sorted(replacements, key=lambda replacement: replacement.start)
    check_text((replacement.new for replacement in ordered), path)
    returns = "\r\n" in text
    end = 0
    for replacement in ordered:
        if not 0 <= replacement.start <= replacement.end <= len(text):
            message = f"Replaced text {replacement.start}..{replacement.end} is not inside the file."
            raise Refused(violation("edit.out-of-range", message, file=path))
        if replacement.start < end:
            index = LineIndex(text)
            message = f"Two edits overlap at line {index.line_of(replacement.start) + 1}."
            raise Refused(violation("edit.overlap", message, file=path, range=index.range(replacement.start, end)))
        if returns and (_splits(text, replacement.start) or _splits(text, replacement.end)):
            line = LineIndex(text).line_of(replacement.start) + 1
            message = f"An edit begins or ends between the CR and the LF of a line end, at line {line}."
            raise Refused(violation("edit.inside-character", message, file=path))
        end = max(end, replacement.end)
    return tuple(ordered)


def _splits(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n" if offset else False


def check_text(texts: Iterable[str], path: str | None = None) -> None:
    """Raises ``Refused`` (``edit.not-text``) if a text has a lone surrogate or a NUL."""
    for text in texts:
        if not text.isascii() and _SURROGATE.search(text):
            raise Refused(violation("edit.not-text", "The new text has a lone surrogate.", file=path))
        if "\0" in text:
            raise Refused(violation("edit.not-text", "The new text has a NUL character.", file=path))


def is_text(new: str) -> bool:
    """Whether ``check_text`` accepts ``new``."""
    return "\0" not in new and (new.isascii() or _SURROGATE.search(new) is None)


def replace_all(text: str, replacements: Sequence[Replacement]) -> str:
    """Apply replacements that are sorted and do not overlap. One pass over the text."""
    pieces: list[str] = []
    end = 0
    for replacement in replacements:
        pieces += (text[end : replacement.start], replacement.new)
        end = replacement.end
    pieces.append(text[end:])
    return "".join(pieces)
