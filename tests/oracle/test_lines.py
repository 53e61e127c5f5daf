"""Lines, offsets and positions, and changes one after another, beside the reference's ``TextDocument``."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.edits import LineIndex
from runner.model.verdict import Refused
from tests.oracle.differences import Edits, expected, inside_a_pair, split_lines
from tests.oracle.reference import Reference
from tests.oracle.strategies import CHARACTERS, LINES, cases, texts
from tests.oracle.test_textedits import ours

CASES = 2_000
POSITIONS = [{"line": line, "character": character} for line in sorted({*LINES}) for character in sorted({*CHARACTERS})]
thorough = settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lines_of_ours(text: str) -> dict[str, Any]:
    """As ``oracle.js`` gives it: offsets in UTF-16 units; None where a place lies inside a character."""
    index = LineIndex(text)

    def offset(position: dict[str, int]) -> int | None:
        try:
            return units(text[: index.offset(position["line"], position["character"])])
        except Refused as refused:
            assert refused.violations[0].name == "edit.inside-character"
            assert inside_a_pair(text, position)
            return None

    starts: list[int | None] = [None] * (units(text) + 1)
    for at in range(len(text) + 1):
        starts[units(text[:at])] = at
    places = [None if at is None else index.position(at) for at in [0, *starts, len(text)]]
    return {
        "lines": len(index.starts),
        "offsets": [offset(position) for position in POSITIONS],
        "positions": [place and {"line": place.line, "character": place.character} for place in places],
    }


def assert_same_lines(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert mine["lines"] == theirs["lines"]
    for key in ("offsets", "positions"):
        pairs = list(zip(mine[key], theirs[key], strict=True))
        assert [one for one, _ in pairs if one is not None] == [two for one, two in pairs if one is not None]


def test_lines_offsets_and_positions_are_those_of_the_reference(reference: Reference) -> None:
    @thorough
    @given(text=texts)
    def every_text(text: str) -> None:
        answer = reference.ask({"text": text, "changes": [], "positions": POSITIONS})
        assert_same_lines(lines_of_ours(text), answer["fresh"])

    every_text()


def test_offsets_beyond_the_text_are_brought_into_it(reference: Reference) -> None:
    for text in ("", "a", "a\r\n", "\r\n", "😀\n"):
        positions = reference.ask({"text": text, "changes": [], "positions": []})["fresh"]["positions"]
        index = LineIndex(text)
        for at, place in ((-1, positions[0]), (len(text) + 1, positions[-1])):
            assert index.position(at).line == place["line"]
            assert index.position(at).character == place["character"]


def test_changes_one_after_another_come_out_as_updates_of_the_reference(reference: Reference) -> None:
    """Each change speaks of the text that the one before it left, as in ``textDocument/didChange``."""
    compared = 0

    @thorough
    @given(case=cases, whole=st.none() | texts)
    def every_list(case: tuple[str, Edits], whole: str | None) -> None:
        nonlocal compared
        text, edits = case
        changes: list[dict[str, Any]] = [{"range": edit["range"], "text": edit["newText"]} for edit in edits]
        if whole is not None:
            changes.insert(len(changes) // 2, {"text": whole})
        made: list[dict[str, Any]] = []
        mine, sound = text, True
        for change in changes:
            before = mine
            after, refused = _changed(mine, change)
            if refused:
                assert after is None
                break
            assert after is not None
            mine = after
            made.append(change)
            # There the reference's own table of lines goes wrong, and with it every later change: see below.
            if "range" in change and change["range"]["start"]["line"] >= len(split_lines(before)):
                sound = False
                break
        answer = reference.ask({"text": text, "changes": made, "positions": POSITIONS})
        assert mine == answer["text"]
        assert_same_lines(lines_of_ours(mine), answer["kept" if sound else "fresh"])
        compared += len(made)

    every_list()
    assert compared > CASES


def _changed(text: str, change: dict[str, Any]) -> tuple[str | None, bool]:
    """The text after one change, and whether ours deliberately refuses it."""
    if "range" not in change:
        return change["text"], False
    edits = [{"range": change["range"], "newText": change["text"]}]
    return ours(text, edits)[0], bool(expected(text, edits))


def test_the_reference_still_loses_count_of_lines_past_the_end(reference: Reference) -> None:
    """Why the lists above end there. When this fails, the reference was mended, and they need not end any more."""
    beyond = {"start": {"line": 5, "character": 0}, "end": {"line": 6, "character": 0}}
    answer = reference.ask({"text": "a", "changes": [{"range": beyond, "text": "x\n"}], "positions": []})
    assert answer["text"] == "ax\n"
    assert answer["fresh"]["lines"] == len(LineIndex("ax\n").starts) == 2
    assert answer["kept"]["lines"] != 2
