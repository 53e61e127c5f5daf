"""``symbol-ops``: whole declarations by address."""

from __future__ import annotations

import pytest

from runner.edits import lower
from tests.edits.trees import Tree, edited, outcome, refusal

SHOP = """\
import { x } from './x';

/** A shop. */
@injectable({ a: ')' })
export class Shop {
  /** All of it. */
  @memo() total(): number {
    return 1;
  }

  get name(): string { return ''; }
  set name(value: string) { value; }
}

export const limit = 10; // at most
export const one = 1, two = 2;

enum Colour { Red, Green = 'g' }

export function load(a: string): void;
export function load(a: unknown) {
  return a;
}
"""


def op(name: str, symbol: str, content: str | None = None, **more: object) -> list[dict[str, object]]:
    extra = {} if content is None else {"content": content}
    return [{"op": name, "symbol": f"a.ts#{symbol}", **extra, **more}]


@pytest.mark.parametrize(
    ("before", "payload", "after"),
    [
        # what the content does not bring stays: doc comment, decorators, export
        ("/** d */\nexport function f() { a }\n", op("replace", "f", "function f() { b }"),
         "/** d */\nexport function f() { b }\n"),
        ("/** d */\nexport function f() { a }\n", op("replace", "f", "export function f() { b }\n"),
         "/** d */\nexport function f() { b }\n"),
        ("/** d */\nexport function f() { a }\n", op("replace", "f", "/** n */\nexport function f() { b }"),
         "/** n */\nexport function f() { b }\n"),
        ("export const a = 1;\n", op("replace", "a", "export const a = 2;"), "export const a = 2;\n"),
        ("export const a = 1;\n", op("replace", "a", "const a = 2;"), "export const a = 2;\n"),
        ("const a = 1;\n", op("replace", "a", "export const a = 2;"), "export const a = 2;\n"),
        ("export default function f() { a }\n", op("replace", "f", "function f() { b }"),
         "export default function f() { b }\n"),
        ("@A() export class C { x = 1 }\n", op("replace", "C", "class C { x = 2 }"), "@A() export class C { x = 2 }\n"),
        ("export @A() class C { x = 1 }\n", op("replace", "C", "export class C { x = 2 }"),
         "export @A() class C { x = 2 }\n"),
        ("@A() export class C { x = 1 }\n", op("replace", "C", "@B class C { x = 2 }"), "@B export class C { x = 2 }\n"),
        ("@A export class C {}\n", op("replace", "C", "@B('@') export class C { y }"), "@B('@') export class C { y }\n"),
        ("class C {\n  @a() f() { 1 }\n}\n", op("replace", "C.f", "f() { 2 }"), "class C {\n  @a() f() { 2 }\n}\n"),
        ("class C {\n  f() {\n    1\n  }\n}\n", op("replace", "C.f", "f() {\n  2\n}", reindent=True),
         "class C {\n  f() {\n    2\n  }\n}\n"),
        ("class C {\n  x = 1;\n}\n", op("replace", "C.x", "/** d */\nx = 2;", reindent=True),
         "class C {\n  /** d */\n  x = 2;\n}\n"),
        ("enum E { A, B }\n", op("replace", "E.A", "A = 1,"), "enum E { A = 1, B }\n"),
        ("const o = { a() { 1 }, b: 2 };\n", op("replace", "o.a", "a() { 2 }"), "const o = { a() { 2 }, b: 2 };\n"),
        ("export const a = 1, b = 2;\n", op("replace", "a", "const a = 3, b = 2;"), "export const a = 3, b = 2;\n"),
        ("f;\r\nexport function f() {\r\n  a\r\n}\r\n", op("replace", "f", "function f() {\n  b\n}"),
         "f;\r\nexport function f() {\r\n  b\r\n}\r\n"),
        ("let a = 'é😀'; function f() { a }\n", op("replace", "f", "function f() { b }"),
         "let a = 'é😀'; function f() { b }\n"),
        ("  /** d */\n  // eslint-disable-next-line no-x\n  let a = 1;\n", op("replace", "a", "/** n */\n  let a = 2;"),
         "  /** n */\n  // eslint-disable-next-line no-x\n  let a = 2;\n"),
        ("// @ts-ignore\nlet a = 1;\n", op("replace", "a", "// @ts-ignore\nlet a = 2;"), "// @ts-ignore\nlet a = 2;\n"),
        ("/** d */\nlet a = 1;\n", op("replace", "a", "// why\nlet a = 2;"), "/** d */\n// why\nlet a = 2;\n"),
        ("export default class {\n  x = 1;\n}\n", op("replace", "default", "class {\n  x = 2;\n}"),
         "export default class {\n  x = 2;\n}\n"),
        # neighbours
        ("const a = 1;\nconst b = 2;\n", op("insert_after", "a", "const x = 0;"), "const a = 1;\nconst x = 0;\nconst b = 2;\n"),
        ("const a = 1; // note\nconst b = 2;\n", op("insert_after", "a", "const x = 0;"),
         "const a = 1; // note\nconst x = 0;\nconst b = 2;\n"),
        ("function f() {}\n\nfunction g() {}\n", op("insert_after", "f", "function x() {\n}"),
         "function f() {}\n\nfunction x() {\n}\n\nfunction g() {}\n"),
        ("/** d */\nfunction f() {\n}", op("insert_before", "f", "function x() {}\n"),
         "function x() {}\n\n/** d */\nfunction f() {\n}"),
        ("function f() {\n}", op("insert_after", "f", "const x = 1;"), "function f() {\n}\n\nconst x = 1;"),
        ("class C {\n  f() {}\n}\n", op("insert_after", "C.f", "g() {\n    1\n  }"),
         "class C {\n  f() {}\n\n  g() {\n    1\n  }\n}\n"),
        ("interface I {\n  a: 1;\n}\n", op("insert_after", "I.a", "b: 2;"), "interface I {\n  a: 1;\n  b: 2;\n}\n"),
        ("enum E {\n  A,\n  B\n}\n", op("insert_after", "E.B", "C,"), "enum E {\n  A,\n  B,\n  C\n}\n"),
        ("enum E {\n  A,\n  B\n}\n", op("insert_before", "E.B", "X"), "enum E {\n  A,\n  X,\n  B\n}\n"),
        ("enum E {\n  A, // first\n  B,\n}\n", op("insert_after", "E.A", "X"), "enum E {\n  A, // first\n  X,\n  B,\n}\n"),
        # deletion
        ("a;\n/** d */\nexport function f() {\n}\nb;\n", op("delete", "f"), "a;\nb;\n"),
        ("class C {\n  /** d */\n  f() {}\n  g() {}\n}\n", op("delete", "C.f"), "class C {\n  g() {}\n}\n"),
        ("const a = 1; // note\nb;\n", op("delete", "a"), "b;\n"),
        ("b;\nconst a = 1;", op("delete", "a"), "b;\n"),
        ("enum E { A, B }\n", op("delete", "E.A"), "enum E {  B }\n"),
        ("b; const a = 1; c;\n", op("delete", "a"), "b;  c;\n"),
    ],
)  # fmt: skip
def test_declarations_are_edited(before: str, payload: object, after: str) -> None:
    assert edited(before, "symbol-ops", payload) == after


