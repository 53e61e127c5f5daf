"""What is read out of the language server's signatures."""

from __future__ import annotations

import pytest

from runner.specialists.kit.signatures import Parameter, parse_callable, split_top, value_type


def names(shown: str) -> list[str]:
    signature = parse_callable(shown)
    return [] if signature is None else [one.name for one in signature.parameters]


def test_a_function() -> None:
    signature = parse_callable("function add(a: Money, b?: Map<string, number[]>): Promise<Money>")
    assert signature is not None
    assert signature.parameters == (Parameter("a", "Money"), Parameter("b", "Map<string, number[]>", optional=True))
    assert signature.returns == "Promise<Money>"


def test_functions_among_the_parameters_do_not_end_the_list() -> None:
    shown = "(method) Box<T>.go(cb: (x: string, y: (z: number) => void) => Promise<void>, opt?: 'a' | 'b,c)'): void"
    assert names(shown) == ["cb", "opt"]


def test_constants_that_hold_functions_are_callable() -> None:
    assert names("const f: <E extends Env = any>(handler: Handler<E>) => Result") == ["handler"]


@pytest.mark.parametrize(
    "shown",
    [
        "const limit: 100",
        "const f: (() => void) | null",
        "const y: { (a: string): b; (c: string): d }",
        "class Box<T>",
        "(property) Box<T>.name: string",
        "const make: new (x: string) => Y",
        "",
    ],
)
def test_what_is_no_single_function_is_not_callable(shown: str) -> None:
    assert parse_callable(shown) is None


def test_this_is_no_parameter_and_a_pattern_lists_its_parts() -> None:
    signature = parse_callable(
        "function main(this: Window, { a, b: c }: {\n    a: string;\n    b: number;\n}, ...rest: T[]): void"
    )
    assert signature is not None
    assert [(one.name, one.parts, one.rest) for one in signature.parameters] == [
        ("param1", ("a", "b"), False),
        ("rest", (), True),
    ]


def test_the_count_of_overloads_is_not_part_of_the_type() -> None:
    signature = parse_callable("function is(value: string): value is Locale (+2 overloads)")
    assert signature is not None
    assert signature.returns == "value is Locale"


def test_value_types() -> None:
    assert value_type("const TTL: number") == "number"
    assert value_type("type Id = string | (() => void)") == "string | (() => void)"


def test_splitting_steps_over_brackets_and_strings() -> None:
    assert split_top("a, (b, c), 'd, e', [f, g]", ",") == ["a", "(b, c)", "'d, e'", "[f, g]"]
