"""A model's worst habits, and honest edits that look a little like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.gate.checks.loss.stubs import is_remark
from runner.model.order import Policy, Task
from runner.model.text import LineSpan
from tests.gate.helpers import Gate, change, check, said, whole

LOST, STUB, DUPLICATE = "clobber.declaration-lost", "clobber.stub", "clobber.duplicate-declaration"
SHARE, REWRITE, NOISE = "clobber.too-much-changed", "clobber.whole-file-rewrite", "clobber.reformatting-noise"
WEAK, BROKEN = "clobber.weakened-check", "clobber.syntax-error"

SHOP = """\
export class Shop {
  count = 0;

  total(): number {
    const sum = this.count + 1;
    log(sum);
    return sum;
  }

  private add(n: number): void {
    this.count += n;
  }
}

function helper(a: number) {
  return a * 2;
}

export const twice = (a: number) => {
  return helper(a);
};

export interface Options {
  a: string;
}
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("function helper(a: number) {\n  return a * 2;\n}\n\n", "", LOST),
        ("export const twice = (a: number) => {\n  return helper(a);\n};\n\n", "", LOST),
        ("  private add(n: number): void {\n    this.count += n;\n  }\n", "", LOST),
        ("  count = 0;\n", "", LOST),
        ("export interface Options {\n  a: string;\n}\n", "", LOST),
        ("    this.count += n;\n", "", LOST),
        ("    this.count += n;\n", "    // adds\n", LOST),
        ("  a: string;\n", "", LOST),
        ("  return helper(a);\n", "", LOST),
        # Honest: another body, a rename by hand, another kind of function, another order.
        ("a * 2", "a + a", "applied"),
        ("function helper", "export function helper", "applied"),
        ("function helper(a: number) {\n  return a * 2;\n}", "const helper = (a: number) => a * 2;", "applied"),
        (
            "function helper(a: number) {\n  return a * 2;\n}",
            "function doubled(a: number) {\n  return a * 2;\n}",
            "applied",
        ),
        ("  count = 0;\n", "  count = 1;\n  more = 2;\n", "applied"),
        ("  a: string;\n", "  a: string;\n  b: string;\n", "applied"),
        ("  a: string;\n", "  b: string;\n", "applied"),
    ],
)
def test_declarations_stay(old: str, new: str, verdict: str) -> None:
    assert SHOP.count(old) == 1
    assert change(SHOP, SHOP.replace(old, new)) == verdict


def test_declarations_may_move_within_the_file_and_to_another_of_the_same_submission() -> None:
    helper = "function helper(a: number) {\n  return a * 2;\n}\n\n"
    rest = SHOP.replace(helper, "")
    assert change(SHOP, rest + "\n" + helper) == "applied"
    moved = {"src/a.ts": "import { helper } from './b';\n" + rest, "src/b.ts": "export " + helper}
    assert said(check({"src/a.ts": SHOP}, moved)) == "applied"
    linked = {"src/a.ts": "import { helper } from './lib';\n" + rest}
    assert said(check({"src/a.ts": SHOP}, linked)) == "applied"


@pytest.mark.parametrize("symbol", ["helper", "Shop.add", "Options"])
def test_an_explicit_deletion_is_honest_and_only_it(symbol: str) -> None:
    gate = Gate({"src/a.ts": SHOP}, policy=Policy(1.0))
    assert said(gate.submit("symbol-ops", [{"op": "delete", "symbol": f"src/a.ts#{symbol}"}])) == "applied"
    assert f"{symbol.rpartition('.')[2]}(" not in (gate.text("src/a.ts") or "").replace("helper(a);", "")


def test_replacing_a_class_by_one_that_lacks_a_method_is_no_deletion() -> None:
    gate = Gate({"src/a.ts": SHOP}, policy=Policy(1.0))
    payload = [{"op": "replace", "symbol": "src/a.ts#Shop", "content": "export class Shop {\n  count = 0;\n}"}]
    verdict = gate.submit("symbol-ops", payload)
    assert said(verdict) == LOST
    assert '"removes": ["src/a.ts#Shop.total", "src/a.ts#Shop.add"]' in verdict.violations[0].hint
    assert "src/a.ts#Shop.total" in verdict.violations[0].message


def test_what_the_task_names_may_go_but_not_be_left_empty() -> None:
    task = Task("T", allowed_symbols=("src/a.ts#helper",))
    gate = Gate({"src/a.ts": SHOP}, (task,), policy=Policy(1.0))
    emptied = [{"op": "replace", "symbol": "src/a.ts#helper", "content": "function helper(a: number) {}"}]
    assert said(gate.submit("symbol-ops", emptied)) == STUB
    gone = [{"file": "src/a.ts", "search": "function helper(a: number) {\n  return a * 2;\n}", "replace": "// gone"}]
    assert said(gate.submit("search-replace", gone)) == "applied"


