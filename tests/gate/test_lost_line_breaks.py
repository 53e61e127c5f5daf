"""A replacement without its last line break swallows the line behind it."""

from __future__ import annotations

import pytest

from tests.gate.helpers import Gate, change, said

JOINED = "clobber.joined-lines"
BEFORE = """\
const a = {
  b: 1,
  c: "é", // 🦄
};
/**
 * One.
 * Two.
 */
run(a);
stop(a);
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  b: 1,\n", "  b: 2,"),
        ("  b: 1,\n", "  b: 1,\n  d: 2,"),
        (" * One.\n", " * One."),
        ("run(a);\n", "run(a);"),
        ("};\n", "};"),
    ],
)
def test_a_lost_line_break_is_seen(old: str, new: str) -> None:
    assert JOINED in change(BEFORE, BEFORE.replace(old, new)).split()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("run(a);\nstop(a);\n", "run(a); stop(a);\n"),
        ("run(a);", "await run(a);"),
        ("stop(a);", "(async () => stop(a))();"),
        ("  b: 1,\n", "  // b: 1,\n"),
        ("  b: 1,\n", "  //  b: 1,\n"),
        ("const a = {\n  b: 1,\n", "const a = { b: 1,\n"),
        (" * One.\n * Two.\n", " * One. Two.\n"),
    ],
)
def test_lines_that_are_joined_on_purpose_are_left_alone(old: str, new: str) -> None:
    assert JOINED not in change(BEFORE, BEFORE.replace(old, new)).split()


def test_a_line_of_a_text_may_become_its_first() -> None:
    before = "log(\n  `first\nsecond line\nthird`,\n);\n"
    after = "log(\n  `first`,\n);\nlog(\n  `second line\nthird`,\n);\n"
    assert change(before, after) == "applied"


def test_the_place_is_the_swallowed_line_in_utf_16() -> None:
    gate = Gate({"a.ts": BEFORE})
    new = BEFORE.replace("  b: 1,\n", '  b: "🦄",')
    verdict = gate.submit("whole-file", [{"file": "a.ts", "content": new}])
    (found,) = [each for each in verdict.violations if each.name == JOINED]
    assert found.range is not None
    assert (found.range.start.line, found.range.start.character) == (1, 10)
    assert JOINED in said(verdict)
