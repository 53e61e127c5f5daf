"""``policy.layout: reindent``: the gate moves the lines that an edit brings to the depth of their surroundings."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from runner.gate.checks.layout.indentation import fresh_rows, misplaced_rows
from runner.gate.checks.layout.reindenting import applied, moves
from runner.gate.inspection import Changed
from runner.model.order import Policy
from runner.syntax.tokens import comments, tokens
from runner.syntax.trees import Syntax, captures
from tests.gate.helpers import Gate, advised, said

PATH = "src/a.tsx"
TEXT = """\
export class Cart {
  private total = 0;

  add(price: number): void {
    this.total += price;
  }
}

const list = [
  1,
  2,
];
"""
AFTER_ADD = "  add(price: number): void {\n    this.total += price;\n  }\n"


def submitted(text: str, search: str, replace: str) -> tuple[str, str, tuple[str, ...]]:
    gate = Gate({PATH: text}, policy=Policy(1.0, layout="reindent"))
    verdict = gate.submit("search-replace", [{"file": PATH, "search": search, "replace": replace}])
    assert advised(verdict) == ""
    return said(verdict), gate.text(PATH) or "", verdict.notes


@pytest.mark.parametrize("depth", ["", " ", "    ", "        ", "\t"])
def test_a_method_sent_at_another_depth_is_moved_as_a_whole(depth: str) -> None:
    method = ["clear(): void {", "  if (this.total) {", "    // To nothing.", "    this.total = 0;", "  }", "}"]
    sent = "".join(f"{depth}{line}\n" for line in method)
    right = "".join(f"  {line}\n" for line in method)
    status, text, notes = submitted(TEXT, AFTER_ADD, f"{AFTER_ADD}\n{sent}")
    assert (status, text) == ("applied", TEXT.replace(AFTER_ADD, f"{AFTER_ADD}\n{right}"))
    assert notes == ("src/a.tsx: 6 new lines were indented as the surroundings are (policy.layout)",)


def test_templates_and_strings_of_several_lines_keep_their_bytes() -> None:
    sent = "show() {\n  return `\none\n  ${\nthis.total\n}\n`;\n}\n"
    right = "  show() {\n    return `\none\n  ${\nthis.total\n}\n`;\n  }\n"
    status, text, _ = submitted(TEXT, AFTER_ADD, f"{AFTER_ADD}\n{sent}")
    assert (status, text) == ("applied", TEXT.replace(AFTER_ADD, f"{AFTER_ADD}\n{right}"))


def test_line_ends_stay_as_the_file_has_them() -> None:
    status, text, _ = submitted(TEXT.replace("\n", "\r\n"), "  1,\n", "  1,\n      1.5,\n")
    assert (status, text) == ("applied", TEXT.replace("  1,\n", "  1,\n  1.5,\n").replace("\n", "\r\n"))


def test_what_stands_right_is_left_alone() -> None:
    status, text, notes = submitted(TEXT, "  1,\n", "  1,\n  1.5,\n")
    assert (status, text, notes) == ("applied", TEXT.replace("  1,\n", "  1,\n  1.5,\n"), ())


def test_white_space_of_the_base_is_not_touched() -> None:
    base = TEXT.replace("  2,\n", "      2,\n")
    _, text, notes = submitted(base, "2,", "3,")
    assert (text, notes) == (base.replace("2,", "3,"), ())


def test_the_edits_of_the_verdict_are_those_that_landed() -> None:
    gate = Gate({PATH: TEXT}, policy=Policy(1.0, layout="reindent"))
    sent = [{"file": PATH, "search": "  1,\n", "replace": "  1,\n1.5,\n"}]
    verdict = gate.submit("search-replace", sent)
    again = Gate({PATH: TEXT})
    assert again.submit("workspace-edit", verdict.edits).status == "applied"
    assert again.text(PATH) == gate.text(PATH)
    assert "+  1.5,\n" in verdict.diff


def test_a_bare_line_number_may_be_used_then() -> None:
    gate = Gate({PATH: TEXT}, policy=Policy(1.0, layout="reindent"))
    sent = [{"op": "insert_after", "file": PATH, "line": 10, "new_block": "1.5,"}]
    assert said(gate.submit("line-ops", sent)) == "applied"
    assert gate.text(PATH) == TEXT.replace("  1,\n", "  1,\n  1.5,\n")


PIECES = st.sampled_from(
    [
        "a();",
        "if (a) {\n  b();\n} else {\n  c();\n}",
        "const s = `\nx\n  ${y}\n`;",
        "/**\n * One.\n */",
        "// Two.",
        "call(\n  1,\n  [\n    2,\n  ],\n);",
        "const f = () =>\n  g()\n    .h(1)\n    .i({\n      j,\n    });",
        'const e = (\n  <p title="a\n b">\n    text {x}\n  </p>\n);',
        "switch (a) {\n  case 1:\n    b();\n    break;\n  default:\n}",
        "return x\n  ? 1\n  : 2;",
    ]
)
DEPTHS = st.sampled_from(["", " ", "  ", "   ", "    ", "\t", "          "])


@given(st.lists(st.tuples(PIECES, DEPTHS, st.booleans()), min_size=1, max_size=4))
def test_the_code_stays_the_same_and_a_second_time_changes_nothing(pieces: list[tuple[str, str, bool]]) -> None:
    sent = "".join(
        "".join(line if at == 0 and bare else depth + line for at, line in enumerate(piece.splitlines(keepends=True)))
        + "\n"
        for piece, depth, bare in pieces
    )
    before = "function f() {\n  first();\n  {\n    deep();\n  }\n  last();\n}\n"
    after = before.replace("  last", f"{sent}  last")
    once = moved(before, after)
    assert words(once) == words(after)
    assert strings(once) == strings(after)
    assert len(comments(once, PATH)) == len(comments(after, PATH))
    assert [line.lstrip() for line in once.split("\n")] == [line.lstrip() for line in after.split("\n")]
    assert moved(before, once) == once


def words(text: str) -> list[str]:
    """The tokens; the text of JSX as it is read, with its line breaks as blanks."""
    return [" ".join(each.text.split()) for each in tokens(text, PATH)]


def strings(text: str) -> list[str]:
    syntax = Syntax(text, PATH)
    return [syntax.source(node) for node in captures(syntax, "[(string) (template_string)] @text").get("text", [])]


def moved(before: str, after: str) -> str:
    file = Changed(PATH, PATH, before, after, False, True)
    found = moves(after, PATH, fresh_rows(file), lambda text: misplaced_rows(file, text))
    text, shift = after, 0
    for start, end, new in applied(after, found):
        text = text[: start + shift] + new + text[end + shift :]
        shift += len(new) - (end - start)
    return text