PRIVATE = """\
import { g } from './g';
const table = { a: 1, b: 2 };
const started = g();
let spare = 1;
type Row = { a: string };
export function f(row: Row) {
  function inner() { return g(1); }
  return table.a + inner();
}
"""


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        (["const table = { a: 1, b: 2 };\n", "table.a + "], "applied"),
        (["type Row = { a: string };\n", "row: Row"], "applied"),
        (["let spare = 1;\n"], "applied"),
        (["  function inner() { return g(1); }\n", " + inner()"], "applied"),
        (["const table = { a: 1, b: 2 };\n"], LOST),
        (["type Row = { a: string };\n"], LOST),
        # What it does may be all it is for.
        (["const started = g();\n"], LOST),
    ],
)
def test_a_private_declaration_may_go_with_the_last_use_of_it(parts: list[str], verdict: str) -> None:
    after = PRIVATE
    for part in parts:
        assert after.count(part) == 1
        after = after.replace(part, "")
    assert change(PRIVATE, after) == verdict


def test_in_a_script_without_imports_and_exports_every_declaration_is_everybodys() -> None:
    before = "function f() { g(); }\nlet a = 1;\n"
    assert change(before, "let a = 1;\n") == LOST


@pytest.mark.parametrize(
    ("gone", "verdict"),
    [
        ("export type Money = { a: 1 };\n", LOST),
        ("export const Money = { a: 1 };\n", LOST),
        ("export interface Shape { a: 1 }\n", LOST),
    ],
)
def test_a_type_and_a_value_of_one_name_are_two_declarations(gone: str, verdict: str) -> None:
    before = (
        "export type Money = { a: 1 };\nexport const Money = { a: 1 };\nexport interface Shape { a: 1 }\n"
        "export function Shape() { g(); }\n"
    )
    assert change(before, before.replace(gone, "")) == verdict
    turned = "export interface A { a: 1 }\n"
    assert change(turned, "export class A { a = 1 as const }\n") == "applied"


def test_a_getter_whose_setter_went_is_not_whole() -> None:
    before = "class A {\n  get x() { return 1; }\n  set x(v) { f(v); }\n}\n"
    assert change(before, before.replace("  set x(v) { f(v); }\n", "")) == LOST


LARGE = "export function ok(a: number) {\n" + "  if (a > 1) { check(a, 1); }\n" * 5 + "  return a > 2;\n}\nok(1);\n"
_BODY = LARGE.partition("{\n")[2].partition("\n}\n")[0]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("  return true;", LOST),
        ("  void 0;", LOST),
        ("  ;", LOST),
        ("  {}", LOST),
        ("  return !0", LOST),
        ("  throw a;", LOST),
        ("  return a > 2 || a < 0;", "applied"),
        ("  return checked(a);", "applied"),
    ],
)
def test_a_body_of_which_next_to_nothing_is_left_is_lost(body: str, verdict: str) -> None:
    assert verdict in change(LARGE, LARGE.replace(_BODY, body)).split()


def test_a_short_body_is_honest_where_the_code_moved_or_was_short_or_the_task_names_it() -> None:
    other = "function all() {\n" + _BODY.replace("a", "b") + "\n}\n"
    assert change(LARGE, LARGE.replace(_BODY, "  return all();") + other) == "applied"
    short = "export function f(a: number) {\n  check(a);\n  check(a + 1);\n  return a > 2;\n}\n"
    assert change(short, short.replace("  check(a);\n  check(a + 1);\n", "")) == "applied"
    gate = Gate({"src/a.ts": LARGE}, (Task("T", allowed_symbols=("src/a.ts#ok",)),), policy=Policy(1.0))
    edit = [{"op": "replace", "symbol": "src/a.ts#ok", "content": "export function ok(a: number) {\n  return true;\n}"}]
    assert said(gate.submit("symbol-ops", edit)) == "applied"


@pytest.mark.parametrize(
    "remark",
    [
        "// ... rest as before",
        "// ...rest of the code remains the same...",
        "// existing code",
        "// ... existing code ...",
        "/* ... */",
        "// …",
        "// (rest unchanged)",
        "// ... keep the rest",
        "// keep the existing code",
        "// unchanged",
        "// same as above",
        "// TODO: implement",
        "// your code here",
        "// implementation goes here",
        "// other methods remain unchanged",
        "// Remaining methods omitted for brevity.",
        "// previous implementation here",
        "/* rest of the function */",
        "// not implemented yet",
    ],
)
def test_a_remark_in_place_of_code_is_a_stub(remark: str) -> None:
    assert is_remark(remark)
    assert STUB in change(SHOP, SHOP.replace("    log(sum);\n", f"    {remark}\n"))


