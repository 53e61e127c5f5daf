"""Guarded blocks whose text is unchanged: what an edit around them may take away, and what it may not."""

from __future__ import annotations

import time

import pytest

from runner.gate.checks.permission.guard_context import context_of
from runner.model.order import Task
from runner.model.text import LineSpan
from runner.syntax.guards import add_guard, find_guards
from runner.text.replacements import replace_all
from tests.gate.helpers import Gate, Texts, check, said

OVERWRITE = "guard.logic-overwrite"
ALLOWED = Task("T", allowed_paths=("**",), allowed_guards=("g",))


def guarded(text: str, start: int, end: int | None = None) -> str:
    """``text`` with the guard ``g`` around its lines ``start`` to ``end``."""
    return replace_all(text, add_guard(text, LineSpan("a.ts", start, end or start), "g"))


TOP = guarded(
    "import { log } from './log';\nexport function price(a: number) {\n  return a * 2;\n}\nlog(price(1));\n", 2, 4
)
BLOCK = TOP[TOP.index("/*") : TOP.rindex("*/") + 2]
BODY = guarded(
    "export class Shop {\n  total(a: number): number {\n    let sum = 0;\n    sum += a;\n    return sum;\n  }\n}\n", 4
)
TEST = guarded("describe('shop', () => {\n  it('adds', () => {\n    expect(1 + 1).toBe(2);\n  });\n});\n", 3)
BRANCH = guarded("export function run(a: boolean) {\n  if (a) {\n    start();\n  } else {\n    stop();\n  }\n}\n", 3)
LOOP = guarded("export function run(a: number) {\n  while (a > 0) {\n    a -= 1;\n  }\n}\n", 3)
MEMBER = guarded("export class Shop {\n  a = 1;\n  total() {\n    return this.a;\n  }\n}\n", 3, 5)

CALL = guarded("export const cut = text.cutStart(\n  text.length - 1,\n);\n", 2)
TABLE = guarded("export const all = {\n  ['a.b']: {\n    c: 1,\n  },\n};\n", 3)
UNION = guarded("export type Time =\n  | Early\n  | Mid | Late;\n", 2)


def wrapped(before: str, after: str) -> str:
    """``TOP`` with something before and after the whole block."""
    return TOP.replace(BLOCK, f"{before}{BLOCK}{after}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("const dead = `\n", "\n`;"),
        ("const dead = String.raw`\n", "\n`;"),
        ("namespace Dead {\n", "\n}"),
        ("declare global {\n", "\n}"),
        ("function dead() {\n", "\n}"),
        ("const dead = () => {\n", "\n};"),
        ("(() => {\n", "\n});"),
        ("if (false) {\n", "\n}"),
        ("if (process.env.X) {\n", "\n}"),
        ("{\n", "\n}"),
        ("label: {\n", "\n}"),
        ("while (false) {\n", "\n}"),
        ("try {\n", "\n} catch {}"),
        ("switch (1) {\n  case 2:\n", "\n}"),
        ("class Dead {\n  static {\n", "\n  }\n}"),
        ("/* ", ""),
        ("/*\n", ""),
        ("// ", ""),
        ("type Dead = ", ""),
        ("const dead = ", ""),
        ("void ", ";"),
        ("@dead\n", ""),
        ("throw new Error('off');\nconst dead = ", ""),
    ],
)
def test_a_guarded_block_is_not_put_inside_something_else(before: str, after: str) -> None:
    assert OVERWRITE in said(check({"src/a.ts": TOP}, {"src/a.ts": wrapped(before, after)})).split()
    assert said(check({"src/a.ts": TOP}, {"src/a.ts": TOP.replace("log(price(1))", "log(price(2))")})) == "applied"


