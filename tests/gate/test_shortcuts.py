"""What the checks leave out to be fast changes nothing of what they find: with and without, on edits of real code."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.gate.checks.loss import removed_ratio
from runner.gate.checks.loss.removed_ratio import lines_of
from runner.gate.checks.safeguards import syntax as syntax_check
from runner.gate.inspection import Changed
from runner.syntax.marks import marked
from runner.syntax.trees import Syntax, captures
from runner.text.diffing import changed_blocks, split_lines

SOURCES = sorted(
    path
    for path in (Path(__file__).parents[2] / "examples").glob("**/*.ts*")
    if path.suffix in (".ts", ".tsx") and "node_modules" not in path.parts and path.stat().st_size < 60_000
)
ODD = (
    *("{", "}", "!", "any", "\r", "\r\n", "export default const x = 1;", "<<<<<<< HEAD", ">>>>>>> theirs", "“"),
    *("// @ts-ignore", "x as never", "throw new Error('not implemented');", "<A>b", "/*", "as unknown as", "\u2028"),
)


def edited(text: str, seed: int) -> str:
    """Lines go, move, come twice, or get something odd at their end."""
    chance = random.Random(seed)
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, count = chance.randrange(len(lines)), chance.choice((1, 1, 3, 30))
        moved = lines[at : at + count]
        what = chance.randrange(4)
        if what < 2:
            del lines[at : at + count]
        if what > 0:
            to = chance.randrange(len(lines) + 1)
            lines[to:to] = moved
        if what == 3:
            lines[at] += chance.choice(ODD)
        lines = lines or [""]
    return "\n".join(lines)


def changes() -> st.SearchStrategy[Changed]:
    def change(path: Path, seed: int, crlf: bool) -> Changed:
        before = path.read_text("utf-8")
        before = before.replace("\n", "\r\n") if crlf else before
        return Changed(path.as_posix(), path.as_posix(), before, edited(before, seed), False, True)

    return st.builds(change, st.sampled_from(SOURCES), st.integers(0, 2**32), st.sampled_from([False, False, True]))


@settings(max_examples=150, deadline=None)
@given(changes())
def test_lines_counted_in_the_changed_blocks_are_those_that_the_whole_file_lost(file: Changed) -> None:
    whole = (Counter(lines_of(file.before)) - Counter(lines_of(file.after))).total()
    assert removed_ratio._lost(file) == whole


@settings(max_examples=60, deadline=None)
@given(changes())
def test_one_walk_finds_what_a_query_for_each_kind_finds(file: Changed) -> None:
    syntax = Syntax(file.after, file.path)
    queries = {
        "comment": "(comment) @it",
        "throw": "(throw_statement) @it",
        "any": '(predefined_type "any") @it',
        "sure": "(non_null_expression) @it",
        "module": "(module name: (string) @it)",
        "alias": "(type_alias_declaration) @it",
        "cast": "(as_expression) @it" + ("" if file.path.endswith("x") else "(type_assertion) @it"),
    }
    for name, query in queries.items():
        assert marked(file.after, file.path, name) == captures(syntax, query).get("it", []), name


@settings(max_examples=100, deadline=None)
@given(changes())
def test_marks_of_a_merge_are_looked_for_wherever_they_may_be(file: Changed) -> None:
    gained = syntax_check._gained_marks(file)
    marks = [syntax_check._MERGE, syntax_check._NO_DEFAULT]
    more = [len(each.findall(file.after)) > len(each.findall(file.before)) for each in marks]
    assert any(more) == (gained is not None and "typographic" not in gained)


@settings(max_examples=150, deadline=None)
@given(changes())
def test_changed_blocks_lie_between_the_longest_equal_ends(file: Changed) -> None:
    old, new = split_lines(file.before), split_lines(file.after)
    blocks = changed_blocks(old, new)
    made = list(old)
    for a1, a2, b1, b2 in reversed(blocks):
        made[a1:a2] = new[b1:b2]
    assert made == new
    if blocks:
        head = blocks[0][0]
        assert old[:head] == new[:head] and old[head : head + 1] != new[head : head + 1]


@pytest.mark.parametrize("same", range(6))
@pytest.mark.parametrize("more", [0, 1, 4])
def test_equal_beginnings_are_found_whatever_their_length(same: int, more: int) -> None:
    old = [f"{number}\n" for number in range(same + more)]
    new = [*old[:same], "other\n"]
    assert changed_blocks(old, new) == [(same, same + more, same, same + 1)]
