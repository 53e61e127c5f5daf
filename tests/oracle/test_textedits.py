"""Ours beside npm's ``vscode-languageserver-textdocument``, on generated texts and edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from lsprotocol import types as lsp

from runner.edits import LineIndex, apply_text_edits
from runner.model.text import Position, Range
from runner.model.verdict import Refused
from runner.text.replacements import replace_all
from runner.text.textedits import replacements_of
from tests.oracle.differences import DIFFERENCES, Edits, expected
from tests.oracle.reference import Reference
from tests.oracle.strategies import cases

CASES = 10_000
Place = TypeVar("Place")


def ours(text: str, edits: Edits) -> tuple[str | None, str | None]:
    """The text, or the name of the violation. lsprotocol's own types cannot hold a negative position; JSON can."""
    try:
        if any(number < 0 for edit in edits for place in edit["range"].values() for number in place.values()):
            ranges = [(Range(*_places(edit, Position)), edit["newText"]) for edit in edits]
            return replace_all(text, replacements_of(ranges, LineIndex(text))), None
        return apply_text_edits(
            text, [lsp.TextEdit(lsp.Range(*_places(edit, lsp.Position)), edit["newText"]) for edit in edits]
        ), None
    except Refused as refused:
        return None, refused.violations[0].name


def _places(edit: dict[str, Any], kind: Callable[[int, int], Place]) -> tuple[Place, Place]:
    start, end = edit["range"]["start"], edit["range"]["end"]
    return kind(start["line"], start["character"]), kind(end["line"], end["character"])


def compare(reference: Reference, text: str, edits: Edits) -> str:
    """What kind of case it was; an assertion fails where the two disagree without a reason that is written down."""
    theirs = reference.apply(text, edits)
    text_of_ours, violation = ours(text, edits)
    differences = expected(text, edits)
    if differences:
        assert violation in {*differences.values(), *(["edit.overlap"] if theirs is None else [])}
        return sorted(differences)[0]
    if theirs is None:
        assert violation == "edit.overlap"
        return "overlap"
    assert violation is None
    assert text_of_ours == theirs
    return "changed" if theirs != text else "same"


def test_every_generated_case_comes_out_as_the_reference_has_it(reference: Reference) -> None:
    kinds: Counter[str] = Counter()

    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def every_case(case: tuple[str, Edits]) -> None:
        kinds[compare(reference, *case)] += 1

    every_case()
    print(dict(kinds))
    assert kinds.total() >= CASES
    # The generator must keep reaching every kind of case; a comparison of empty lists alone would prove nothing.
    assert kinds["changed"] > CASES // 4
    assert kinds["overlap"] > CASES // 20
    assert all(kinds[name] > CASES // 200 for name, *_ in DIFFERENCES)


def place(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def edit(start: tuple[int, int], end: tuple[int, int], new: str) -> dict[str, Any]:
    return {"range": {"start": place(*start), "end": place(*end)}, "newText": new}


BY_HAND = {
    "several inserts at one place": ("ab\n", [edit((0, 1), (0, 1), str(n)) for n in range(5)], "a01234b\n"),
    "inserts, then a replacement that starts there": (
        "ab",
        [edit((0, 0), (0, 0), "1"), edit((0, 0), (0, 0), "2"), edit((0, 0), (0, 1), "x")],
        "12xb",
    ),
    "a replacement, then an insert at its start": ("ab", [edit((0, 0), (0, 1), "x"), edit((0, 0), (0, 0), "1")], None),
    "touching replacements, the later one first": ("ab", [edit((0, 1), (0, 2), "y"), edit((0, 0), (0, 1), "x")], "xy"),
    "overlapping by one character": ("abc", [edit((0, 0), (0, 2), ""), edit((0, 1), (0, 3), "")], None),
    "past the end of a line that ends in CRLF": ("a\r\nb", [edit((0, 2), (0, 9), "x")], "ax\r\nb"),
    "past the end of the document": ("a\nb", [edit((7, 3), (9, 0), "x")], "a\nbx"),
    "U+2028 and form feed end no line": ("a\u2028b\x0cc\nd", [edit((0, 5), (1, 0), "")], "a\u2028b\x0ccd"),
    "characters are UTF-16 code units": ("😀b", [edit((0, 2), (0, 3), "c")], "😀c"),
    "written apart, clamped to one place": ("ab\n", [edit((0, 9), (0, 9), "2"), edit((0, 5), (0, 5), "1")], "ab12\n"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_rules_that_appliers_get_wrong(reference: Reference, name: str) -> None:
    text, edits, result = BY_HAND[name]
    assert reference.apply(text, edits) == result
    assert ours(text, edits) == (result, None if result is not None else "edit.overlap")


@pytest.mark.parametrize(
    ("difference", "text", "edits", "theirs"),
    [
        ("split surrogate pair", "😀", [edit((0, 1), (0, 1), "x")], "\ud83dx\ude00"),
        ("reversed range", "abc", [edit((0, 2), (0, 1), "x")], "axc"),
        ("negative position", "abc", [edit((-1, 0), (0, 1), "x")], "xbc"),
        ("text that is none", "abc", [edit((0, 0), (0, 1), "\ud800")], "\ud800bc"),
    ],
)
def test_each_difference_is_still_one(
    reference: Reference, difference: str, text: str, edits: Edits, theirs: str
) -> None:
    assert reference.apply(text, edits) == theirs
    names = {name: violation for name, _, violation, _ in DIFFERENCES}
    assert ours(text, edits) == (None, names[difference])
    assert compare(reference, text, edits) == difference
