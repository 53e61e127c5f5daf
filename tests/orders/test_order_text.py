"""Orders as text: what is not plain data of a bounded size is refused, with the place or the value named."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.orders.files import parse_order
from runner.orders.text_places import parse_with_lines

PATH = Path("order.yml")


def refusal(text: str) -> str:
    with pytest.raises(UsageError) as refused:
        parse_with_lines(text.encode(), PATH)
    assert refused.value.hint
    return refused.value.message


def test_lines_are_those_of_the_text() -> None:
    data, lines = parse_with_lines(b"a: 1\nb:\n  - x\n  - c: 2\n", PATH)
    assert data == {"a": 1, "b": ["x", {"c": 2}]}
    assert lines[("b", 1, "c")] == 4


def test_json_with_tabs_has_lines_too() -> None:
    data, lines = parse_with_lines(b'{\n\t"a": [\n\t\t1]\n}', PATH)
    assert data == {"a": [1]}
    assert lines[("a", 0)] == 3


def test_aliases_may_be_used() -> None:
    data, _ = parse_with_lines(b"a: &x [1, 2]\nb: *x\n", PATH)
    assert data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize("join", ["[{0}, {0}]", "{{<<: [{0}, {0}]}}"], ids=["lists", "merges"])
def test_aliases_of_aliases_are_refused_before_they_are_blown_up(join: str) -> None:
    first = "a0: &a0 {k: v, l: w}\n"
    bomb = first + "".join(f"a{n}: &a{n} {join.format(f'*a{n - 1}')}\n" for n in range(1, 18))
    tracemalloc.start()
    try:
        assert "over 200000 values" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_a_value_that_holds_itself_is_refused() -> None:
    assert "nested deeper" in refusal("a: &x\n  - *x\n")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: " + "[" * 100_000, "[" * 50 + "]" * 50, "a: " + "{b: " * 60 + "}" * 60]
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert refusal(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a: 2026-01-01\n", "date"),
        ("a: !!set {x, y}\n", "set"),
        ("a: !!binary aGk=\n", "bytes"),
        ("1: x\n", "int"),
        ("a: 0x" + "f" * 5000, "int"),
        ("a: !!omap [x: 1]\n", "tuple"),
    ],
)
def test_what_json_does_not_have_is_refused(text: str, kind: str) -> None:
    assert f"holds a {kind}" in refusal(text)


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.getcwd []\n", "a: [\n", "? [x]\n: y\n", "{'a': 1}", "1" * 5000]
)
def test_what_cannot_be_read_is_refused_in_words(text: str) -> None:
    assert "order.yml" in refusal(text)


def test_options_of_an_accepted_order_are_json() -> None:
    text = "version: 1\nrepo: .\ntasks: [{uuid: T, file: a.ts}]\npipeline: [{specialist: s, options: {a: [1, {b: null}]}}]\n"
    order = parse_order(text.encode(), PATH, specialists=["s"])
    assert json.loads(json.dumps(order.pipeline[0].options)) == {"a": [1, {"b": None}]}