@pytest.mark.parametrize(
    "remark",
    [
        "// The rest of the arguments are passed on to the handler.",
        "// Existing code relies on this order.",
        "// TODO: implement caching for large carts",
        "// Same as the total, but without tax.",
        "/** Returns the rest of the code after the prefix. */",
        "// continue with the next one",
        "// Everything else is checked by tsc.",
        "// a...b is a range",
        "// Keep the old value for callers that never pass one.",
        "// Unchanged rows are skipped.",
    ],
)
def test_prose_that_uses_such_words_is_none(remark: str) -> None:
    assert change(SHOP, SHOP.replace("    log(sum);\n", f"    {remark}\n    log(sum);\n")) == "applied"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("return a * 2;", "throw new Error('not implemented');", STUB),
        ("return a * 2;", 'throw new Error("TODO");', STUB),
        ("return a * 2;", "throw new TypeError(`helper is not implemented`);", STUB),
        ("return a * 2;", "throw new Error('no price');", "applied"),
        ("return a * 2;", "return say('// ... rest as before');", "applied"),
        ("return a * 2;", "return say(`throw new Error('not implemented')`);", "applied"),
        ("    const sum = this.count + 1;\n    log(sum);\n    return sum;\n", "    pass\n", STUB),
        ("    const sum = this.count + 1;\n    log(sum);\n    return sum;\n", "    return 0;\n", STUB),
        (
            "    const sum = this.count + 1;\n    log(sum);\n    return sum;\n",
            "    return this.count + 1;\n",
            "applied",
        ),
    ],
)
def test_stubs_in_code(old: str, new: str, verdict: str) -> None:
    assert change(SHOP, SHOP.replace(old, new)) == verdict


def test_a_stub_that_was_there_may_stay_and_move() -> None:
    before = SHOP + "\n// existing code\nfunction later() {\n  throw new Error('not implemented');\n}\n"
    assert change(before, before.replace("a * 2", "a + a")) == "applied"
    moved = {"src/a.ts": SHOP, "src/b.ts": before[len(SHOP) :]}
    assert said(check({"src/a.ts": before}, moved)) == "applied"


@pytest.mark.parametrize(
    ("before", "added", "verdict"),
    [
        ("function f() { return 1; }\n", "function f() { return 2; }\n", DUPLICATE),
        ("const f = 1;\n", "function f() { return 2; }\n", DUPLICATE),
        ("class A {}\n", "class A {}\n", DUPLICATE),
        ("type A = 1;\n", "interface B {}\ntype A = 2;\n", DUPLICATE),
        ("class A {\n  f() { return 1; }\n", "  f() { return 2; }\n}\n", DUPLICATE),
        ("class A {\n  get f() { return 1; }\n", "  get f() { return 2; }\n}\n", DUPLICATE),
        ("class A {\n  f = 1;\n", "  f = 2;\n}\n", DUPLICATE),
        ("class A {\n  constructor() { f(); }\n", "  constructor() { g(); }\n}\n", DUPLICATE),
        ("export default function () { f(); }\n", "export default function () { g(); }\n", DUPLICATE),
        # These merge, or are overloads, or stand side by side.
        ("interface A { a: 1 }\n", "interface A { b: 1 }\n", "applied"),
        ("namespace A { export const a = 1; }\n", "namespace A { export const b = 1; }\n", "applied"),
        ("function f() { return 1; }\n", "namespace f { export const b = 1; }\n", "applied"),
        ("class A { a = 1 }\n", "interface A { b: 1 }\n", "applied"),
        ("function f(a: 1): 1;\nfunction f(a: any): any { return a; }\n", "function g() { return 1; }\n", "applied"),
        ("type A = 1;\n", "const A = 1;\n", "applied"),
        ("enum A { a }\n", "enum A { b = 1 }\n", "applied"),
        ("class A {\n  get f() { return 1; }\n", "  set f(v) { g(v); }\n}\n", "applied"),
        ("class A {\n  f() { return 1; }\n", "  static f() { return 2; }\n}\n", "applied"),
        ("class A {\n  f(a: 1): 1;\n  f(a: number) { return a; }\n", "  g() { return 2; }\n}\n", "applied"),
        ("class A { f() { return 1; } }\n", "class B { f() { return 2; } }\n", "applied"),
    ],
)
def test_a_declaration_may_not_be_added_twice(before: str, added: str, verdict: str) -> None:
    closed = before + ("}\n" if added.endswith("\n}\n") or added.startswith("  ") else "")
    assert change(closed, before + added) == verdict


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("  pipe() { g(); },\n", "  pipe() { g(); },\n  pipe() { h(); },\n", DUPLICATE),
        ("  [x.y]() { g(); },\n", "  [x.y]() { g(); },\n  [x.y]() { g(); },\n", DUPLICATE),
        ("  function in1() { g(); }\n", "  function in1() { g(); }\n  function in1() { h(); }\n", DUPLICATE),
        ("  function in1() { g(); }\n", "  function in1() { g(); }\n  function in3() { h(); }\n", "applied"),
        (
            "  pipe() { g(); },\n",
            "  pipe() { g(); },\n  get a() { function z() { g(); } return z; },\n"
            "  set a(v) { function z() { h(); } z(); },\n",
            "applied",
        ),
    ],
)
def test_the_same_holds_within_object_literals_and_functions(old: str, new: str, verdict: str) -> None:
    before = (
        "export const o = {\n  pipe() { g(); },\n  [x.y]() { g(); },\n};\n"
        "export function out() {\n  function in1() { g(); }\n  function in2() { g(); }\n  return in1() + in2();\n}\n"
        "export function out2() {\n  function in2() { g(); }\n  return in2();\n}\n"
    )
    assert before.count(old) == 1
    assert change(before, before.replace(old, new)) == verdict


