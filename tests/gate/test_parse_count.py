"""Each text is parsed once a submission, however many files it has; a proof's parse from the beginning counts apart."""

from __future__ import annotations

from collections import Counter

import pytest
from tree_sitter import Parser, Tree

from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed
from runner.model.order import Policy, Task
from runner.model.verdict import APPLIED, REJECTED
from runner.syntax import trees as syntax
from tests.gate.helpers import Gate

FILES = 80


def _text(number: int, value: int) -> str:
    lines = [
        f"export function shop{number}_{at}(price: number): number {{\n  return price + {at};\n}}\n" for at in range(40)
    ]
    return f"export const a{number} = {value};\n" + "".join(lines)


def _edit(number: int, value: int) -> dict[str, str]:
    return {
        "file": f"src/f{number}.ts",
        "search": f"a{number} = {value};",
        "replace": f"a{number} = {value + 1};",
    }


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[bytes, bool]]:
    """How often each text is parsed: from the beginning (True), and from another tree (False)."""
    counted: Counter[tuple[bytes, bool]] = Counter()
    parse = syntax._parse

    def counting(parser: Parser, content: bytes, old: Tree | None = None) -> Tree:
        counted[content, old is None] += 1
        return parse(parser, content, old)

    monkeypatch.setattr(syntax, "_parse", counting)
    return counted


def _by_text(parses: Counter[tuple[bytes, bool]]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for (content, _), count in parses.items():
        found[content] += count
    return found


def test_each_of_many_files_is_parsed_once_before_and_once_after(parses: Counter[tuple[bytes, bool]]) -> None:
    gate = Gate({f"src/f{number}.ts": _text(number, 0) for number in range(FILES)})
    verdict = gate.submit("search-replace", [_edit(number, 0) for number in range(FILES)])
    assert verdict.status == APPLIED, verdict.violations
    assert len(_by_text(parses)) == 2 * FILES
    assert set(_by_text(parses).values()) == {1}


def test_the_next_edit_of_any_of_the_last_files_is_parsed_from_the_tree_before(
    parses: Counter[tuple[bytes, bool]],
) -> None:
    gate = Gate({f"src/f{number}.ts": _text(number, 0) for number in range(4)})
    gate.submit("search-replace", [_edit(number, 0) for number in range(4)])
    parses.clear()
    for number in range(4):
        assert gate.submit("search-replace", [_edit(number, 1)]).status == APPLIED
    assert list(parses.values()) == [1] * 4
    assert not any(from_the_beginning for _, from_the_beginning in parses)


def test_a_proof_parses_each_text_from_the_beginning_once(parses: Counter[tuple[bytes, bool]]) -> None:
    files = {f"src/f{number}.ts": _text(number, 5) for number in range(FILES)}
    task = Task("T", allowed_paths=("**",))
    gate = Gate(files, (task,), contract=("comments-only",))
    edits = [
        {"file": path, "search": "export const", "replace": "/** The number of the shop. */\nexport const"}
        for path in files
    ]
    assert gate.submit("search-replace", edits).status == APPLIED
    fresh = {content for content, from_the_beginning in parses if from_the_beginning}
    assert len(fresh) == 2 * FILES
    assert set(parses.values()) == {1}


def test_an_edit_of_a_file_that_is_too_large_is_refused_by_the_name_of_the_setting() -> None:
    text = "export const a0 = 0;\n" + "// one more line\n" * 200
    gate = Gate({"src/f0.ts": text}, policy=Policy(1.0, max_file_kb=2))
    verdict = gate.submit("search-replace", [_edit(0, 0)])
    assert verdict.status == REJECTED
    assert [each.name for each in verdict.violations] == ["edit.too-large"]
    assert "max_file_kb is 2" in verdict.violations[0].message
    assert Gate({"src/f0.ts": text}, policy=Policy(1.0)).submit("search-replace", [_edit(0, 0)]).status == APPLIED


def test_a_submission_with_too_much_source_in_all_is_refused() -> None:
    files = {f"src/f{number}.ts": _text(number, 0) for number in range(8)}
    gate = Gate(files, policy=Policy(1.0, max_source_kb=16))
    verdict = gate.submit("search-replace", [_edit(number, 0) for number in range(8)])
    assert [each.name for each in verdict.violations] == ["edit.too-large"]
    assert "max_source_kb is 16" in verdict.violations[0].message
    assert gate.submit("search-replace", [_edit(0, 0)]).status == APPLIED


def test_a_text_with_what_the_grammar_lacks_is_parsed_as_it_stands_and_once_mended(
    parses: Counter[tuple[bytes, bool]],
) -> None:
    gaps = 'export type * from "./b";\ninterface A {\n  <B>(b: B): 1\n  // more\n  <C>(c: C): 2\n}\n'
    file = Changed("src/a.ts", "src/a.ts", "let a = 1;\n" + gaps, "let a = 2;\n" + gaps, is_new=False, is_code=True)
    assert new_errors(file) == ()
    assert parses.total() == 2