def test_the_message_says_what_the_block_stands_in() -> None:
    violations = check({"src/a.ts": TOP}, {"src/a.ts": wrapped("export function dead() {\n", "\n}")}).violations
    (found,) = [each for each in violations if each.name == OVERWRITE]
    assert found.message == (
        "logic overwrite violation: the guarded block g of src/a.ts is inside other code now: function dead() {"
    )
    found = check({"src/a.ts": TOP}, {"src/a.ts": wrapped("export const dead = `\n", "\n`;")}).violations[0]
    assert "its markers are not comments" in found.message


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    return sum;\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    throw new Error('x');\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    if (true) return 1;\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    if (a) {\n      return 1;\n    } else return 2;\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    { return sum; }\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    while (true) {}\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    for (;;) {}\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    try {\n      return 1;\n    } catch {}\n"),
        (
            BODY,
            "    let sum = 0;\n",
            "    let sum = 0;\n    try {\n      a++;\n    } finally {\n      return 1;\n    }\n",
        ),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    process.exit(0);\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    if (!1) \n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    if (a)\n"),
        (BODY, "  total(", "  total() { return 0; }\n  unused("),
        (BODY, "export class Shop {", "export class Shop { total() {} }\nclass Other {"),
        (BODY, "export class Shop {", "import { Shop } from './b';\nexport class Other {"),
        (BODY, "export class Shop {", "class Empty {}\nexport { Empty as Shop };\nclass Other {"),
        (TEST, "it('adds'", "it.skip('adds'"),
        (TEST, "describe('shop'", "describe.skip('shop'"),
        (TEST, "it('adds', () => {", "it('adds', () => {\n    return;"),
        (TEST, "it('adds', () =>", "it('adds', () => {});\n  void (() =>"),
        (BRANCH, "if (a)", "if (false)"),
        (BRANCH, "if (a)", "if (0 === 1)"),
        (BRANCH, "if (a)", "if (a && false)"),
        (BRANCH, "if (a)", "if (2 < 1)"),
        (BRANCH, "if (a) {\n", "if (a) {\n  } else {\n"),
        (LOOP, "a > 0", "false"),
        (LOOP, "while (a > 0)", "for (; false; )"),
    ],
)
def test_a_guarded_block_is_reached_as_before(text: str, old: str, new: str) -> None:
    assert old in text
    assert OVERWRITE in said(check({"src/a.ts": text}, {"src/a.ts": text.replace(old, new, 1)})).split()
    allowed = check({"src/a.ts": text}, {"src/a.ts": text.replace(old, new, 1)}, task=ALLOWED)
    assert OVERWRITE not in said(allowed)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (TOP, "log(price(1));", "log(price(2));\nlog(price(3));"),
        (TOP, "import { log }", "import { log, warn }"),
        (TOP, "import { log }", "/* A file of prices. */\nimport { log }"),
        (TOP, "\n/* @hash", "\nexport const TAX = 2;\n\n/* @hash"),
        (TOP, "log(price(1));", "function more() {\n  return price(2);\n}\nlog(more());"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    if (!a) return 0;\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    for (;;) {\n      if (a) break;\n    }\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    try {\n      return Number(a);\n    } catch {}\n"),
        (BODY, "    let sum = 0;\n", "    let sum = 0;\n    const half = () => { return a / 2; };\n    half();\n"),
        (BODY, "    return sum;", "    return sum + 1;"),
        (BODY, "a: number): number", "a: number, b = 1): number"),
        (BODY, "  total(", "  /** The sum. */\n  sum("),
        (BODY, "export class Shop", "export abstract class Shop"),
        (BODY, "export class Shop", "class Shop"),
        (BODY, "export class Shop", "export default class Shop"),
        (BODY, "export class Shop", "/** A shop. */\nexport class Store"),
        (BODY, "export class Shop {", "export class Shop {\n  name = '';\n"),
        (TEST, "it('adds'", "it('adds numbers'"),
        (TEST, "\n  it(", "\n  beforeEach(() => {});\n  it("),
        (TEST, "  it('adds'", "  test('adds'"),
        (TEST.replace("it(", "it.skip("), "it.skip(", "it("),
        (TABLE, "['a.b']", "aB"),
        (CALL, "cutStart", "cutEnd"),
        (UNION, " | Late", ""),
        (BRANCH, "if (a)", "if (a && ready())"),
        (BRANCH, "    stop();", "    stop(1);"),
        (LOOP, "a > 0", "a > 1"),
        (MEMBER, "  a = 1;\n", "  a = 1;\n  b = 2;\n"),
        (MEMBER, "export class Shop", "@injectable()\nexport class Shop"),
        (MEMBER, "END:g */\n", "END:g */\n  more() {}\n"),
    ],
)
def test_an_honest_change_beside_a_guarded_block_is_no_overwrite(text: str, old: str, new: str) -> None:
    assert old in text
    assert OVERWRITE not in said(check({"src/a.ts": text}, {"src/a.ts": text.replace(old, new, 1)}))


def test_a_return_above_functions_that_are_hoisted_hides_nothing() -> None:
    text = guarded("export function run() {\n  helper();\n  function helper() {}\n}\n", 3)
    assert OVERWRITE not in said(check({"a.ts": text}, {"a.ts": text.replace("  helper();", "  return helper();")}))


