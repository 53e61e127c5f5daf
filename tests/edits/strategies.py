"""Texts, edits and change sets for the laws. Small alphabets, so that collisions and borders are common."""

from __future__ import annotations

from hypothesis import strategies as st

from runner.model.text import Replacement

ALPHABET = "ab c(){};\n\r\té€😀𝒳\u2028\u0085"
texts = st.text(ALPHABET, max_size=60)
plain_texts = st.text("ab {};\n", max_size=80)


def splits_line_end(text: str, offset: int) -> bool:
    return 0 < offset < len(text) and text[offset - 1] == "\r" and text[offset] == "\n"


@st.composite
def replacements(draw: st.DrawFn, text: str, *, most: int = 5, gap: int = 0) -> tuple[Replacement, ...]:
    """In order and disjoint; with ``gap`` at least that many characters apart."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=2 * most)))
    found: list[Replacement] = []
    end = -gap
    for start, stop in zip(places[::2], places[1::2], strict=False):
        if start < end + gap or splits_line_end(text, start) or splits_line_end(text, stop):
            continue
        found.append(Replacement(start, stop, draw(st.text("xyz\n😀", max_size=4))))
        end = stop
    return tuple(found)


@st.composite
def text_and_replacements(draw: st.DrawFn) -> tuple[str, tuple[Replacement, ...]]:
    text = draw(texts)
    return text, draw(replacements(text))


def naive_offset(text: str, line: int, character: int) -> int:
    at = 0
    while line > 0 and at < len(text):
        if text[at] == "\n" or (text[at] == "\r" and text[at + 1 : at + 2] != "\n"):
            line -= 1
        at += 1
    if line > 0:
        return len(text)
    while character > 0 and at < len(text) and text[at] not in "\r\n":
        character -= 2 if ord(text[at]) > 0xFFFF else 1
        if character < 0:
            raise ValueError("inside a character")
        at += 1
    return at
