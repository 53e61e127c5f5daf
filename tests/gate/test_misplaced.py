"""The marks of an edit that went in beside its place are refused; where the base has them, they are its way."""

from __future__ import annotations

import pytest

from runner.model.order import Task
from tests.gate.helpers import change, check, said

MISPLACED = "clobber.misplaced"
BEFORE = """\
import { a } from "x";

/**
 * Adds two numbers.
 *
 * @param left The first.
 */
export function add(left: number, right: number): number {
  const total = left + right;
  return total;
}

export function twice(of: number): number {
  // Both are the same.
  return add(of, of);
}

export const names = {
  first: "one",
  second: "two",
};

test("adds", () => {
  expect(add(1, 2)).toBe(3);
});
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  return add(of, of);\n", "  return add(of, of);}\n\nexport function twice2(of: number) {\n  return of;\n"),
        ('  first: "one",\n', '  first: "uno",\nst: "one",\n'),
        (" * @param left The first.\n", " * @param left The first.\nconst more = 1;\n"),
        (" * @param left The first.\n", " The left one.\n * @param left The first.\n"),
        ("  return total;\n", "  return total;\n  return total;\n"),
        (" */\nexport function add", " */export function add"),
    ],
)
def test_the_marks_of_a_misplaced_edit_are_refused(old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert MISPLACED in change(BEFORE, BEFORE.replace(old, new)).split()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('  first: "one",\n', '  first: "one", zero: 0,\n'),
        ('  first: "one",\n', '  // first: "one",\n'),
        ("  return add(of, of);\n", "  if (of) { return add(of, of); }\n  return 0;\n"),
        (
            "/**\n * Adds two numbers.\n *\n * @param left The first.\n */",
            "/*\n Adds two numbers.\n\n @param left The first.\n*/",
        ),
        ("  expect(add(1, 2)).toBe(3);\n", "  expect(add(1, 2)).toBe(`\n\n\n3`);\n"),
        (
            "export const names",
            "export const one = {\n  a: 1,\n};\nexport const two = {\n  b: 2,\n};\n\nexport const names",
        ),
        (
            "export const names",
            "function of(a: {\n  b: 1;\n}): 1;\nfunction of(a: {\n  b: number;\n}): 1 {\n  return a.b;\n}\n\nexport const names",
        ),
        ("}\n\nexport function twice", "}\n// Twice as much.\n\n\nexport function twice"),
        ("export const names", "export function more(): void {\n  add(1, 2);\n}\nexport const names"),
        ("  const total = left + right;\n", "\n  // In whole numbers.\n  const total = left + right;\n"),
        ("  return total;\n", "  if (!total) {\n    return total;\n  }\n  return total;\n"),
        (" * @param left The first.\n", " * @param left The first.\n * @param right The second.\n"),
    ],
)
def test_honest_edits_of_the_same_places_are_applied(old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert change(BEFORE, BEFORE.replace(old, new)) == "applied"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("const a = 1;\n\n\nconst b = 2;\n", "const a = 1;\n\n\nconst b = 2;\n\n\nconst c = 3;\n"),
        ("if (a) {\n  f();}\n", "if (a) {\n  f();}\nif (b) {\n  g();}\n"),
        ("f();\n// -\n// -\ng();\n", "f();\n// -\n// -\ng();\n// x\n// x\nh();\n"),
    ],
)
def test_what_the_base_has_already_is_its_way(before: str, after: str) -> None:
    assert change(before, after) == "applied"


def test_what_is_only_taken_away_may_leave_two_blank_lines() -> None:
    gone = "export function twice(of: number): number {\n  // Both are the same.\n  return add(of, of);\n}\n"
    task = Task("T", allowed_paths=("**",), allowed_symbols=("src/a.ts#twice",))
    assert said(check({"src/a.ts": BEFORE}, {"src/a.ts": BEFORE.replace(gone, "")}, task=task)) == "applied"


def test_a_role_may_be_allowed_to_leave_such_marks() -> None:
    after = BEFORE.replace(" */\nexport function add", " */export function add")
    assert change(BEFORE, after) == MISPLACED
    assert change(BEFORE, after, contract=["allow:clobber.misplaced"]) == "applied"
    assert change(BEFORE, after, contract=["formatting-only"]) == "applied"
