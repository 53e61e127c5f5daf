"""Guarded blocks: their hash, and what an edit may do to them."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.order import Task
from runner.model.text import LineSpan
from runner.syntax.guards import add_guard, find_guards, guard_hash, wrong_hashes
from runner.text.replacements import replace_all
from tests.gate.helpers import check, said

BODY = "function price(a: number) {\n  return a * 2;\n}\n"
PLAIN = f"let before = 1;\n{BODY}let after = 1;\n"
GUARDED = replace_all(PLAIN, add_guard(PLAIN, LineSpan("a.ts", 2, 4), "pricing"))
OVERWRITE, WRONG = "guard.logic-overwrite", "guard.wrong-hash"
ALLOWED = Task("T", allowed_paths=("**",), allowed_guards=("pricing",))


def test_the_hash_is_of_the_text_between_the_markers_with_lf() -> None:
    expected = hashlib.sha256(f"\n{BODY}".encode()).hexdigest()[:7]
    assert (
        f"let before = 1;\n/* @hash:{expected} START:pricing */\n{BODY}/* @hash:{expected} END:pricing */\nlet after = 1;\n"
    ) == GUARDED
    (guard,) = find_guards(GUARDED).blocks
    assert (guard.name, guard.hash, guard.inner, guard.holds) == ("pricing", expected, f"\n{BODY}", True)
    assert guard_hash("a\r\nb\rc") == guard_hash("a\nb\nc")


@given(st.lists(st.sampled_from(["  f();", "g();", "", "\tlet é = '😀';"]), min_size=1, max_size=8), st.data())
def test_a_guard_holds_when_it_is_added_and_breaks_with_its_text(lines: list[str], data: st.DataObject) -> None:
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(lines) + ("" if lines[-1] and data.draw(st.booleans()) else newline)
    start = data.draw(st.integers(1, len(lines)))
    span = LineSpan("a.ts", start, data.draw(st.integers(start, len(lines))))
    guarded = replace_all(text, add_guard(text, span, "g"))
    (guard,) = find_guards(guarded).blocks
    assert guard.holds and not wrong_hashes(guarded)
    markers = re.compile(r"[ \t]*/\*[^\n]*\*/(\r?\n|$)")
    assert markers.sub("", guarded).rstrip("\r\n") == text.rstrip("\r\n")
    inside = guard.start + guarded[guard.start :].index("*/") + 2
    assert wrong_hashes(guarded[:inside] + "x" + guarded[inside:])


@pytest.mark.parametrize(
    ("name", "lines"), [("a b", (1, 1)), ("", (1, 1)), ("pricing", (1, 1)), ("x", (0, 1)), ("x", (9, 99))]
)
def test_a_guard_that_cannot_be_added(name: str, lines: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"no name|no lines"):
        add_guard(GUARDED, LineSpan("a.ts", *lines), name)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/* @hash:1234567 START:a */\n", "START:a has no END"),
        ("/* @hash:1234567 END:a */\n", "END:a has no START"),
        ("/* @hash:1234567 START:a */ /* @hash:1234568 END:a */\n", "the markers of a carry two hashes"),
        ("/* @hash:1234567 START:a */ /* @hash:1234567 END:b */\n", "END:b has no START"),
        ("/* @hash:123 START:a */\n", "/* @hash:123 START:a */ is no marker"),
        ("/* @hash:1234567 START:a *//* @hash:1234567 END:a */" * 2, "a is guarded twice"),
    ],
)
def test_broken_markers_are_told(text: str, problem: str) -> None:
    assert problem in find_guards(text).broken


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("a * 2", "a * 3", OVERWRITE),
        ("  return a * 2;\n", "  return  a * 2;\n", OVERWRITE),
        ("START:pricing", "START:other", OVERWRITE),
        (GUARDED[16:53], "", OVERWRITE),
        ("@hash:", "hash:", OVERWRITE),
        ("let before = 1;", "let before = 2;", "applied"),
        ("let after = 1;", "let after = 1;\nlet more = 1;", "applied"),
    ],
)
def test_a_guarded_block_is_not_changed(old: str, new: str, verdict: str) -> None:
    found = check({"src/a.ts": GUARDED}, {"src/a.ts": GUARDED.replace(old, new)})
    assert said(found).split()[0] == verdict
    if verdict == OVERWRITE:
        assert "logic overwrite violation" in found.violations[0].message
        assert found.violations[0].code == "PG520"


def test_the_right_hash_does_not_excuse_the_overwrite() -> None:
    changed = PLAIN.replace("a * 2", "a * 3")
    after = replace_all(changed, add_guard(changed, LineSpan("a.ts", 2, 4), "pricing"))
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": after})) == OVERWRITE
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": after}, task=ALLOWED)) == "applied"


def test_a_task_that_names_the_guard_must_write_the_new_hash() -> None:
    after = GUARDED.replace("a * 2", "a * 3")
    verdict = check({"src/a.ts": GUARDED}, {"src/a.ts": after}, task=ALLOWED)
    right = guard_hash(f"\n{BODY}".replace("a * 2", "a * 3"))
    assert (said(verdict), verdict.violations[0].code) == (WRONG, "PG521")
    assert f"@hash:{right}" in verdict.violations[0].hint
    mended = after.replace(find_guards(after).blocks[0].hash, right)
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": mended}, task=ALLOWED)) == "applied"


def test_a_task_that_names_the_guard_may_take_it_away() -> None:
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": PLAIN}, task=ALLOWED)) == "applied"
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": PLAIN})) == OVERWRITE


def test_a_file_with_a_guard_is_not_deleted_and_takes_the_guard_along_when_renamed() -> None:
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": None})) == OVERWRITE
    assert said(check({"src/a.ts": GUARDED}, {"src/a.ts": None}, task=ALLOWED)) == "applied"


def test_a_guard_may_be_added_with_the_right_hash_only() -> None:
    assert said(check({"src/a.ts": PLAIN}, {"src/a.ts": GUARDED})) == "applied"
    wrong = GUARDED.replace(find_guards(GUARDED).blocks[0].hash, "0000000")
    assert said(check({"src/a.ts": PLAIN}, {"src/a.ts": wrong})) == WRONG
    assert said(check({"src/a.ts": PLAIN}, {"src/a.ts": PLAIN + "/* @hash:1234567 START:a */\n"})) == WRONG


def test_a_guard_that_was_wrong_before_hinders_nobody() -> None:
    wrong = GUARDED.replace("a * 2", "a * 3")
    assert said(check({"src/a.ts": wrong}, {"src/a.ts": wrong.replace("before = 1", "before = 2")})) == "applied"


def test_guards_hold_in_files_that_are_no_code() -> None:
    assert said(check({"a.css": GUARDED}, {"a.css": GUARDED.replace("a * 2", "a * 3")})) == OVERWRITE


def test_a_role_for_comments_may_not_touch_the_markers() -> None:
    found = check({"src/a.ts": PLAIN}, {"src/a.ts": GUARDED}, contract=["comments-only"])
    assert said(found) == "contract.directive-changed"
