"""Old errors that move stay old; one more of the same kind is new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.checker.compare import compare
from runner.checker.places import Places
from runner.edits.changes.placing import carry_of
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.text import Replacement
from runner.model.tree import Candidate, ChangeSet, EditFile
from tests.checker.candidates import candidate, state


def errors(text: str, path: str = "a.ts") -> list[Diagnostic]:
    """``!`` marks an error, whose message is the word after it, if there is one on its line."""
    found = []
    for number, line in enumerate(text.split("\n")):
        for at, character in enumerate(line):
            if character == "!":
                word = line[at + 1 :].partition(" ")[0]
                found.append(Diagnostic("p", path, number, at, "TS1", word))
    return found


def judged(before: str, after: str, *, whole: bool = False, extra: tuple[Diagnostic, ...] = ()) -> CheckResult:
    change = candidate({"a.ts": before}, {"a.ts": after})
    if whole:
        edits = ChangeSet((EditFile("a.ts", (Replacement(0, len(before), after),)),))
        change = Candidate(change.base, edits, {"a.ts": state(before)}, {"a.ts": state(after)})
    return compare(errors(before), [*errors(after), *extra], carry_of(change), Places(change))


def new(before: str, after: str, *, whole: bool = False) -> list[tuple[int, str]]:
    return [(error.line, error.message) for error in judged(before, after, whole=whole).new]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\n!b", "new\na\n!b", id="a line above"),
        pytest.param(
            "import !b from b\nimport a from a\nx", "import a from a\nimport !b from b\nx", id="imports sorted"
        ),
        pytest.param(
            "import !b from b\nimport !a from a\nimport c from c",
            "import !a from a\nimport !b from b\nimport c from c",
            id="imports sorted, two errors",
        ),
        pytest.param(
            "import z from z\nimport !b from b\n\nf(!x)",
            "import !b from b\nimport z from z\n\nf(!x)",
            id="and one below",
        ),
        pytest.param("f {\n !x\n}\ng {\n y\n}", "g {\n y\n}\nf {\n !x\n}", id="a block moved down"),
        pytest.param("f {\n !x\n}\ng {\n y\n}", "if {\n  f {\n    !x\n  }\n}\ng {\n y\n}", id="a block indented"),
        pytest.param("!f(\n  a,\n  b,\n)", "!f(\n  a,\n  new,\n  b,\n)", id="a line within an expression"),
        pytest.param("a !x\nb !x", "b !x\na !x", id="two alike, swapped"),
    ],
)
def test_what_moves_stays_old(before: str, after: str, whole: bool) -> None:
    assert new(before, after, whole=whole) == []


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param("a !x\nb", "a !x\nb !x", [(1, "x")], id="the same again elsewhere"),
        pytest.param("a !x\nb", "b\na !x\na !x", [(2, "x")], id="a line moved, and copied"),
        pytest.param(
            "import !b from b", "import !a from a\nimport !b from b", [(0, "a")], id="a bad import above a bad one"
        ),
    ],
)
def test_one_more_of_the_same_is_new(before: str, after: str, found: list[tuple[int, str]], whole: bool) -> None:
    assert new(before, after, whole=whole) == found


def test_an_expression_sent_again_with_a_line_more_keeps_its_error_if_the_words_change() -> None:
    before, after = "const !one = {\n  a,\n}", "const !one = {\n  a,\n  b,\n}"
    edits = ChangeSet((EditFile("a.ts", (Replacement(0, len(before), after),)),))
    change = Candidate("0", edits, {"a.ts": state(before)}, {"a.ts": state(after)})
    old = [Diagnostic("p", "a.ts", 0, 6, "TS2322", "Type '{ a }' is not assignable.")]
    now = [Diagnostic("p", "a.ts", 0, 6, "TS2322", "Type '{ a, b }' is not assignable.")]
    assert compare(old, now, carry_of(change), Places(change)).new == ()


def test_one_error_in_two_projects_is_new_once() -> None:
    copy = Diagnostic("q", "a.ts", 1, 2, "TS1", "x")
    assert len(judged("a\nb", "a\nb !x", extra=(copy,)).new) == 1


_LINE = st.sampled_from(["import a", "import !b", "f(!x)", "f(y)", "g {", "}", "", "z !x !x"])
_LINES = st.lists(_LINE, max_size=12)


@given(_LINES, st.randoms(use_true_random=False), st.booleans())
def test_lines_in_another_order_bring_nothing_new(lines: list[str], chance: object, whole: bool) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert new("\n".join(lines), "\n".join(shuffled), whole=whole) == []


@given(_LINES, _LINES, st.booleans())
def test_as_many_more_errors_of_a_kind_as_there_are_are_new(one: list[str], other: list[str], whole: bool) -> None:
    before, after = "\n".join(one), "\n".join(other)
    result = judged(before, after, whole=whole)
    assert len(result.errors) == result.baseline + len(result.new) - len(result.fixed)
    more = len(errors(after)) - len(errors(before))
    assert len(result.new) >= more