def test_overloads_may_be_added() -> None:
    before = "function f(a: 1): 1;\nfunction f(a: 2): 2;\nfunction f(a: number): number { return a; }\n"
    assert change(before, "function f(a: 3): 3;\n" + before) == "applied"


def _lines(count: int, text: str = "let a{n} = {n};") -> str:
    return "".join(text.format(n=n) + "\n" for n in range(count))


def test_share_of_a_file() -> None:
    before = _lines(100)
    names = {20: "applied", 40: SHARE, 95: REWRITE}
    for changed, name in names.items():
        after = _lines(100 - changed) + "".join(f"let a{n} = f({n});\n" for n in range(100 - changed, 100))
        assert change(before, after, ratio=0.3) == name
        assert change(before, after, ratio=1.0) == "applied"


def test_lines_that_move_or_are_formatted_are_not_gone() -> None:
    before = _lines(60, 'f("{n}");')
    assert change(before, "".join(reversed(before.splitlines(keepends=True))), ratio=0.1) == "applied"
    assert change(before, before.replace('"', "'").replace(";", ""), ratio=0.1) == "applied"


def test_a_few_lines_are_no_share() -> None:
    assert change(_lines(6), _lines(6, "let a{n} = f({n});"), ratio=0.3) == "applied"


def test_share_of_the_tree() -> None:
    files = {f"src/{n}.md": _lines(100) for n in range(10)}
    some: dict[str, str | None] = {f"src/{n}.md": None for n in range(3)}
    many: dict[str, str | None] = {f"src/{n}.md": None for n in range(6)}
    assert said(check(files, some, ratio=0.5)) == "applied"
    assert said(check(files, many, ratio=0.5)) == SHARE


def test_a_whole_document_with_a_small_difference_is_that_difference() -> None:
    before = _lines(200)
    task = Task("T", allowed_spans=(LineSpan("src/a.ts", 10, 12),))
    gate = Gate({"src/a.ts": before}, (task,))
    payload = {
        "documentChanges": [
            {
                "textDocument": {"uri": "src/a.ts", "version": None},
                "edits": [
                    {
                        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 200, "character": 0}},
                        "newText": before.replace("a10 = 10", "a10 = 11"),
                    }
                ],
            }
        ]
    }
    verdict = gate.submit("workspace-edit", payload)
    assert said(verdict) == "applied"
    assert (verdict.stats.added, verdict.stats.removed) == (1, 1)


