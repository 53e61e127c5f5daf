"""What ``make bench-repos`` tries and how it reads the answers: text in, text out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.compilers import Cold, Error, new_errors, parse
from tests.bench.repos.edits import BREAKING, COMMENT, ELSEWHERE, HARMLESS, NEW_BROKEN_FILE, NEW_FILE, edits, sample
from tests.bench.repos.trial import outcome, strays

FILES = {
    "src/math.ts": b"export function add(a: number, b: number): number {\n  return a + b;\n}\n",
    "src/use.ts": b"import { add } from './math';\nexport const three: number = add(1, 2);\n",
    "src/script.ts": b"const local = 1;\n",
    "src/types.d.ts": b"export interface A {}\n",
}


def made() -> dict[str, dict[str, bytes | None]]:
    modules = sample("tsconfig.json", FILES, FILES.get)
    return {edit.kind: dict(edit.files) for edit in edits(modules, FILES, FILES.get)}


def test_only_modules_with_source_of_their_own_are_edited() -> None:
    assert sorted(sample("tsconfig.json", FILES, FILES.get)) == ["src/math.ts", "src/use.ts"]


def test_every_kind_of_edit_is_offered() -> None:
    assert set(made()) == {HARMLESS, COMMENT, BREAKING, ELSEWHERE, NEW_FILE, NEW_BROKEN_FILE}


def test_a_break_elsewhere_is_one_more_parameter_of_a_function_that_another_file_calls() -> None:
    assert made()[ELSEWHERE] == {"src/math.ts": FILES["src/math.ts"].replace(b"add(a", b"add(patchgateExtra: never, a")}


def test_plain_javascript_gets_its_types_in_comments() -> None:
    files = {"src/a.js": b"export const a = 1;\n"}
    found = {edit.kind: edit for edit in edits(["src/a.js"], files, files.get)}
    text = found[BREAKING].files["src/a.js"]
    assert text == b"export const a = 1;\n/** @type {number} */\nexport const patchgateProbe = 'text';\n"
    assert list(found[NEW_FILE].files) == ["src/patchgateProbe.js"]


def test_crlf_stays_crlf() -> None:
    files = {"a.ts": b"export const a = 1;\r\n"}
    found = next(iter(edits(["a.ts"], files, files.get)))
    assert found.files["a.ts"] == b"export const a = 1;\r\nexport const patchgateProbe: number = 1;\r\n"


def verdict(
    status: str, *names: str, new: tuple[dict[str, Any], ...] = (), typecheck: str = "checked"
) -> dict[str, Any]:
    violations = [{"name": name, "message": "m"} for name in names]
    return {
        "status": status,
        "typecheck": typecheck,
        "notes": [],
        "violations": violations,
        "diagnostics": {"new": list(new)},
    }


def test_a_rejection_for_another_reason_than_types_is_no_right_answer() -> None:
    assert outcome(verdict("simulated"))[0] == "accept"
    assert outcome(verdict("rejected", "typecheck.new-error"))[0] == "reject"
    assert outcome(verdict("rejected", "clobber.elided"))[0] == "rejected clobber.elided"
    assert outcome(verdict("error", "infrastructure.failed"))[0] == "error infrastructure.failed"


def test_an_edit_that_got_in_unjudged_is_no_right_answer() -> None:
    assert outcome(verdict("simulated", typecheck="proved"))[0] == "accept"
    assert outcome(verdict("simulated", typecheck="skipped"))[0] == "accept, unjudged"


def test_an_error_that_no_compiler_has_is_a_stray() -> None:
    said = {"file": "a.ts", "line": 1, "character": 2, "code": "TS1"}
    rejected = verdict("rejected", new=(said,))
    assert list(strays(rejected, [Error("a.ts", 1, 2, "TS1", "other words")])) == []
    assert list(strays(rejected, [])) == ["a.ts:2 TS1"]


def test_the_output_of_a_command_line_is_read_with_its_places() -> None:
    output = "../repo/a.ts(3,5): error TS2322: Type 'x'.\n  detail\nerror TS18003: No inputs were found.\n/repo/a.ts\n"
    assert parse(output, Path("/repo")) == (
        Error("a.ts", 2, 4, "TS2322", "Type 'x'."),
        Error("", 0, 0, "TS18003", "No inputs were found."),
    )


def test_old_errors_that_moved_are_not_new() -> None:
    def cold(*lines: int) -> Cold:
        return Cold(tuple(Error("a.ts", line, 0, "TS1", "m") for line in lines), frozenset(), 1.0, 2)

    assert new_errors(cold(1, 5), cold(2, 6)) == []
    assert [error.line for error in new_errors(cold(1), cold(2, 6))] == [6]
