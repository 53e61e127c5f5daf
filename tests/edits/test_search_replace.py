"""``search-replace``: exact and unique, or refused with the places to look at."""

from __future__ import annotations

import pytest

from runner.edits import lower
from runner.model.tree import EditFile
from tests.edits.trees import Tree, edited, outcome, refusal

CODE = "function a() {\n  return 1;\n}\nfunction b() {\n  return 1;\n}\n"


def one(search: str, replace: str, **more: object) -> list[dict[str, object]]:
    return [{"file": "a.ts", "search": search, "replace": replace, **more}]


@pytest.mark.parametrize(
    ("before", "payload", "after"),
    [
        ("let x = 1;\n", one("1", "2"), "let x = 2;\n"),
        ("a\r\nb\r\nc\r\n", one("a\nb", "1\n2\n3"), "1\r\n2\r\n3\r\nc\r\n"),
        ("a\nb\nc\n", one("b\n", ""), "a\nc\n"),
        # lines that go take their indentation along
        ("if (a) {\n    b();\n    c();\n}\n", one("  b();\n", ""), "if (a) {\n    c();\n}\n"),
        ("\tb();\r\n\tc();\r\n", one("b();\n", ""), "\tc();\r\n"),
        ("let b = 1; // c\nd();\n", one("// c\n", ""), "let b = 1; d();\n"),
        ("a\nb\n", one("a\r\nb", "c\r\nd"), "c\nd\n"),
        ("x x x", one("x", "y", occurrence=2), "x y x"),
        ("x x x", one("x", "y", all=True), "y y y"),
        ("aaa", one("aa", "b", all=True), "ba"),
        ("a.b(c)*", one("a.b(c)*", "\\1 $&"), "\\1 $&"),
        ("é😀x", one("😀", "y"), "éyx"),
    ],
)
def test_text_is_replaced(before: str, payload: object, after: str) -> None:
    assert edited(before, "search-replace", payload) == after


@pytest.mark.parametrize(
    ("before", "search", "replace", "after"),
    [
        # wrong indentation: the replacement is moved by the same amount
        ("class A {\n    f() {\n        g();\n    }\n}\n", "f() {\n    g();\n}", "f() {\n    h();\n}",
         "class A {\n    f() {\n        h();\n    }\n}\n"),
        ("\tlet a = 1;\n\tlet b = 2;\n", "let a = 1;\nlet b = 2;\n", "let c = 3;\n", "\tlet c = 3;\n"),
        ("let a  = 1; \nlet b = 2;\n", "let a = 1;\nlet b = 2;", "let c = 3;", "let c = 3;\n"),
        ("a();\nb();\n", "\n  b();\n\n", "\n  c();\n\n", "a();\nc();\n"),
        ("if (a) {\n\tb();\n}\n", "if (a) {\n  b();\n}", "if (a) {\n  b();\n  if (c) {\n    d();\n  }\n}",
         "if (a) {\n\tb();\n\tif (c) {\n\t  d();\n\t}\n}\n"),
    ],
)  # fmt: skip
def test_white_space_alone_does_not_hide_a_unique_place(before: str, search: str, replace: str, after: str) -> None:
    tree = Tree({"a.ts": before})
    (change,) = lower("search-replace", one(search, replace), tree).changes
    assert isinstance(change, EditFile)
    assert change.fuzzy == "white space"
    assert edited(before, "search-replace", one(search, replace)).split() == after.split()
    assert edited(before, "search-replace", one(search, replace)) == after


def test_an_exact_match_is_not_called_fuzzy() -> None:
    (change,) = lower("search-replace", one("return", "throw", occurrence=1), Tree({"a.ts": CODE})).changes
    assert isinstance(change, EditFile)
    assert change.fuzzy is None


def test_ambiguity_names_the_lines() -> None:
    violation = refusal({"a.ts": CODE}, "search-replace", one("return 1;", "return 2;"))
    assert violation.name == "edit.ambiguous"
    assert "lines 2, 5" in violation.hint


def test_an_ambiguous_fuzzy_match_is_refused() -> None:
    violation = refusal({"a.ts": CODE}, "search-replace", one("return  1;", "return 2;"))
    assert violation.name == "edit.ambiguous"


def test_a_search_that_fails_names_the_nearest_line() -> None:
    violation = refusal({"a.ts": CODE}, "search-replace", one("function b(x) {", "x"))
    assert violation.name == "edit.not-found"
    assert "line is 4: `function b() {`" in violation.hint


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ([], "submission.malformed"),
        ("", "submission.malformed"),
        (3, "submission.malformed"),
        (one("", "x"), "submission.malformed"),
        (one("x", "y", occurrence=0), "submission.malformed"),
        (one("function", "y", occurrence=3), "edit.not-found"),
        (one("function", "y", occurrence=1, all=True), "submission.malformed"),
        (one("function a", "function a"), "submission.no-change"),
        ([*one("function a", "x"), *one("function a() {", "y")], "edit.overlap"),
        ([*one("function a", "x"), *one("nowhere", "y")], "edit.not-found"),
    ],
)
def test_bad_payloads_are_refused(payload: object, name: str) -> None:
    assert refusal({"a.ts": CODE}, "search-replace", payload).name == name


def test_text_blocks_are_read() -> None:
    text = (
        "src/a.ts\n```ts\n<<<<<<< SEARCH\nlet a = 1;\n=======\nlet a = 2;\nlet c = 3;\n>>>>>>> REPLACE\n```\n\n"
        "<<<<<<< SEARCH\nlet b = 1;\n=======\n>>>>>>> REPLACE\n\n"
        "`b.ts`:\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n"
    )
    files = {"src/a.ts": "let a = 1;\nlet b = 1;\n", "b.ts": "x\n"}
    assert outcome(files, "search-replace", text) == {"src/a.ts": "let a = 2;\nlet c = 3;\n", "b.ts": "y\n"}


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE",
        "a.ts\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE",
        "a.ts\n<<<<<<< SEARCH\nx\n=======\ny",
        "Here is what I would change:\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE",
        "a.ts\nx",
    ],
)
def test_broken_text_blocks_are_refused(text: str) -> None:
    assert refusal({"a.ts": "x\n"}, "search-replace", text).name == "submission.malformed"


def test_a_block_of_whole_lines_means_whole_lines() -> None:
    before = "  read(a);\n  read(a).b();\n  read(a);;\n"
    block = "a.ts\n<<<<<<< SEARCH\n  read(a);\n=======\n  write(a);\n>>>>>>> REPLACE\n"
    assert edited(before, "search-replace", block) == "  write(a);\n  read(a).b();\n  read(a);;\n"
    violation = refusal({"a.ts": "  read(a);\n  read(a);\n  read(a);;\n"}, "search-replace", block)
    assert violation.name == "edit.ambiguous"
    assert "lines 1, 2" in violation.hint
