"""Nested code costs time in proportion to its depth, and beyond a depth it is refused."""

from __future__ import annotations

import time

import pytest

from runner.gate.checks.layout.rows import Rows
from runner.model.verdict import APPLIED, REJECTED, Refused
from runner.syntax.depth import CHAIN, DEEPEST
from runner.syntax.trees import Syntax
from tests.gate.helpers import Gate

NESTED = {
    "parentheses": ("const x = ", "(", "1", ")", ";"),
    "blocks": ("", "{", "", "}", ""),
    "functions": ("", "function f() {\n", "", "}\n", ""),
    "calls": ("", "f(\n", "1", ")", ";"),
    "chains": ("a", "", "", "\n.b()", ";"),
    "casts": ("const x = y", "", "", " as any", ";"),
    "objects": ("const x = ", "{ a: ", "1", "}", ";"),
    "arrows": ("const x = ", "a =>\n", "1", "", ";"),
    "types": ("type T = ", "A<", "B", ">", ";"),
}


def _nested(kind: str, depth: int) -> str:
    head, opening, inner, closing, tail = NESTED[kind]
    return f"{head}{opening * depth}{inner}{closing * depth}{tail}\n"


@pytest.mark.parametrize("kind", NESTED)
def test_code_that_is_nested_too_deeply_is_refused_at_its_place(kind: str) -> None:
    gate = Gate({"src/a.ts": "export const old = 1;\n"})
    content = "export const old = 2;\n" + _nested(kind, 8_000)
    verdict = gate.submit("whole-file", [{"file": "src/a.ts", "content": content}])
    assert verdict.status == REJECTED
    assert [each.name for each in verdict.violations] == ["edit.unsupported"]
    assert verdict.violations[0].message.startswith("src/a.ts:")
    assert f"more than {DEEPEST} levels" in verdict.violations[0].message


@pytest.mark.parametrize("member", ['"name{at}"', "Name{at}"])
def test_a_union_of_thousands_is_no_deep_nesting(member: str) -> None:
    union = " |\n  ".join(member.format(at=at) for at in range(3_000))
    gate = Gate({"src/a.ts": f"export const old = 1;\nexport type T =\n  {union};\n"})
    verdict = gate.submit("search-replace", [{"file": "src/a.ts", "search": "old = 1", "replace": "old = 2"}])
    assert verdict.status == APPLIED, verdict.violations
    with pytest.raises(Refused):
        Syntax("type T = " + " | ".join("A" * (CHAIN + 2)) + ";\n", "a.ts")


def test_a_token_beyond_a_hundred_levels_is_not_judged() -> None:
    text = "a" + "\n.b()" * 400 + ";\n"
    rows = Rows(text.split("\n"), Syntax(text, "a.ts"), frozenset())
    assert rows.token(1, 0) is None
    assert rows.token(400, 0) is not None
    assert rows.token(395, 0) is not None


@pytest.mark.parametrize("kind", ["functions", "chains"])
def test_to_refuse_code_of_twice_the_depth_takes_about_twice_the_time(kind: str) -> None:
    def seconds(depth: int) -> float:
        text = _nested(kind, depth)
        start = time.thread_time()
        with pytest.raises(Refused):
            Syntax(text, f"{depth}.ts")
        return time.thread_time() - start

    assert min(seconds(20_000 + at) for at in range(5)) < 3 * min(seconds(10_000 + at) for at in range(5))
