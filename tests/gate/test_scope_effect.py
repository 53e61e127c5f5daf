"""An edit inside a span must not reach beyond it by what its text means."""

from __future__ import annotations

import pytest

from runner.model.order import Policy, Task
from runner.model.text import LineSpan
from tests.gate.helpers import Gate, said

OUTSIDE = "scope.outside-allowed-spans"
TEXT = """\
function f(a: number) {
  first(a);
  second(a);
  return third(a); // why
}

/* about g */
var g = [
  1,
  2,
];
"""


def _send(after: str, start: int, end: int, *, before: str = TEXT, path: str = "src/a.ts") -> str:
    """What the gate says of putting ``after`` in place of the 1-based lines ``start`` to ``end``, which are the scope."""
    lines = before.splitlines(keepends=True)
    first, last = sum(map(len, lines[: start - 1])), sum(map(len, lines[:end]))
    gate = Gate({path: before}, (Task("T", allowed_spans=(LineSpan(path, start, end),)),), policy=Policy(1.0))
    payload = {
        "documentChanges": [
            {
                "textDocument": {"uri": path, "version": None},
                "edits": [
                    {
                        "range": {
                            "start": {"line": start - 1, "character": 0},
                            "end": {"line": end, "character": 0},
                        },
                        "newText": after,
                    }
                ],
            }
        ]
    }
    verdict = said(gate.submit("workspace-edit", payload))
    if verdict == "applied":
        assert gate.text(path) == before[:first] + after + before[last:]
    return verdict


@pytest.mark.parametrize(
    "after",
    [
        "  second(a);\n//",
        "  second(a);\n  // ",
        "  second(a);\n  if (0)",
        "  second(a);\n  if (0) ",
        "  second(a);\n  for (;;)\n",
        "  second(a);\n  if (a) {} else\n",
        "  second(a); label:\n",
        "  const x = second(a) &&\n",
    ],
)
def test_an_edit_may_not_swallow_what_stands_behind_its_span(after: str) -> None:
    if "&&" in after:
        before = TEXT.replace("return third(a)", "third(a)")
        assert _send(after, 3, 3, before=before) == OUTSIDE
    else:
        assert OUTSIDE in _send(after, 3, 3).split()


def test_an_unclosed_comment_or_template_may_not_reach_the_next_one() -> None:
    commented = TEXT.replace("// why", "/* why */")
    assert _send("  second(a); /*\n", 3, 3, before=commented) == OUTSIDE
    assert _send("}\n/*", 5, 6) == OUTSIDE
    quoted = "f();\ng();\nh(`a`);\nk(`b`);\n"
    assert _send("g(`\n", 2, 2, before=quoted) != "applied"


def test_a_comment_behind_the_span_stays_a_comment_of_its_own() -> None:
    before = "f();\ng();\n// about h\nh();\n"
    assert _send("g(); //", 2, 2, before=before) == OUTSIDE


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        (3, 3, "  if (a) {\n    second(a);\n  }\n"),
        (3, 3, "  // said\n  second(a, `x`);\n  /* more */\n"),
        (3, 3, ""),
        (3, 3, "  second(a)\n"),
        (1, 1, "async function f(a: string) {\n"),
        # What begins inside and ends outside may become another construct.
        (8, 8, "const g = [\n"),
        (8, 8, "export const g = [\n"),
    ],
)
def test_an_edit_that_keeps_to_itself_is_free(start: int, end: int, after: str) -> None:
    assert _send(after, start, end) == "applied"


@pytest.mark.parametrize(
    ("after", "verdict"),
    [("x: 1", OUTSIDE), ("x: 1\n", "applied"), ("", "applied"), ("x: 1\ny: 2\n", "applied"), ("# ", OUTSIDE)],
)
def test_lines_of_other_files_stay_lines(after: str, verdict: str) -> None:
    assert _send(after, 2, 2, before="a: 1\nb: 2\nc: 3\n", path="data/a.yaml") == verdict


def test_the_message_shows_what_is_lost_and_a_whole_file_may_do_as_it_likes() -> None:
    gate = Gate({"src/a.ts": TEXT}, (Task("T", allowed_symbols=("src/a.ts#f",)),), policy=Policy(1.0))
    edit = [{"file": "src/a.ts", "search": "second(a);\n", "replace": "second(a);\n"}]
    assert said(gate.submit("search-replace", edit)) == "submission.no-change"
    task = Task("T", allowed_spans=(LineSpan("src/a.ts", 3, 3),))
    gate = Gate({"src/a.ts": TEXT}, (task,), policy=Policy(1.0))
    commented = [{"file": "src/a.ts", "search": "second(a);\n", "replace": "second(a);\n  //"}]
    verdict = gate.submit("search-replace", commented)
    assert "src/a.ts:4" in verdict.violations[0].message
    assert "return third(a)" in verdict.violations[0].message
    assert said(Gate({"src/a.ts": TEXT}, policy=Policy(1.0)).submit("search-replace", commented)) == "applied"
