"""Texts and edits in which borders meet: small alphabets, short lines, places near one another and beyond the ends."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

ENDS = ("\n", "\r\n", "\r")
# Also what Python, or an editor, takes for the end of a line and LSP does not.
WORDS = (
    "",
    "a",
    "b c",
    "{",
    "é",
    "€",
    "😀",
    "x😀y",
    "𝒳𝒴",
    "\u2028",
    "\x0c",
    "\x0b",
    "\u0085",
    "\u2029",
    "\ufeff",
    "\t",
    "e\u0301",
)
NEW = ("", "", "x", "yy", "\n", "\r\n", "\r", "\n\n", "😀", "\u2028", "z\nz", "\x0c")
STRANGE = ("\ud800", "\udc00x", "\0")

# Mostly small, sometimes past every line and every text; each kind of place comes with the same chance as it is listed.
LINES = (0, 0, 1, 1, 1, 2, 2, 3, 4, 7, 2**31 - 1)
CHARACTERS = (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 1000)

texts = st.lists(st.sampled_from((*WORDS, *ENDS, *ENDS, *ENDS, *ENDS, *ENDS)), max_size=14).map("".join)
# One integer is the seed of a whole edit: draws are what costs time, and ten thousand cases are drawn.
seeds = st.lists(st.integers(0, 2**32 - 1), max_size=6)
cases = st.builds(lambda text, numbers: (text, edits(numbers)), texts, seeds)


def edits(numbers: list[int]) -> list[dict[str, Any]]:
    """Edits that often touch, coincide and overlap. Two lists of three lie in a row, which the reference accepts."""
    found = [_edit(Random(number)) for number in numbers]
    whole = Random(str(numbers))
    if whole.randrange(3) == 0:
        return found
    places = sorted((place for each in found for place in (each["range"]["start"], each["range"]["end"])), key=_key)
    row = [
        {"range": {"start": start, "end": end}, "newText": each["newText"]}
        for start, end, each in zip(places[::2], places[1::2], found, strict=True)
    ]
    if whole.randrange(2) == 0:
        whole.shuffle(row)
    return row


def _edit(random: Random) -> dict[str, Any]:
    start, end = ({"line": random.choice(LINES), "character": random.choice(CHARACTERS)} for _ in range(2))
    kind = random.randrange(64)
    if kind < 20:
        end = start
    elif kind < 61 and _key(end) < _key(start):
        start, end = end, start
    elif kind == 63:
        start = random.choice(({"line": 0, "character": -1}, {"line": -1, "character": 0}))
    return {"range": {"start": start, "end": end}, "newText": random.choice(STRANGE if kind == 62 else NEW)}


def _key(place: dict[str, int]) -> tuple[int, int]:
    return place["line"], place["character"]