NESTED = "".join(f"function f{n}() {{\n  if (a) {{\n    g({n});\n    h({n});\n  }}\n}}\n" for n in range(10))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        # One change, and the whole file indented by four, by tabs, or with other line ends.
        (NESTED, NESTED.replace("  ", "    ").replace("g(3)", "g(33)"), NOISE),
        (NESTED, NESTED.replace("  ", "\t").replace("g(3)", "g(33)"), NOISE),
        (NESTED.replace("\n", "\r\n"), NESTED.replace("g(3)", "g(33)"), NOISE),
        (NESTED.replace("\n", "\r\n"), NESTED, NOISE),
        # Honest: formatting alone, a block that moves into another, many real changes.
        (NESTED, NESTED.replace("  ", "    "), "applied"),
        (_lines(40, "f({n});"), "if (x) {\n" + _lines(40, "  f({n});") + "}\n", "applied"),
        (_lines(20, "f({n});\n"), "if (x) {\n" + _lines(20, "  f({n});\n") + "}\n", "applied"),
        (NESTED, NESTED.replace("g(", "gg("), "applied"),
        (NESTED, NESTED.replace("    g(3);\n    h(3);\n", "    g(3)\n    h(33);\n"), "applied"),
    ],
)
def test_reformatting_around_a_change(before: str, after: str, verdict: str) -> None:
    # workspace-edit, because whole-file keeps the file's own line ends.
    gate = Gate({"src/a.ts": before}, policy=Policy(1.0))
    last = before.count("\n")
    whole_document = {"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}}
    payload = {
        "documentChanges": [
            {
                "textDocument": {"uri": "src/a.ts", "version": None},
                "edits": [{"range": whole_document, "newText": after}],
            }
        ]
    }
    assert said(gate.submit("workspace-edit", payload)) == verdict
    if verdict == "applied":
        assert gate.text("src/a.ts") == after


@pytest.mark.parametrize(
    ("before", "new", "verdict"),
    [
        ("a();\r\nb();\r\nc();\r\n", "x();\ny();\n", "clobber.mixed-line-ends"),
        ("a();\nb();\nc();\n", "x();\r\n", "clobber.mixed-line-ends"),
        ("a();\r\nb();\r\nc();\r\n", "x();\r\n", "applied"),
        ("a();\nb();\r\nc();\n", "x();\n", "applied"),
        ("a();", "x();\r\n", "applied"),
    ],
)
def test_line_ends_that_were_of_one_kind_stay_so(before: str, new: str, verdict: str) -> None:
    start = {"line": 0, "character": 0}
    edits = [{"range": {"start": start, "end": start}, "newText": new}]
    payload = {"documentChanges": [{"textDocument": {"uri": "src/a.ts", "version": None}, "edits": edits}]}
    assert said(Gate({"src/a.ts": before}, policy=Policy(1.0)).submit("workspace-edit", payload)) == verdict


def test_reformatting_is_what_a_role_for_formatting_does() -> None:
    after = NESTED.replace("  ", "    ").replace("g(3)", "g(33)")
    assert change(NESTED, after, contract=["allow:clobber.reformatting-noise"]) == "applied"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = 1;\n", "// @ts-ignore\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @ts-nocheck\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @ts-expect-error later\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "/* eslint-disable */\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "let a = 1; // eslint-disable-line no-x\n", WEAK),
        ("let a = 1;\n", "/* istanbul ignore next */\nlet a = 1;\n", WEAK),
        ("let a = b;\n", "let a = b as any;\n", WEAK),
        ("let a = b;\n", "let a: any = b;\n", WEAK),
        ("let a = b;\n", "let a = <any>b;\n", WEAK),
        ("f(a, b, c, d);\n", f"f({', '.join(['a!'] * 10)});\n", WEAK),
        ("f(a, b, c, d);\n", "f(a!, b!, c!, d!);\n", "applied"),
        ("let a = 1;\n", "let a = 1;\ndeclare module '*';\n", WEAK),
        ("let a = 1;\n", "let a = 1;\ndeclare module 'x';\n", WEAK),
        # tsc reads its own directives generously.
        ("let a = 1;\n", "/// @ts-ignore\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "//// @ts-ignore\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @ts-ignored\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @ts-expect-errors\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "/*/ @ts-ignore */\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "/* why\n * // @ts-ignore */\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "/// @ts-nocheck\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @TS-NoCheck\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "// @ts-nocheck_\nlet a = 1;\n", WEAK),
        # ESLint is configured by comments, too.
        ("let a = 1;\n", "/* eslint no-x: off */\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", "/* eslint no-y: 2,\n   no-x: [0] */\nlet a = 1;\n", WEAK),
        ("let a = 1;\n", '/*eslint "no-x": "off"*/\nlet a = 1;\n', WEAK),
        ("let a = 1;\n", "/* eslint no-x: 2 */\nlet a = 1;\n", "applied"),
        ("let a = 1;\n", "// eslint would say: off with it\nlet a = 1;\n", "applied"),
        # Other types that fit everywhere.
        ("let a = b;\n", "let a = b as never;\n", WEAK),
        ("let a = b;\n", "let a = <never>b;\n", WEAK),
        ("let a = b;\n", "let a = b as unknown as string;\n", WEAK),
        ("let a = b;\n", "let a = (b as unknown) as string;\n", WEAK),
        ("let a = b;\n", "let a: never = b;\n", "applied"),
        ("let a = b;\n", "let a = b as unknown;\n", "applied"),
        ("let a = b as unknown as A;\n", "let c = b as unknown as A;\nlet d = 1;\n", "applied"),
        # Strings and words are not code.
        ("let a = 1;\n", "let a = 'as any // @ts-ignore';\n", "applied"),
        ("let a = 1;\n", "// We do not use @ts-ignore, nor any: that hides errors.\nlet a = 1;\n", "applied"),
        ("let a = 1;\n", "let any = 1;\nlet a = { any };\n", "applied"),
        ("f(a);\n", "f(a!);\n", "applied"),
        ("// @ts-ignore\nlet a = 1;\n", "let a = 1;\n", "applied"),
        ("let a: any = 1;\n", "let b: any = 1;\nlet c = 1;\n", "applied"),
        ("let a = 1;\n", "let a = 1;\ndeclare module 'x' {\n  const y: string;\n}\n", "applied"),
    ],
)
def test_switching_a_check_off_is_not_passing_it(before: str, after: str, verdict: str) -> None:
    contract = ["allow:clobber.declaration-lost"]
    assert change(before, after, contract=contract) == verdict


def test_a_suppression_that_moves_to_another_file_is_not_new() -> None:
    before = {"src/a.ts": "// @ts-ignore\nexport let a: any = 1;\nf();\n"}
    after = {"src/a.ts": "f();\n", "src/b.ts": "// @ts-ignore\nexport let a: any = 1;\n"}
    assert said(check(before, after)) == "applied"


