"""The checker without tsc: reading configs, finding projects, reading tsc's output, telling old errors from new ones."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.checker.compare import compare
from runner.checker.output import parse_output
from runner.checker.tsc import judge, nothing_checked
from runner.errors import CheckerError, CheckLimit
from runner.model.container import Outcome
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


def test_tscs_output_is_read_back_zero_based() -> None:
    text = (
        "src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.\n"
        "  Types of property 'x' are incompatible.\n"
        "    Deeper.\n"
        "src/b (1).ts(1,1): error TS1005: ';' expected.\n"
        "error TS18003: No inputs were found in config file '/repo/tsconfig.json'.\n"
        "tsconfig.json(2,3): error TS5023: Unknown compiler option 'x'.\n"
        "error TS5033: Could not write file '/repo/x'.\n"
        "/opt/typescript/lib.es2020.d.ts\n/repo/node_modules/x/index.d.ts\n/repo/src/a.ts\n/outside.ts\n"
    )
    found = parse_output(text, "p.json", "/repo")
    assert found.errors == (
        Diagnostic(
            "p.json",
            "src/a.ts",
            2,
            6,
            "TS2322",
            "Type 'string' is not assignable to type 'number'.\n  Types of property 'x' are incompatible.\n    Deeper.",
        ),
        Diagnostic("p.json", "src/b (1).ts", 0, 0, "TS1005", "';' expected."),
        Diagnostic("p.json", "", 0, 0, "TS18003", "No inputs were found in config file '/repo/tsconfig.json'."),
        Diagnostic("p.json", "tsconfig.json", 1, 2, "TS5023", "Unknown compiler option 'x'."),
    )
    assert found.files == ("src/a.ts",)


ENDED = Outcome("c", 0, b"/repo/a.ts\n", b"", None, 10.0)


@pytest.mark.parametrize(
    "outcome",
    [
        replace(ENDED, exit_code=139),
        replace(ENDED, exit_code=2, stdout=b""),
        replace(ENDED, exit_code=1, stdout=b"/repo/a.ts\n"),
        replace(ENDED, exit_code=127, stderr=b"no such file"),
        replace(
            ENDED, exit_code=2, stdout=b"a.ts(1,1): error TS1: x\n", stderr=b"panic: oh\n\ngoroutine 1 [running]:\n"
        ),
        replace(ENDED, limit_hit="cancelled"),
    ],
)
def test_a_tsc_that_did_not_judge_is_an_error_and_never_a_pass(outcome: Outcome) -> None:
    with pytest.raises(CheckerError):
        judge("tsconfig.json", outcome)


@pytest.mark.parametrize("limit", ["wall", "memory", "output", "pids"])
def test_a_limit_that_tsc_reached_is_told_as_such(limit: str) -> None:
    with pytest.raises(CheckLimit, match=f"{limit} limit on tsconfig.json"):
        judge("tsconfig.json", replace(ENDED, exit_code=137, limit_hit=limit))


def test_errors_are_a_judgement_and_a_read_only_tree_is_none() -> None:
    wrong = judge("p", replace(ENDED, exit_code=2, stdout=b"a.ts(1,1): error TS1: x\n/repo/a.ts\n"))
    assert [error.code for error in wrong.errors] == ["TS1"]
    quiet = judge("p", replace(ENDED, exit_code=2, stdout=b"error TS5033: Could not write file 'x'.\n/repo/a.ts\n"))
    assert (quiet.errors, nothing_checked(quiet)) == ((), None)


@pytest.mark.parametrize(
    ("stdout", "reason"),
    [
        (b"", "no file of the tree"),
        (b"/opt/typescript/lib.d.ts\n/repo/node_modules/x.d.ts\n", "no file of the tree"),
        (b"error TS18003: No inputs were found.\n", "No inputs"),
        (b"error TS18002: The 'files' list is empty.\n", "is empty"),
        (b"a.ts(1,1): error TS6305: Output file 'x' has not been built.\n/repo/a.ts\n", "not built"),
    ],
)
def test_a_run_that_looked_at_nothing_is_found_out(stdout: bytes, reason: str) -> None:
    told = nothing_checked(parse_output(stdout.decode(), "p", "/repo"))
    assert told is not None and reason in told


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