def test_a_block_that_was_shut_off_before_hinders_nobody() -> None:
    text = BRANCH.replace("if (a)", "if (false)")
    assert said(check({"a.ts": text}, {"a.ts": text.replace("stop()", "stop(1)")})) == "applied"


def test_new_syntax_above_a_guarded_block_does_not_hide_it() -> None:
    after = TOP.replace("import { log }", "export type * from './types';\nimport { log }")
    assert said(check({"a.ts": TOP}, {"a.ts": after})) == "applied"


def test_markers_in_a_string_are_text_and_stay_text() -> None:
    text = f"const sql = `\n{BLOCK}\n`;\n"
    assert said(check({"a.ts": text}, {"a.ts": text + "run(sql);\n"})) == "applied"
    assert said(check({"a.ts": text}, {"a.ts": text.replace("a * 2", "a * 3")})) == OVERWRITE


CONFIG = '{"compilerOptions": {"strict": true}, "include": ["src"], "exclude": ["src/old"]}'
BASE = '{"include": ["../src/**/*.ts"]}'


def renamed(files: Texts, old: str, new: str, task: Task | None = None) -> str:
    gate = Gate(files, (task or Task("T", allowed_paths=("**",)),))
    return said(gate.submit("workspace-edit", {"documentChanges": [{"kind": "rename", "oldUri": old, "newUri": new}]}))


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("src/a.ts", "src/a.txt", OVERWRITE),
        ("src/a.ts", "src/a.js", OVERWRITE),
        ("src/a.ts", "src/a.d.ts", OVERWRITE),
        ("src/a.ts", "src/a.ts.bak", OVERWRITE),
        ("src/a.ts", "attic/a.ts", OVERWRITE),
        ("src/a.ts", "src/old/a.ts", OVERWRITE),
        ("src/a.ts", "src/generated/node_modules/a.ts", "path.protected"),
        ("src/a.ts", "src/b/c.ts", "applied"),
        ("src/a.ts", "src/a.mts", "applied"),
        ("src/a.ts", "src/a.tsx", "applied"),
        ("scripts/a.ts", "tools/a.ts", "applied"),
        ("src/a.css", "src/b.css", "applied"),
        ("src/a.css", "src/a.txt", OVERWRITE),
    ],
)
def test_a_guarded_file_stays_code_of_its_kind_in_its_project(old: str, new: str, verdict: str) -> None:
    found = renamed({old: TOP, "tsconfig.json": CONFIG}, old, new)
    assert verdict in found.split()
    assert OVERWRITE not in renamed({old: TOP, "tsconfig.json": CONFIG}, old, new, ALLOWED)


def test_javascript_may_become_typescript() -> None:
    text = TOP.replace("a: number", "a")
    text = text.replace(find_guards(text).blocks[0].hash, find_guards(text).blocks[0].right_hash)
    assert OVERWRITE not in renamed({"src/a.js": text}, "src/a.js", "src/a.ts")


def test_an_inherited_list_of_files_counts() -> None:
    files = {"src/a.ts": TOP, "config/base.json": BASE, "tsconfig.json": '{"extends": "./config/base"}'}
    assert renamed(files, "src/a.ts", "attic/a.ts") == OVERWRITE
    assert renamed(files, "src/a.ts", "src/b.ts") == "applied"


def test_an_empty_block_stays_where_it_is_too() -> None:
    text = guarded("class Shop {\n\n}\n", 2)
    assert said(check({"a.ts": text}, {"a.ts": text.replace("class Shop", "class Other {}\nclass Shop")})) == "applied"
    moved = text.replace("class Shop {", "class Shop {}\nclass Other {")
    assert OVERWRITE in said(check({"a.ts": text}, {"a.ts": moved}))


@pytest.mark.parametrize("opening", ["f(", "{", "if (a) {", "it('a', () => {"])
def test_deep_code_around_and_in_a_block_costs_no_square_of_its_depth(opening: str) -> None:
    closing = "".join({"(": ")", "{": "}"}.get(each, "") for each in reversed(opening) if each in "({")
    closing = "})" if opening.startswith("it") else "}" if "{" in opening else closing
    deep = 90  # just below what is refused as too deep
    text = guarded(f"{opening * deep}\n{opening * deep}1{closing * deep}\n{closing * deep}\n", 2)
    (guard,) = find_guards(text).blocks
    began = time.process_time()
    assert context_of(text, "a.ts", guard) is not None
    assert time.process_time() - began < 5
