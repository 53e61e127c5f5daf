"""Layout refuses an edit where nothing but numbers names its place; elsewhere it is advice with the patch that mends it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest

from runner.gate.verdict.wire import verdict_json
from runner.model.events import PATCH_APPLIED
from runner.model.order import Policy
from tests.gate.helpers import Gate, advised, said

PATH = "src/a.ts"
MISINDENTED, JOINED, MISPLACED = "clobber.misindented", "clobber.joined-lines", "clobber.misplaced"
TEXT = """\
export class Cart {
  private total = 0;

  add(price: number): void {
    this.total += price;
  }
}
"""
LINE = "    this.total += price;\n"
NEW = "this.count += 1;"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lsp(line: int, new: str, *, end: int | None = None, **more: str) -> dict[str, object]:
    place = {"start": {"line": line, "character": 0}, "end": {"line": line if end is None else end, "character": 0}}
    return {"range": place, "newText": new, **more}


def documents(*edits: dict[str, object], **more: object) -> dict[str, object]:
    document: dict[str, object] = {"uri": PATH, "version": None, **more}
    return {"documentChanges": [{"textDocument": document, "edits": list(edits)}]}


DIFF = f"--- a/{PATH}\n+++ b/{PATH}\n@@ -5,{{}} +5,{{}} @@\n"
PINNED = {
    "search": ("search-replace", [{"file": PATH, "search": LINE, "replace": LINE + NEW + "\n"}]),
    "anchor": (
        "anchor-ops",
        {"target_file": PATH, "patches": [{"op": "insert_after", "anchor": LINE, "content": NEW}]},
    ),
    "symbol": (
        "symbol-ops",
        [{"op": "insert_after", "symbol": f"{PATH}#Cart.add", "content": "clear(): void {\nthis.total = 0;\n}"}],
    ),
    "context": ("unified-diff", DIFF.format(1, 2) + f" {LINE}+{NEW}\n"),
    "apply-patch": ("apply-patch", f"*** Begin Patch\n*** Update File: {PATH}\n@@\n {LINE}+{NEW}\n*** End Patch"),
    "line hash": (
        "line-ops",
        [{"op": "insert_after", "file": PATH, "line": 5, "new_block": NEW, "expect_hash": sha(LINE)}],
    ),
    "old text": ("workspace-edit", documents(lsp(4, LINE + NEW + "\n", end=5, oldText=LINE))),
    "text before": ("workspace-edit", documents(lsp(5, NEW + "\n", precededBy=LINE))),
    "file hash": ("workspace-edit", documents(lsp(5, NEW + "\n"), hash=sha(TEXT))),
}
BARE = {
    "line number": ("line-ops", [{"op": "insert_after", "file": PATH, "line": 5, "new_block": NEW}]),
    "range": ("workspace-edit", documents(lsp(5, NEW + "\n"))),
    "blank old text": ("workspace-edit", documents(lsp(2, "private count = 0;\n", end=3, oldText="\n"))),
    "no context": ("unified-diff", DIFF.format(0, 1) + f"+{NEW}\n"),
    "a brace before it": ("workspace-edit", documents(lsp(4, NEW + "\n", precededBy="{\n"))),
    "a brace as old text": ("workspace-edit", documents(lsp(5, NEW + "\n  }\n", end=6, oldText="  }\n"))),
    "the hash of a brace": (
        "line-ops",
        [{"op": "insert_before", "file": PATH, "line": 6, "new_block": NEW, "expect_hash": sha("  }\n")}],
    ),
    "the number of a brace": (
        "anchor-ops",
        {"target_file": PATH, "patches": [{"op": "insert_before", "anchor": "}", "content": NEW, "occurrence": 1}]},
    ),
    "a brace as context": ("unified-diff", f"--- a/{PATH}\n+++ b/{PATH}\n@@ -6 +6,2 @@\n+{NEW}\n   }}\n"),
}


@pytest.mark.parametrize("how", PINNED)
def test_a_misindented_line_is_advice_where_text_names_the_place(how: str) -> None:
    verdict = Gate({PATH: TEXT}).submit(*PINNED[how])
    assert (verdict.status, said(verdict), advised(verdict)) == ("applied", "applied", MISINDENTED)


@pytest.mark.parametrize("how", BARE)
def test_a_misindented_line_is_refused_where_only_numbers_name_the_place(how: str) -> None:
    verdict = Gate({PATH: TEXT}).submit(*BARE[how])
    assert (verdict.status, said(verdict)) == ("rejected", MISINDENTED)


def test_it_is_decided_for_each_edit() -> None:
    text = TEXT + TEXT.replace("Cart", "Shop")
    pinned = lsp(4, LINE + NEW + "\n", end=5, oldText=LINE)
    bare = lsp(12, NEW + "\n")
    verdict = Gate({PATH: text}).submit("workspace-edit", documents(pinned, bare))
    assert (said(verdict), advised(verdict)) == (MISINDENTED, MISINDENTED)
    refused, advice = verdict.violations
    assert (refused.range and refused.range.start.line, advice.range and advice.range.start.line) == (13, 5)
    assert said(Gate({PATH: text}).submit("workspace-edit", documents(pinned, lsp(12, f"    {NEW}\n")))) == "applied"


def test_the_policy_can_refuse_as_it_does_without_a_pin() -> None:
    gate = Gate({PATH: TEXT}, policy=Policy(layout="refuse"))
    assert said(gate.submit(*PINNED["search"])) == MISINDENTED


def violations_in(data: Mapping[str, object]) -> list[dict[str, object]]:
    found = data["violations"]
    assert isinstance(found, list)
    return found


def test_the_severity_is_in_the_json_and_the_ledger() -> None:
    gate = Gate({PATH: TEXT})
    verdict = gate.submit(*PINNED["search"])
    (shown,) = violations_in(verdict_json(verdict))
    (kept,) = violations_in(gate.events(PATCH_APPLIED)[0].data)
    assert shown["severity"] == kept["severity"] == "advice"
    assert shown["fix"] == kept["fix"]
    (refused,) = violations_in(verdict_json(Gate({PATH: TEXT}).submit(*BARE["range"])))
    assert "severity" not in refused
    assert "fix" not in refused


@pytest.mark.parametrize("how", PINNED)
def test_the_fix_mends_what_the_advice_names(how: str) -> None:
    gate = Gate({PATH: TEXT})
    (advice,) = gate.submit(*PINNED[how]).violations
    assert advice.fix is not None
    mended = gate.submit(str(advice.fix["format"]), advice.fix["payload"])
    assert (mended.status, mended.violations) == ("applied", ())
    right = "\n  clear(): void {\n    this.total = 0;\n  }\n" if how == "symbol" else f"{LINE}    {NEW}\n"
    assert right in (gate.text(PATH) or "")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_joined_lines_that_mean_the_same_are_advice(end: str) -> None:
    text = "const a = {\n  b: 1,\n  c: 2,\n};\nrun(a);\n".replace("\n", end)
    gate = Gate({PATH: text})
    verdict = gate.submit("search-replace", [{"file": PATH, "search": "  b: 1,\n", "replace": "  b: 3,"}])
    assert (verdict.status, advised(verdict)) == ("applied", JOINED)
    fix = verdict.violations[0].fix
    assert fix is not None
    gate.submit(str(fix["format"]), fix["payload"])
    assert gate.text(PATH) == text.replace("b: 1", "b: 3")


@pytest.mark.parametrize(
    ("path", "text", "old", "new"),
    [
        (PATH, "run(a);\n  stop(a);\n", "run(a);\n", "run(a); // Once more."),
        (PATH, "const a = `\n  b\n  c\n`;\n", "  b\n", "  d"),
        ("notes.yaml", "b: 1\n  c: 2\n", "b: 1\n", "b: 2"),
    ],
)
def test_joined_lines_that_mean_something_else_are_refused(path: str, text: str, old: str, new: str) -> None:
    verdict = Gate({path: text}).submit("search-replace", [{"file": path, "search": old, "replace": new}])
    assert JOINED in said(verdict).split()


def test_a_mark_of_a_misplaced_edit_is_advice_where_text_names_the_place() -> None:
    text = "/**\n * One.\n * Two.\n */\nrun();\n"
    payload = [{"file": PATH, "search": " * One.\n", "replace": " * One.\nAnd a half.\n"}]
    verdict = Gate({PATH: text}).submit("search-replace", payload)
    assert (verdict.status, advised(verdict)) == ("applied", MISPLACED)


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        (" * One.\n", " * One.\nimport { a } from './a';\n"),
        (" * One.\n", " * One.\nrun();\n"),
        ("runner()", "runner() +\nner()"),
        ("  return 1;\n", "  return 1;\n  return 1;\n"),
    ],
)
def test_code_in_a_comment_half_a_word_and_a_line_said_twice_are_refused_anywhere(search: str, replace: str) -> None:
    text = "/**\n * One.\n * Two.\n */\nfunction f() {\n  return 1;\n}\nconst a = runner();\n"
    payload = [{"file": PATH, "search": search, "replace": replace}]
    assert MISPLACED in said(Gate({PATH: text}).submit("search-replace", payload)).split()


def test_advice_stands_beside_what_refuses() -> None:
    payload = [{"file": PATH, "search": LINE, "replace": f"{LINE}{NEW}\n// @ts-ignore\n    f();\n"}]
    verdict = Gate({PATH: TEXT}).submit("search-replace", payload)
    assert verdict.status == "rejected"
    assert [each.severity for each in verdict.violations] == ["reject", "advice"]


def test_an_example_in_a_doc_comment_may_hold_code_without_stars() -> None:
    text = "/**\n * One.\n * Two.\n */\nrun();\n"
    example = " * Two.\n * @example\n```ts\nimport { a } from 'x';\nconst b = a();\n```\n"
    verdict = Gate({PATH: text}).submit("search-replace", [{"file": PATH, "search": " * Two.\n", "replace": example}])
    assert (verdict.status, advised(verdict)) == ("applied", MISPLACED)
    bare = example.replace("```ts\n", "").replace("```\n", "")
    verdict = Gate({PATH: text}).submit("search-replace", [{"file": PATH, "search": " * Two.\n", "replace": bare}])
    assert said(verdict) == MISPLACED
