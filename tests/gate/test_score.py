"""The score: what it takes away, that more of anything never raises it, and how its measures are taken."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.gate.verdict.distance import GUARD_LINES
from runner.gate.verdict.score import Measures, deductions, score
from runner.model.order import Task
from runner.model.text import LineSpan
from runner.syntax.guards import guard_hash
from tests.gate.helpers import Gate

COUNTS = [field.name for field in fields(Measures) if field.name != "changed_ratio"]
MEASURES = st.builds(
    Measures,
    **{name: st.integers(0, 500) for name in COUNTS},
    changed_ratio=st.floats(0, 1),
)
LINES = "".join(f"export const line{number} = {number};\n" for number in range(1, 201))


@given(MEASURES, st.sampled_from(COUNTS), st.integers(0, 500))
def test_more_of_any_count_never_raises_the_score(measures: Measures, name: str, more: int) -> None:
    worse = replace(measures, **{name: getattr(measures, name) + more})
    assert 0 <= score(worse) <= score(measures) <= 100


@given(MEASURES, st.floats(0, 1))
def test_a_bigger_share_never_raises_the_score(measures: Measures, other: float) -> None:
    less, more = sorted((measures.changed_ratio, other))
    assert score(replace(measures, changed_ratio=more)) <= score(replace(measures, changed_ratio=less))


@given(MEASURES)
def test_each_deduction_stays_within_its_limit(measures: Measures) -> None:
    limits = {
        "lines": 40,
        "share": 40,
        "files": 20,
        "distance": 10,
        "guards": 15,
        "fuzzy": 20,
        "removes": 20,
        "errors": 30,
    }
    taken = deductions(measures)
    assert taken.keys() == limits.keys()
    assert all(0 <= taken[name] <= limit for name, limit in limits.items())


def test_the_example_of_the_documentation() -> None:
    measures = Measures(added=12, removed=4, changed_ratio=0.05, files=2, distance=60, guards_near=1, fuzzy=1)
    assert deductions(measures) == {
        "lines": 4.0,
        "share": 2.0,
        "files": 5.0,
        "distance": 3.0,
        "guards": 5.0,
        "fuzzy": 10.0,
        "removes": 0.0,
        "errors": 0.0,
    }
    assert score(measures) == 71


def test_each_declaration_that_is_said_to_go_costs_five() -> None:
    assert [score(Measures(removes=count)) for count in (0, 1, 3, 4, 50)] == [100, 95, 85, 80, 80]


def test_one_line_where_it_belongs_costs_next_to_nothing() -> None:
    assert score(Measures(added=1)) == 100


def at_line(number: int, new: str = "export const other = 1;") -> dict[str, object]:
    return {"op": "replace_block", "file": "a.ts", "start_line": number, "end_line": number, "new_block": new}


def distance(task: Task, *lines: int, text: str = LINES) -> int:
    verdict = Gate({"a.ts": text}, (task,)).submit("line-ops", [at_line(line) for line in lines], task="T")
    return verdict.stats.distance


def test_a_change_inside_the_tasks_lines_is_at_its_anchor() -> None:
    assert distance(Task("T", allowed_spans=(LineSpan("a.ts", 10, 20),)), 10, 20) == 0


@pytest.mark.parametrize(("line", "lines"), [(21, 0), (22, 1), (60, 39), (9, 0), (3, 6)])
def test_the_distance_counts_the_lines_between_a_change_and_the_tasks_place(line: int, lines: int) -> None:
    task = Task("T", allowed_spans=(LineSpan("a.ts", 10, 20),), allowed_paths=("**",))
    assert distance(task, line) == lines


def test_the_nearest_place_and_the_farthest_change_count() -> None:
    spans = (LineSpan("a.ts", 10, 100), LineSpan("a.ts", 20, 30), LineSpan("a.ts", 150, 160))
    task = Task("T", allowed_spans=spans, allowed_paths=("**",))
    assert distance(task, 140, 60, 162) == 9


def test_a_symbol_is_a_place_too() -> None:
    assert distance(Task("T", allowed_symbols=("a.ts#line7",), allowed_paths=("**",)), 11) == 3


def test_a_place_that_moved_is_measured_where_it_stands_now() -> None:
    task = Task("T", allowed_spans=(LineSpan("a.ts", 50, 60),), allowed_paths=("**",))
    gate = Gate({"a.ts": LINES}, (task, Task("other", allowed_paths=("**",))))
    above = [{"op": "prepend", "file": "a.ts", "new_block": "// more\n" * 30}]
    assert gate.submit("line-ops", above, task="other").status == "applied"
    assert gate.submit("line-ops", [at_line(95)], task="T").stats.distance == 4


def test_the_placeholder_comes_before_the_tasks_lines() -> None:
    text = LINES.replace("line40 = 40", "line40 = '###HERE###'")
    task = Task("T", placeholder="###HERE###", allowed_spans=(LineSpan("a.ts", 30, 80),))
    assert distance(task, 40, text=text) == 0
    assert distance(task, 71, text=text) == 30
    assert distance(task, 71) == 0  # it has been filled: the lines are what is left


def test_a_task_without_a_place_has_no_anchor() -> None:
    assert distance(Task("T", allowed_paths=("**",)), 150) == 0


def hunk(named: int, at: int, *, indent: str = "") -> str:
    old = f"export const line{at} = {at};"
    return f"--- a/a.ts\n+++ b/a.ts\n@@ -{named} +{named} @@\n-{indent}{old}\n+{old.replace('=', '= 1 +')}\n"


def test_a_hunk_that_names_another_line_is_as_far_as_that() -> None:
    gate = Gate({"a.ts": LINES})
    there = gate.submit("unified-diff", hunk(50, 50), dry_run=True)
    far = gate.submit("unified-diff", hunk(90, 50), dry_run=True)
    assert (there.status, there.stats.distance, far.stats.distance) == ("simulated", 0, 40)
    assert far.stats.score == there.stats.score - 2


def test_a_fuzzy_match_in_a_renamed_file_counts_and_is_reported() -> None:
    diff = "diff --git a/a.ts b/c.ts\nrename from a.ts\nrename to c.ts\n" + hunk(50, 50, indent="  ").replace(
        "b/a", "b/c"
    )
    verdict = Gate({"a.ts": LINES}).submit("unified-diff", diff, dry_run=True)
    assert (verdict.status, verdict.stats.fuzzy) == ("simulated", 1)
    assert verdict.notes == ("c.ts: found by a fuzzy match (white space)",)


def guarded(name: str, body: str) -> str:
    value = guard_hash(f"\n{body}\n")
    return f"/* @hash:{value} START:{name} */\n{body}\n/* @hash:{value} END:{name} */\n"


def with_guards() -> str:
    """Guards at lines 51-53 and 56-58, code around them."""
    lines = LINES.splitlines(keepends=True)
    return (
        "".join(lines[:50]) + guarded("one", "one();") + "a();\nb();\n" + guarded("two", "two();") + "".join(lines[50:])
    )


@pytest.mark.parametrize(
    ("line", "guards"), [(20, 0), (50 - GUARD_LINES - 1, 0), (50 - GUARD_LINES, 1), (54, 2), (66, 1), (69, 1), (70, 0)]
)
def test_guarded_blocks_within_ten_lines_of_a_change_are_near(line: int, guards: int) -> None:
    verdict = Gate({"a.ts": with_guards()}).submit("line-ops", [at_line(line)], dry_run=True)
    assert verdict.stats.guards_near == guards


def test_a_guarded_block_that_the_task_may_change_is_near_as_well() -> None:
    task = Task("T", allowed_paths=("**",), allowed_guards=("one",))
    text = with_guards()
    new = text.replace(guarded("one", "one();"), guarded("one", "two();"))
    verdict = Gate({"a.ts": text}, (task,)).submit("whole-file", [{"file": "a.ts", "content": new}])
    assert (verdict.status, verdict.stats.guards_near) == ("applied", 2)


def test_a_deleted_file_takes_all_of_its_guards_along() -> None:
    task = Task("T", allowed_paths=("**",), allowed_guards=("one", "two"))
    verdict = Gate({"a.ts": with_guards()}, (task,)).submit("whole-file", [{"file": "a.ts", "content": None}])
    assert verdict.stats.guards_near == 2