CASES = (
    "describe('d', () => {\n  it('a', () => {\n    expect(f()).toBe(1);\n  });\n"
    "  it('b', () => {\n    expect(g()).toBe(2);\n  });\n});\n"
)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("it('a'", "it.skip('a'", WEAK),
        ("it('a'", "it.only('a'", WEAK),
        ("it('a'", "xit('a'", WEAK),
        ("it('a'", "fit('a'", WEAK),
        ("it('a'", "it.todo('a'", WEAK),
        ("describe('d'", "describe.skip('d'", WEAK),
        ("    expect(f()).toBe(1);\n", "", WEAK),
        ("    expect(f()).toBe(1);\n", "    // later\n", WEAK),
        ("  it('a', () => {\n    expect(f()).toBe(1);\n  });\n", "", WEAK),
        ("    expect(f()).toBe(1);\n", "    f();\n", WEAK),
        ("it('a'", "it.skipIf(true)('a'", WEAK),
        ("it('a'", "it.skipIf(!0)('x', () => { expect(1).toBe(1); });\n  it('a'", WEAK),
        ("it('a'", "it.runIf(false)('x', () => { expect(1).toBe(1); });\n  it('a'", WEAK),
        ("describe('d'", "describe.skipIf(1 === 1)('d'", WEAK),
        ("it('a', ", "it('a', { skip: true }, ", WEAK),
        ("it('a', ", "it('a', { timeout: 100 }, ", "applied"),
        ("describe('d'", "describe.skipIf(process.env.CI)('d'", "applied"),
        ("it('a'", "it('is one'", "applied"),
        ("toBe(1)", "toBe('it.skip(')", "applied"),
        ("  it('b'", "  it('c', () => {\n    expect(1).toBe(1);\n  });\n  it('b'", "applied"),
    ],
)
def test_tests_keep_testing(old: str, new: str, verdict: str) -> None:
    assert change(CASES, CASES.replace(old, new), path="tests/a.test.ts") == verdict


def test_a_test_file_may_not_be_deleted_but_may_be_renamed_and_split() -> None:
    files = {"tests/a.test.ts": CASES, "src/a.ts": "let a = 1;\n"}
    assert said(check(files, {"tests/a.test.ts": None})) == WEAK
    assert said(check(files, {"tests/a.test.ts": None, "tests/b.test.ts": CASES})) == "applied"
    assert said(check(files, {"src/a.ts": None})) == "applied"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("tests/a.test.ts", "tests/a.test.ts.txt", f"{WEAK} typecheck.leaves-the-check"),
        ("tests/a.test.ts", "tests/a.ts", WEAK),
        ("tests/a.test.ts", "a.test.ts", WEAK),
        ("tests/a.test.ts", "old/a.test.ts", WEAK),
        ("src/a.test.ts", "src/a.ts", WEAK),
        ("tests/a.test.ts", "tests/unit/a.spec.ts", "applied"),
        ("src/a.test.ts", "src/sub/a.test.ts", "applied"),
        ("src/a.test.ts", "tests/a.test.ts", "applied"),
        ("src/a.ts", "src/b.ts", "applied"),
    ],
)
def test_a_test_that_moves_stays_a_test(old: str, new: str, verdict: str) -> None:
    payload = {"documentChanges": [{"kind": "rename", "oldUri": old, "newUri": new}]}
    assert said(Gate({old: CASES}).submit("workspace-edit", payload)) == verdict
    assert said(check({old: CASES}, {old: None, new: CASES})) == verdict


def test_what_a_new_test_switches_off_is_seen_wherever_it_lies() -> None:
    files = {"tests/a.test.ts": CASES}
    verdict = check(files, {"tests/a.test.ts": None, "a.test.ts": CASES.replace("it('a'", "it.skip('a'")})
    assert any("it.skip" in each.message for each in verdict.violations)
    assert any("loses 2 of 2 tests" in each.message for each in verdict.violations)


def test_a_helper_of_tests_may_move_out_of_their_folder() -> None:
    payload = {"documentChanges": [{"kind": "rename", "oldUri": "tests/make.ts", "newUri": "src/make.ts"}]}
    gate = Gate({"tests/make.ts": "export const make = () => f();\n"})
    assert said(gate.submit("workspace-edit", payload)) == "applied"


STRICT = (
    "{\n  // strict, of course\n"
    '  "compilerOptions": { "strict": true, "skipLibCheck": false, "target": "es2022", },\n  "include": ["src"],\n}\n'
)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ('"strict": true', '"strict": false', WEAK),
        ('"strict": true, ', "", WEAK),
        ('"strict": true', '"strict": true, "strictNullChecks": false', WEAK),
        ('"skipLibCheck": false', '"skipLibCheck": true', WEAK),
        ('["src"]', '["src/a.ts"]', WEAK),
        ('"include"', '"exclude": ["src/b"], "include"', WEAK),
        ('"include"', '"extends": "./other.json", "include"', WEAK),
        ('"target"', '"paths": {"*": ["./any.d.ts"]}, "target"', WEAK),
        ('"target"', '"types": [], "target"', WEAK),
        ('"strict": true', '"strict": true, "noUnusedLocals": true', "applied"),
        ('"es2022"', '"es2023"', "applied"),
        ("of course", "as ever", "applied"),
        ('"strict": true,', '"strict": true', BROKEN),
    ],
)
def test_the_compiler_may_become_stricter_not_looser(old: str, new: str, verdict: str) -> None:
    assert change(STRICT, STRICT.replace(old, new), path="tsconfig.json").split()[0] == verdict


