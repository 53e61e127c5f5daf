"""Where ours deliberately differs from the reference: it refuses what the reference makes a guess about.

Each difference is a predicate on the question alone, worked out here in the plainest way, and not by the code under
test. The reasons are in docs/adr/0010-textedits-differences.md, by the same names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Edits = list[dict[str, Any]]


def split_lines(text: str) -> list[str]:
    """The lines without their ends; LF, CRLF and CR end one, and nothing else does."""
    return re.split(r"\r\n|\r|\n", text)


def _positions(edits: Edits) -> list[dict[str, int]]:
    return [edit["range"][end] for edit in edits for end in ("start", "end")]


def inside_a_pair(text: str, position: dict[str, int]) -> bool:
    """The UTF-16 code units before the place end with the first half of a surrogate pair."""
    lines = split_lines(text)
    line, character = position["line"], position["character"]
    if not 0 <= line < len(lines) or character < 1:
        return False
    units = lines[line].encode("utf-16-be")
    return 2 * character < len(units) and 0xD8 <= units[2 * character - 2] <= 0xDB


def _splits_a_character(text: str, edits: Edits) -> bool:
    return any(inside_a_pair(text, position) for position in _positions(edits))


def _ends_before_it_starts(_text: str, edits: Edits) -> bool:
    def key(place: dict[str, int]) -> tuple[int, int]:
        return place["line"], place["character"]

    return any(key(edit["range"]["end"]) < key(edit["range"]["start"]) for edit in edits)


def _is_negative(_text: str, edits: Edits) -> bool:
    return any(position["line"] < 0 or position["character"] < 0 for position in _positions(edits))


def _brings_no_text(_text: str, edits: Edits) -> bool:
    return any("\0" in edit["newText"] or _lone_surrogate(edit["newText"]) for edit in edits)


def _lone_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in text)


# name, when it holds, our violation, what the reference does instead
DIFFERENCES: tuple[tuple[str, Callable[[str, Edits], bool], str, str], ...] = (
    ("split surrogate pair", _splits_a_character, "edit.inside-character", "cuts the pair into two lone surrogates"),
    ("reversed range", _ends_before_it_starts, "edit.out-of-range", "swaps start and end"),
    ("negative position", _is_negative, "edit.out-of-range", "takes it for 0"),
    ("text that is none", _brings_no_text, "edit.not-text", "inserts lone surrogates and NULs as they are"),
)


def expected(text: str, edits: Edits) -> dict[str, str]:
    """The differences that apply to a question, with the violation that ours must answer (one of them, when several)."""
    return {name: violation for name, holds, violation, _ in DIFFERENCES if holds(text, edits)}
