"""Positions, the smallest edits, and line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.specialists.kit.text import (
    Edit,
    Positions,
    apply,
    from_lsp,
    line_end,
    lsp_edits,
    overlap,
    text_edits,
    with_line_end,
)

TEXTS = st.text(alphabet=st.sampled_from("ab🏁é \n\r\u2028"), max_size=40)


@given(TEXTS, TEXTS)
def test_edits_turn_the_old_text_into_the_new_one_by_way_of_the_protocol(old: str, new: str) -> None:
    sent = lsp_edits(old, text_edits(old, new))
    assert apply(old, from_lsp(old, sent)) == new


def test_no_edits_where_nothing_changed() -> None:
    assert text_edits("a\r\nb\r\n", "a\r\nb\r\n") == []


def test_only_the_changed_lines_are_sent() -> None:
    old = "one\ntwo\nthree\nfour\n"
    assert text_edits(old, "one\n2\nthree\nfour\nfive\n") == [Edit(4, 8, "2\n"), Edit(19, 19, "five\n")]


def test_characters_are_counted_in_utf16_code_units() -> None:
    text = "a🏁b\nc"
    assert Positions(text).position(2) == {"line": 0, "character": 3}
    assert Positions(text).offset({"line": 0, "character": 3}) == 2


@pytest.mark.parametrize(("position", "offset"), [((0, 99), 2), ((1, 0), 4), ((9, 0), 5)])
def test_positions_past_an_end_are_that_end(position: tuple[int, int], offset: int) -> None:
    assert Positions("ab\r\nc").offset({"line": position[0], "character": position[1]}) == offset


def test_a_paragraph_separator_ends_no_line() -> None:
    assert Positions("a\u2028b\nc").line(4) == 1


def test_the_text_that_an_edit_replaces_is_sent_with_it() -> None:
    (sent,) = lsp_edits("x\ny\n", [Edit(2, 4, "z\n")])
    assert sent["oldText"] == "y\n"


def test_inserts_at_one_place_keep_their_order() -> None:
    assert apply("ab", [Edit(1, 1, "1"), Edit(1, 1, "2")]) == "a12b"


def test_edits_that_touch_do_not_overlap() -> None:
    assert not overlap(Edit(4, 6, ""), [Edit(0, 4, "")])
    assert overlap(Edit(3, 6, ""), [Edit(0, 4, "")])


def test_a_text_keeps_the_line_end_that_it_has() -> None:
    assert line_end("a\r\nb") == "\r\n"
    assert with_line_end("a\nb\r\n", "\r\n") == "a\r\nb\r\n"
