"""A pass that does not say which text it saw, when another pass has changed the file: the gate asks where it matters."""

from __future__ import annotations

import pytest

from runner.model.order import Task
from tests.gate.helpers import Gate, said, whole

TEXT = "let a = 1;\nlet b = 2;\nlet c = 3;\n"
MOVED = "// more\n" + TEXT
TASKS = (Task("T", allowed_paths=("**",)), Task("other", allowed_paths=("**",)))


@pytest.fixture
def gate() -> Gate:
    """``T`` has begun; then ``other`` has put a line at the top of a.ts."""
    gate = Gate({"a.ts": TEXT, "b.ts": TEXT}, TASKS)
    gate.session("T")
    assert gate.submit("line-ops", [line("prepend", new_block="// more\n")], task="other").status == "applied"
    return gate


def line(op: str, **fields: object) -> dict[str, object]:
    return {"op": op, "file": "a.ts", **fields}


def test_text_that_is_found_either_way_lands(gate: Gate) -> None:
    verdict = gate.submit("search-replace", [{"file": "a.ts", "search": "b = 2", "replace": "b = 5"}])
    assert (said(verdict), gate.text("a.ts")) == ("applied", MOVED.replace("b = 2", "b = 5"))


def test_line_numbers_that_mean_two_places_are_asked_about(gate: Gate) -> None:
    before = gate.head.snapshot.id
    verdict = gate.submit("line-ops", [line("insert_after", line=1, new_block="let n = 0;\n")])
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")
    assert f'"base": "{before}"' in verdict.violations[0].hint
    assert gate.text("a.ts") == MOVED
    again = gate.submit("line-ops", [line("insert_after", line=1, new_block="let n = 0;\n")], base=before)
    assert (said(again), gate.text("a.ts")) == ("applied", "// more\nlet n = 0;\n" + TEXT)


def test_a_whole_file_without_the_others_change_does_not_take_it_back(gate: Gate) -> None:
    verdict = gate.submit("whole-file", [{"file": "a.ts", "content": TEXT.replace("b = 2", "b = 5")}])
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")
    assert gate.text("a.ts") == MOVED


def test_what_can_be_read_on_one_of_the_two_only_is_read_so(gate: Gate) -> None:
    newer = [{"file": "a.ts", "search": "// more\nlet a = 1", "replace": "// more\nlet a = 7"}]
    assert said(gate.submit("search-replace", newer)) == "applied"
    gate = Gate({"a.ts": TEXT}, TASKS)
    gate.session("T")
    twice = [{"file": "a.ts", "search": "let c = 3;\n", "replace": "let c = 3;\nlet d = 4; // b = 2\n"}]
    assert said(gate.submit("search-replace", twice, task="other")) == "applied"
    older = [{"file": "a.ts", "search": "b = 2", "replace": "b = 5"}]
    assert said(gate.submit("search-replace", older)) == "applied"
    assert gate.text("a.ts") == "let a = 1;\nlet b = 5;\nlet c = 3;\nlet d = 4; // b = 2\n"


def test_what_can_be_read_on_neither_is_refused_as_it_is_now(gate: Gate) -> None:
    verdict = gate.submit("search-replace", [{"file": "a.ts", "search": "nowhere", "replace": "b"}])
    assert (verdict.status, said(verdict)) == ("rejected", "edit.not-found")


def test_an_edit_of_what_the_other_replaced_is_a_conflict_with_both_sides(gate: Gate) -> None:
    other = [{"file": "a.ts", "search": "let b = 2;", "replace": "let b = 26;"}]
    assert said(gate.submit("search-replace", other, task="other")) == "applied"
    verdict = gate.submit("search-replace", [{"file": "a.ts", "search": "let b = 2;", "replace": "let b = 5;"}])
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")
    assert any("+let b = 26;" in side for side in verdict.notes)


def test_other_files_are_not_asked_about(gate: Gate) -> None:
    assert said(gate.submit("whole-file", whole({"b.ts": TEXT.replace("b = 2", "b = 5")}))) == "applied"


def test_a_pass_that_landed_in_a_file_knows_it(gate: Gate) -> None:
    assert said(gate.submit("search-replace", [{"file": "a.ts", "search": "b = 2", "replace": "b = 5"}])) == "applied"
    verdict = gate.submit("line-ops", [line("insert_after", line=1, new_block="let n = 0;\n")])
    assert (said(verdict), gate.text("a.ts")) == ("applied", "// more\nlet n = 0;\n" + TEXT.replace("b = 2", "b = 5"))
