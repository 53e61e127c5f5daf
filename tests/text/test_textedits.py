"""``apply_text_edits`` by the book."""

from __future__ import annotations

import pytest
from hypothesis import given
from lsprotocol import types as lsp

from runner.edits import LineIndex, apply_text_edits
from runner.model.text import Replacement
from runner.model.verdict import Refused
from runner.text.replacements import in_order, replace_all
from tests.edits.strategies import text_and_replacements


def edit(start: tuple[int, int], end: tuple[int, int], new: str) -> lsp.TextEdit:
    return lsp.TextEdit(lsp.Range(lsp.Position(*start), lsp.Position(*end)), new)


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        ("abc", [], "abc"),
        ("abc", [edit((0, 1), (0, 2), "X")], "aXc"),
        ("abc", [edit((0, 2), (0, 3), "Z"), edit((0, 0), (0, 1), "A")], "AbZ"),
        ("abc", [edit((0, 1), (0, 1), "1"), edit((0, 1), (0, 1), "2")], "a12bc"),
        ("abc", [edit((0, 1), (0, 1), "1"), edit((0, 1), (0, 2), "B")], "a1Bc"),
        ("abc", [edit((0, 0), (0, 1), "A"), edit((0, 1), (0, 2), "B")], "ABc"),
        ("a\nb\n", [edit((9, 9), (9, 9), "c")], "a\nb\nc"),
        ("a\r\nb", [edit((0, 9), (0, 9), ";")], "a;\r\nb"),
        ("a\u2028b\nc", [edit((1, 0), (1, 1), "X")], "a\u2028b\nX"),
        ("😀é", [edit((0, 2), (0, 3), "e")], "😀e"),
        ("a\rb", [edit((1, 0), (1, 0), "x")], "a\rxb"),
        ("", [edit((0, 0), (0, 0), "x")], "x"),
        ("a\nb\nc\n", [edit((0, 0), (2, 0), "")], "c\n"),
    ],
)
def test_edits_apply(before: str, edits: list[lsp.TextEdit], after: str) -> None:
    assert apply_text_edits(before, edits) == after


@pytest.mark.parametrize(
    ("before", "edits", "name"),
    [
        ("abcd", [edit((0, 0), (0, 2), "x"), edit((0, 1), (0, 3), "y")], "edit.overlap"),
        ("abcd", [edit((0, 0), (0, 2), "x"), edit((0, 0), (0, 2), "x")], "edit.overlap"),
        ("abcd", [edit((0, 0), (0, 2), "x"), edit((0, 0), (0, 0), "y")], "edit.overlap"),
        ("abcd", [edit((0, 0), (0, 3), "x"), edit((0, 1), (0, 1), "y")], "edit.overlap"),
        ("abcd", [edit((0, 2), (0, 1), "x")], "edit.out-of-range"),
        ("😀", [edit((0, 1), (0, 1), "x")], "edit.inside-character"),
        ("a", [edit((0, 0), (0, 0), "\ud83d")], "edit.not-text"),
        ("a", [edit((0, 0), (0, 0), "\0")], "edit.not-text"),
    ],
)
def test_bad_edits_are_refused(before: str, edits: list[lsp.TextEdit], name: str) -> None:
    with pytest.raises(Refused) as refused:
        apply_text_edits(before, edits)
    assert refused.value.violations[0].name == name


def test_other_encodings_count_their_own_units() -> None:
    assert apply_text_edits("é😀x", [edit((0, 6), (0, 7), "y")], encoding="utf-8") == "é😀y"
    assert apply_text_edits("é😀x", [edit((0, 2), (0, 3), "y")], encoding="utf-32") == "é😀y"


@given(text_and_replacements())
def test_edits_come_out_as_if_applied_one_by_one_from_the_end(given: tuple[str, tuple[Replacement, ...]]) -> None:
    text, replacements = given
    index = LineIndex(text)
    edits = []
    for each in replacements:
        start, end = index.position(each.start), index.position(each.end)
        edits.append(edit((start.line, start.character), (end.line, end.character), each.new))
    expected = text
    for each in reversed(replacements):
        expected = expected[: each.start] + each.new + expected[each.end :]
    assert apply_text_edits(text, edits) == expected


def test_a_place_between_cr_and_lf_is_refused() -> None:
    with pytest.raises(Refused, match=r"edit\.inside-character"):
        in_order([Replacement(2, 2, "x")], "a\r\nb")


def test_the_text_of_touching_replacements_is_kept_in_order() -> None:
    assert replace_all("abc", in_order([Replacement(1, 2, "B"), Replacement(0, 1, "A")], "abc")) == "ABc"


def test_ten_thousand_edits_on_a_megabyte() -> None:
    text = (
        "const naïve = '😀'; // a line of some length, so that the whole of it comes to a megabyte of text\n" * 10_000
    )
    edits = [edit((line, 6), (line, 11), "x") for line in reversed(range(10_000))]
    assert apply_text_edits(text, edits) == text.replace("naïve", "x")


def test_ten_thousand_edits_on_one_line() -> None:
    text = "é😀" * 10_000
    edits = [edit((0, 3 * at), (0, 3 * at + 1), "e") for at in range(10_000)]
    assert apply_text_edits(text, edits) == "e😀" * 10_000