def test_a_configuration_of_the_compiler_is_one_whatever_its_name() -> None:
    looser = STRICT.replace('"strict": true', '"strict": false')
    for path in ("config/base.json", "build.jsonc", "config/strict"):
        assert WEAK in change(STRICT, looser, path=path)
        assert change(STRICT, "{}\n", path=path) == WEAK
        assert change("{}\n", '{"compilerOptions": {"noCheck": true}}\n', path=path) == WEAK
        assert change("{}\n", '{"compilerOptions": {"strict": true}}\n', path=path) == "applied"
        assert said(check({"a.ts": "f();\n"}, {path: '{"compilerOptions": {}}\n'})) == WEAK
        assert said(check({path: STRICT}, {path: None})) == WEAK
    assert change('{"a": "compilerOptions"}\n', '{"b": "compilerOptions"}\n', path="data.json") == "applied"


@pytest.mark.parametrize(
    "option", ['"strict": false', '"strictNullChecks": null', '"moduleSuffixes": [".x"]', '"allowJs": false']
)
def test_an_option_that_was_set_elsewhere_or_by_default_may_not_be_taken_back(option: str) -> None:
    before = '{"extends": "./base.json", "compilerOptions": {"target": "es2022"}}\n'
    after = before.replace('"target"', f'{option}, "target"')
    assert change(before, after, path="tsconfig.json").split()[0] == WEAK


def test_what_a_tsconfig_extends_is_one() -> None:
    files = {
        "app/tsconfig.json": '{"extends": ["../config/one"]}\n',
        "config/one.json": '{"extends": "./two.json"}\n',
        "config/two.json": '{"include": ["src"]}\n',
        "config/three.json": '{"include": ["src"]}\n',
    }
    assert said(check(files, {"config/two.json": '{"include": ["lib"]}\n'})) == WEAK
    assert said(check(files, {"config/one.json": '{"extends": "./three.json"}\n'})) == WEAK
    assert said(check(files, {"config/one.json": None})) == WEAK
    assert said(check(files, {"config/three.json": '{"include": ["lib"]}\n'})) == "applied"


@pytest.mark.parametrize(
    "path", ["eslint.config.js", ".eslintrc.json", "sub/.eslintignore", "vitest.config.ts", "biome.json"]
)
def test_the_configuration_of_other_checks_is_not_for_the_edit_that_they_judge(path: str) -> None:
    assert WEAK in change("{}\n", "{ }\n", path=path)
    assert WEAK in said(check({path: "{}\n"}, {path: None}))


def test_a_new_or_deleted_tsconfig_changes_what_is_checked() -> None:
    assert said(check({"a.ts": "f();\n"}, {"src/tsconfig.json": "{}\n"})) == WEAK
    assert said(check({"tsconfig.json": "{}\n"}, {"tsconfig.json": None})) == WEAK


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("function f() { g(); }\n", "function f() { g(; }\n", BROKEN),
        ("function f() {\n  g();\n}\n", "function f() {\n  g();\n", BROKEN),
        ("f(;\n", "f(;\nlet a = 1;\n", "applied"),
        ("f(;\n", "f();\n", "applied"),
        ("f('a');\n", "f(\u2018a\u2019);\n", BROKEN),
        ("type A = { b: 'c' };\n", "type A = { b: \u201cc\u201d };\n", BROKEN),
        ("let a = { b };\n", "let a = { \u201cb\u201d };\n", BROKEN),
        ("f('a');\n", "f('\u2018a\u2019'); // \u201ca\u201d\n", "applied"),
        ("f();\n", "<<<<<<< SEARCH\nf();\n=======\ng();\n>>>>>>> REPLACE\n", BROKEN),
        ("f();\n", "export const export const a = 1;\n", BROKEN),
        ("f();\n", "f();\nexport default const a = 1;\n", BROKEN),
        # Syntax that the grammar does not know.
        ("f();\n", "f();\nexport type * from './a';\n", "applied"),
        ("f();\n", "import defer * as a from './a';\nf();\n", "applied"),
        ("f();\n", "f();\nexport default abstract class {}\n", "applied"),
        ("f();\n", "f();\nclass A<in out T> {}\n", "applied"),
        ("f();\n", "f();\nconst a = { b: sql<{ c: D<E> }>`x`.d(), e: sql<{ c: 1 }>`y`.f() };\n", "applied"),
        ("f();\n", "f();\nconst g = () =>\n  <A>(a: A): A => a;\n", "applied"),
        ("f();\n", "f();\ninterface A<\n  out T = 1,\n  in S extends U = V,\n> {}\n", "applied"),
    ],
)
def test_syntax(before: str, after: str, verdict: str) -> None:
    assert change(before, after) == verdict