def test_replacing_a_symbol_by_itself_is_no_change() -> None:
    for symbol, content in (
        ("limit", "export const limit = 10;"),
        ("Shop.total", "total(): number {\n    return 1;\n  }"),
    ):
        assert refusal({"a.ts": SHOP}, "symbol-ops", op("replace", symbol, content)).name == "submission.no-change"


def test_never_export_twice() -> None:
    for content in ("export const limit = 11;", "const limit = 11;", "\n\nexport const limit = 11;\n\n"):
        after = edited(SHOP, "symbol-ops", op("replace", "limit", content))
        assert "export const limit = 11; // at most\n" in after
        assert "export export" not in after
        assert "export const export" not in after


def test_overloads_and_accessors_are_told_apart() -> None:
    violation = refusal({"a.ts": SHOP}, "symbol-ops", op("delete", "load"))
    assert violation.name == "edit.ambiguous"
    assert "load@1 (function, line 20), load@2 (function, line 21)" in violation.hint
    by_address = edited(SHOP, "symbol-ops", op("replace", "load@2", "function load(a: unknown) {\n  return 0;\n}"))
    by_number = edited(
        SHOP, "symbol-ops", op("replace", "load", "function load(a: unknown) {\n  return 0;\n}", occurrence=2)
    )
    assert by_address == by_number == SHOP.replace("return a;", "return 0;")
    assert "set name" not in edited(SHOP, "symbol-ops", op("delete", "Shop.name@2"))


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (op("replace", "nothing", "x"), "edit.not-found"),
        (op("replace", "Shop.total@2", "x"), "edit.not-found"),
        (op("replace", "one", "export const one = 3;"), "edit.unsupported"),
        (op("delete", "two"), "edit.unsupported"),
        (op("replace", "limit", "  \n"), "submission.malformed"),
        (op("delete", "limit", "x"), "submission.malformed"),
        (op("rename", "limit", to="most"), "edit.unsupported"),
        (op("rename", "limit", to="a b"), "submission.malformed"),
        ([{"op": "delete", "symbol": "limit"}], "submission.malformed"),
        ([{"op": "delete", "symbol": "b.ts#limit"}], "edit.no-such-file"),
        ([*op("delete", "Shop"), *op("replace", "Shop.total", "total() {}")], "edit.overlap"),
    ],
)
def test_bad_operations_are_refused(payload: object, name: str) -> None:
    assert refusal({"a.ts": SHOP}, "symbol-ops", payload).name == name


