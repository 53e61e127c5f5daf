"""Spans move with the text, or say that they were cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.edits.changes.tracking import carry, carry_position
from runner.model.text import Replacement
from runner.text.replacements import replace_all
from tests.edits.strategies import text_and_replacements

R = Replacement
TEXT = "0123456789"


@pytest.mark.parametrize(
    ("span", "edits", "sticky", "expected"),
    [
        ((3, 6), [R(0, 1, "abc")], False, (5, 8)),
        ((3, 6), [R(7, 8, "abc")], False, (3, 6)),
        ((3, 6), [R(4, 4, "ab")], False, (3, 8)),
        ((3, 6), [R(4, 5, "")], False, (3, 5)),
        ((3, 6), [R(3, 6, "x")], False, (3, 4)),
        ((3, 6), [R(3, 6, "")], False, (3, 3)),
        ((3, 6), [R(3, 3, "ab")], False, (5, 8)),
        ((3, 6), [R(6, 6, "ab")], False, (3, 6)),
        ((3, 6), [R(3, 3, "ab")], True, (3, 8)),
        ((3, 6), [R(6, 6, "ab")], True, (3, 8)),
        ((3, 6), [R(2, 3, "ab")], False, (4, 7)),
        ((3, 6), [R(6, 7, "ab")], True, (3, 6)),
        ((3, 6), [R(2, 4, "ab")], False, None),
        ((3, 6), [R(5, 7, "ab")], False, None),
        ((3, 6), [R(2, 7, "ab")], False, None),
        ((3, 6), [R(3, 7, "ab")], False, None),
        ((3, 6), [R(2, 6, "ab")], False, None),
        ((4, 4), [R(4, 4, "ab")], False, (6, 6)),
        ((4, 4), [R(4, 4, "ab")], True, (4, 6)),
        ((4, 4), [R(3, 5, "ab")], False, None),
        ((3, 6), [R(0, 1, ""), R(3, 3, "<"), R(4, 5, "--"), R(6, 6, ">"), R(8, 9, "")], False, (3, 7)),
        ((3, 6), [R(3, 3, "<"), R(3, 6, "x"), R(6, 6, ">")], False, (4, 5)),
    ],
)
def test_a_span_is_carried(
    span: tuple[int, int], edits: list[Replacement], sticky: bool, expected: tuple[int, int] | None
) -> None:
    assert carry([span], edits, sticky=sticky) == [expected]


@given(text_and_replacements(), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_a_carried_span_holds_its_characters_but_for_edits_inside_it(
    given: tuple[str, tuple[Replacement, ...]], one: int, other: int, sticky: bool
) -> None:
    text, edits = given
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    (carried,) = carry([(start, end)], edits, sticky=sticky)
    overlapping = [e for e in edits if e.start < end and e.end > start and not (start <= e.start and e.end <= end)]
    assert (carried is None) == bool(overlapping)
    if carried is None:
        return
    inside = [
        e
        for e in edits
        if start <= e.start
        and e.end <= end
        and (sticky or e.start < e.end or start < e.start < end)
        and (e.start < e.end or sticky or start != end)
    ]
    expected = replace_all(text[start:end], [R(e.start - start, e.end - start, e.new) for e in inside])
    assert replace_all(text, edits)[slice(*carried)] == expected


@pytest.mark.parametrize(
    ("offset", "edits", "expected"),
    [
        (5, [R(0, 2, "")], 3),
        (5, [R(5, 5, "ab")], 7),
        (5, [R(4, 6, "ab")], None),
        (4, [R(4, 6, "abc")], 4),
        (6, [R(4, 6, "abc")], 7),
        (5, [R(7, 8, "")], 5),
        (5, [R(5, 5, "x"), R(5, 6, "")], 6),
    ],
)
def test_a_position_is_carried(offset: int, edits: list[Replacement], expected: int | None) -> None:
    assert carry_position(offset, edits) == expected


@given(text_and_replacements(), st.integers(0, 60))
def test_a_carried_position_keeps_the_character_behind_it(
    given: tuple[str, tuple[Replacement, ...]], offset: int
) -> None:
    text, edits = given
    offset = min(offset, max(len(text) - 1, 0))
    if not text or any(e.start <= offset < e.end for e in edits):
        return
    carried = carry_position(offset, edits)
    assert carried is not None
    assert replace_all(text, edits)[carried] == text[offset]