def test_marks_of_a_merge_are_seen_in_every_file() -> None:
    assert change("a\n", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", path="a.md") == BROKEN
    assert change("a\n", "a\n=======\n> quoted\n", path="a.md") == "applied"


@pytest.mark.parametrize(
    ("path", "remark", "verdict"),
    [
        ("a.md", "<!-- rest of file unchanged -->", STUB),
        ("a.css", "/* ... existing code ... */", STUB),
        ("a.yml", "# ... rest as before", STUB),
        ("a.md", "# The rest", "applied"),
        ("a.md", "... and so on", "applied"),
        ("a.css", "/* The rest of the page uses a grid. */", "applied"),
    ],
)
def test_stubs_are_seen_in_files_that_are_no_code(path: str, remark: str, verdict: str) -> None:
    assert change("a\nb\n", f"a\n{remark}\n", path=path) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("export interface A { a: 1; b: 2; c: 3 }\n", "export interface A { a: 1 }\n", LOST),
        ("enum A { a, b, c, d }\n", "enum A { a }\n", LOST),
        ("enum A { a, b, c }\n", "enum A { a, b }\n", "applied"),
        ("class A {\n  private f() { g(); }\n  h() { this.f(); }\n}\n", "class A {\n  h() { g(); }\n}\n", "applied"),
        ("class A {\n  #f() { g(); }\n  h() { this.#f(); }\n}\n", "class A {\n  h() { g(); }\n}\n", "applied"),
        ("class A {\n  private f() { g(); }\n  h() { k(); }\n}\n", "class A {\n  h() { this.f(); }\n}\n", LOST),
        ("class A {\n  f() { g(); }\n  h() { this.f(); }\n}\n", "class A {\n  h() { g(); }\n}\n", LOST),
        ("interface A { a: 1; b: 2; c: 3 }\n", "interface A { x: 1; y: 2; z: 3 }\n", "applied"),
        ("export const a = { f() { g(); }, h() { k(); } };\n", "export const a = { f() { g(); } };\n", LOST),
        ("export default { f() { g(); }, h: () => { k(); } };\n", "export default { f() { g(); } };\n", LOST),
        ("export const a = { b: { get c() { g(); }, d: 1 } };\n", "export const a = { b: { d: 1 } };\n", LOST),
        ("export const a = { b: { c: 1 }, d: 1 };\n", "export const a = { d: 1 };\n", "applied"),
        ("export const a = { b: 1, c: 2 };\n", "export const a = { b: 1 };\n", "applied"),
        ("export const a = { b: 1, c: 2 };\n", "export const a = {};\n", "applied"),
    ],
)
def test_lists_of_members_are_not_gutted(before: str, after: str, verdict: str) -> None:
    assert change(before, after) == verdict


def test_json_stays_json() -> None:
    assert change('{"a": 1}\n', '{"a": 1,}\n', path="data.json") == BROKEN
    assert change('{"a": 1}\n', '{"a": 2}\n', path="data.json") == "applied"
    assert change("{a: 1}\n", "{a: 2}\n", path="data.json") == "applied"
    assert said(check({"a.ts": ""}, {"data.json": "{"})) == BROKEN


def test_new_files_are_held_to_the_same() -> None:
    files = {"src/a.ts": "f();\n"}
    assert said(check(files, {"src/b.ts": "export function f() { return 1; }\n"})) == "applied"
    assert said(check(files, {"src/b.ts": "function f( {\n"})) == BROKEN
    assert said(check(files, {"src/b.ts": "export const a: any = 1;\n"})) == WEAK
    assert said(check(files, {"src/b.ts": "export function f() {\n  // ... existing code ...\n}\n"})) == STUB


def test_everything_that_is_wrong_is_said_at_once() -> None:
    after = "export class Shop {\n  // ... rest as before\n}\nlet a: any = 1;\n"
    verdict = check({"src/a.ts": SHOP}, {"src/a.ts": after}, ratio=0.3)
    names = {each.name for each in verdict.violations}
    assert {LOST, STUB, WEAK, REWRITE} <= names
    assert all(each.hint and each.code.startswith("PG") for each in verdict.violations)


def test_too_many_lost_declarations_are_counted() -> None:
    verdict = check({"src/a.ts": _lines(14, "export function f{n}() {{ g(); }}")}, {"src/a.ts": "let a = 1;\n"})
    assert verdict.violations[-1].message == "and 4 more declarations of src/a.ts"


@given(st.integers(1, 12), st.integers(0, 11))
def test_dropping_any_one_of_many_functions_is_seen(count: int, at: int) -> None:
    functions = [f"export function f{n}(a: number) {{\n  return a + {n};\n}}\n" for n in range(count)]
    kept = [text for n, text in enumerate(functions) if n != at % count]
    assert change("\n".join(functions), "\n".join(kept) or "let nothing = 1;\n") == LOST


def test_code_that_is_nested_beyond_reading_is_refused() -> None:
    gate = Gate({"src/a.ts": "f();\n"}, policy=Policy(1.0))
    deep = "namespace a {" * 3000 + "}" * 3000
    verdict = gate.submit("whole-file", whole({"src/a.ts": deep}))
    assert said(verdict) == "edit.unsupported"
    assert gate.text("src/a.ts") == "f();\n"