def test_a_symbol_that_is_not_there_brings_up_its_likes() -> None:
    assert "Shop.total" in refusal({"a.ts": SHOP}, "symbol-ops", op("delete", "Total")).hint


def test_files_that_are_not_source_are_refused() -> None:
    assert refusal({"a.md": "# a"}, "symbol-ops", [{"op": "delete", "symbol": "a.md#a"}]).name == "edit.unsupported"


def test_a_rename_is_the_language_servers() -> None:
    asked: list[tuple[str, int, int, str]] = []

    def rename(path: str, line: int, character: int, to: str) -> dict[str, object]:
        asked.append((path, line, character, to))
        place = {"start": {"line": 1, "character": 13}, "end": {"line": 1, "character": 18}}
        return {"changes": {"file:///repo/a.ts": [{"range": place, "newText": to}]}}

    before = "let a = '😀';\nexport const limit = 10;\n"
    payload = op("rename", "limit", to="most")
    assert edited(before, "symbol-ops", payload, rename=rename) == before.replace("limit", "most")
    assert asked == [("a.ts", 1, 13, "most")]


def test_several_files_are_one_change_set() -> None:
    files = {"a.ts": "const a = 1;\n", "b.tsx": "const b = <p>é</p>;\nfunction g() {}\n"}
    payload = [{"op": "replace", "symbol": "a.ts#a", "content": "const a = 2;"}, {"op": "delete", "symbol": "b.tsx#g"}]
    assert outcome(files, "symbol-ops", payload) == {"a.ts": "const a = 2;\n", "b.tsx": "const b = <p>é</p>;\n"}
    assert len(lower("symbol-ops", payload, Tree(files)).changes) == 2


@pytest.mark.parametrize(
    ("symbol", "content"),
    [
        ("limit", "function load(a: string) {}"),
        ("Shop", "export class Store {}"),
        ("Shop.total", "sum(): number { return 1; }"),
        ("Colour.Red", "Blue"),
        ("load@2", "export function save(a: unknown) { return a; }"),
    ],
)
def test_what_replaces_a_declaration_declares_its_name(symbol: str, content: str) -> None:
    refused = refusal({"a.ts": SHOP}, "symbol-ops", op("replace", symbol, content))
    assert refused.name == "edit.not-found"
    assert "rename" in (refused.hint or "")


def test_another_kind_of_declaration_or_more_of_them_may_replace_one() -> None:
    for symbol, content in (
        ("limit", "function limit() { return 10; }"),
        ("limit", "const least = 1;\nexport const limit = 10;"),
        ("Shop.total", "total = 1;"),
        ("one", "export const one = 2, two = 3;"),
    ):
        after = outcome({"a.ts": SHOP}, "symbol-ops", op("replace", symbol, content))["a.ts"] or ""
        assert content.splitlines()[-1] in after
