"""The checker without tsc: reading JSON with comments, telling old errors from new ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.checker.compare import compare
from runner.model.diagnostics import Diagnostic
from runner.syntax.jsonc import parse_jsonc


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{"a": 1, // why\n "b": [1, 2,],}', {"a": 1, "b": [1, 2]}),
        ('/* a "quote */ {"a": /* in the middle */ "// no comment /* at all */"}', {"a": "// no comment /* at all */"}),
        ('{"a": "x\\"// y", "b": ",]"}', {"a": 'x"// y', "b": ",]"}),
        ('{"a": [1 , // last\n ] }', {"a": [1]}),
        (
            '{"paths": {"@/*": ["src/*"]}, "include": ["**/*.ts"]}',
            {"paths": {"@/*": ["src/*"]}, "include": ["**/*.ts"]},
        ),
    ],
)
def test_json_with_comments_is_read(text: str, value: object) -> None:
    assert parse_jsonc(text) == value


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "[1,,2]", '{"a" 1}', "/* never closed {}"])
def test_what_is_no_json_even_without_comments_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_jsonc(text)


@given(st.recursive(st.text() | st.integers() | st.none(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_plain_json_reads_as_json(value: object) -> None:
    assert parse_jsonc(json.dumps(value, indent=1, ensure_ascii=False)) == value


def error(place: str, code: str = "TS1", message: str = "m", project: str = "p") -> Diagnostic:
    """``error("a:3")`` stands in line 3 of file a."""
    file, _, line = place.partition(":")
    return Diagnostic(project, file, int(line), 0, code, message)


def moved(by: int) -> dict[str, str | None]:
    return {f"a:{line}": f"a:{line + by}" for line in range(20)}


@pytest.mark.parametrize(
    ("base", "after", "places", "new", "fixed"),
    [
        pytest.param([], [error("a:1")], {}, ["a:1"], [], id="a first error is new"),
        pytest.param([error("a:1")], [error("a:1")], {}, [], [], id="an old error is not"),
        pytest.param([error("a:1")], [error("a:6")], moved(5), [], [], id="nor one that moved with the text"),
        pytest.param(
            [error("a:1")], [error("a:1")], moved(5), ["a:1"], ["a:1"], id="one where an old one stood before"
        ),
        pytest.param([error("a:1")], [], {}, [], ["a:1"], id="fixed"),
        pytest.param([error("a:1")], [error("a:1", "TS2")], {}, ["a:1"], ["a:1"], id="another code at the same place"),
        pytest.param([error("a:1")], [error("a:1", message="other")], {}, [], [], id="other words at the same place"),
        pytest.param([error("a:1")], [error("a:9")], {"a:1": None}, [], [], id="rewritten, the same words elsewhere"),
        pytest.param([error("a:1")], [error("a:9"), error("a:8")], {"a:1": None}, ["a:8"], [], id="one old buys one"),
        pytest.param([error("a:1")], [error("b:1")], {"a:1": None}, ["b:1"], ["a:1"], id="not in another file"),
        pytest.param([error("a:1")], [error("b:1")], {"a:1": "b:1"}, [], [], id="renamed file"),
        pytest.param(
            [error("a:1")], [error("a:1"), error("a:1")], {}, ["a:1"], [], id="a second one at the same place"
        ),
        pytest.param(
            [error("a:1", project="p"), error("a:1", project="q")],
            [error("a:1", project="p")],
            {},
            [],
            [],
            id="the same in two projects is one",
        ),
        pytest.param(
            [error("a:1")],
            [error("a:1"), error("a:1", project="q")],
            {},
            [],
            [],
            id="a second project includes the file",
        ),
    ],
)
def test_which_errors_are_new(
    base: list[Diagnostic],
    after: list[Diagnostic],
    places: dict[str, str | None],
    new: list[str],
    fixed: list[str],
) -> None:
    def carry(file: str, line: int, character: int) -> tuple[str, int, int] | None:
        target = places.get(f"{file}:{line}", f"{file}:{line}")
        return None if target is None else (target.partition(":")[0], int(target.partition(":")[2]), character)

    result = compare(base, after, carry)
    assert ([f"{e.file}:{e.line}" for e in result.new], [f"{e.file}:{e.line}" for e in result.fixed]) == (new, fixed)
    assert len(result.errors) - len(result.new) + len(result.fixed) == result.baseline


places = st.integers(0, 3).map(lambda line: f"a:{line}")
errors = st.lists(st.builds(error, places, st.sampled_from(["TS1", "TS2"]), st.sampled_from(["m", "n"])), max_size=6)


@given(errors, errors)
def test_the_counts_add_up_and_nothing_new_means_no_more_errors(
    base: list[Diagnostic], after: list[Diagnostic]
) -> None:
    result = compare(base, after, lambda file, line, character: (file, line, character))
    assert len(result.errors) == result.baseline + len(result.new) - len(result.fixed)
    assert compare(base, base, lambda file, line, character: (file, line, character)).new == ()
