"""Positions in UTF-16, UTF-8 and UTF-32, the three line ends, clamping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.text import Position
from runner.model.verdict import Refused
from runner.text.positions import Encoding, LineIndex, line_starts
from tests.edits.strategies import naive_offset, splits_line_end, texts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", [0]),
        ("a", [0]),
        ("a\n", [0, 2]),
        ("a\r\nb\rc\nd", [0, 3, 5, 7]),
        ("a\u2028b\u0085c\x0cd", [0]),
        ("\r\r\n\n", [0, 1, 3, 4]),
    ],
)
def test_lines_end_at_lf_crlf_and_cr_only(text: str, starts: list[int]) -> None:
    assert line_starts(text) == starts


@pytest.mark.parametrize(
    ("text", "place", "encoding", "offset"),
    [
        ("ab\ncd", (1, 1), "utf-16", 4),
        ("ab\ncd", (0, 99), "utf-16", 2),
        ("ab\r\ncd", (0, 99), "utf-16", 2),
        ("ab\r\ncd", (0, 3), "utf-16", 2),
        ("ab\ncd", (9, 0), "utf-16", 5),
        ("😀b", (0, 2), "utf-16", 1),
        ("😀b", (0, 3), "utf-16", 2),
        ("😀b", (0, 4), "utf-8", 1),
        ("é€b", (0, 5), "utf-8", 2),
        ("é€b", (0, 99), "utf-8", 3),
        ("😀b", (0, 1), "utf-32", 1),
        ("é\n😀😀c", (1, 4), "utf-16", 4),
    ],
)
def test_a_position_is_an_offset(text: str, place: tuple[int, int], encoding: Encoding, offset: int) -> None:
    assert LineIndex(text).offset(*place, encoding) == offset


@pytest.mark.parametrize(
    ("place", "encoding"), [((0, 1), "utf-16"), ((0, 1), "utf-8"), ((0, 3), "utf-8"), ((1, 2), "utf-16")]
)
def test_a_position_inside_a_character_is_refused(place: tuple[int, int], encoding: Encoding) -> None:
    with pytest.raises(Refused, match=r"edit\.inside-character"):
        LineIndex("😀\nx😀").offset(*place, encoding)


def test_a_negative_position_is_refused() -> None:
    with pytest.raises(Refused, match=r"edit\.out-of-range"):
        LineIndex("a").offset(0, -1)


@given(texts, st.integers(0, 6), st.integers(0, 12))
def test_offsets_agree_with_counting_code_units(text: str, line: int, character: int) -> None:
    try:
        expected = naive_offset(text, line, character)
    except ValueError:
        with pytest.raises(Refused):
            LineIndex(text).offset(line, character)
        return
    assert LineIndex(text).offset(line, character) == expected


@given(texts, st.integers(0, 60), st.sampled_from(("utf-8", "utf-16", "utf-32")))
def test_an_offset_survives_the_way_there_and_back(text: str, offset: int, encoding: Encoding) -> None:
    offset = min(offset, len(text))
    if splits_line_end(text, offset):
        offset -= 1
    index = LineIndex(text)
    place = index.position(offset, encoding)
    assert index.offset(place.line, place.character, encoding) == offset


def test_people_count_no_line_after_the_last_break() -> None:
    assert [LineIndex(text).count for text in ("", "a", "a\n", "a\nb", "\n")] == [0, 1, 1, 2, 1]


def test_a_place_between_cr_and_lf_is_the_lines_end() -> None:
    assert LineIndex("ab\r\nc").position(3) == Position(0, 2)
