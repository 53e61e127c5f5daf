"""Declarations that seem to be there still: renamed, moved, or declared anew as something else."""

from __future__ import annotations

import pytest

from runner.model.order import Policy
from tests.gate.helpers import Gate, change, check, said

LOST = "clobber.declaration-lost"

STORE = """\
import { log } from './log';

export class Shop {
  count = 0;

  total(): number {
    const sum = this.count + 1;
    log(sum);
    return sum;
  }

  add(n: number): void {
    this.count += n;
    log(n);
  }
}
"""
ADD = "    this.count += n;\n    log(n);\n"
HELPER = """\
import { log } from './log';

export function helper(a: number): number {
  const twice = a * 2;
  log(twice);
  return twice;
}

export class Till {
  open(): void {
    log(1);
  }
}
"""
OF_HELPER = "  const twice = a * 2;\n  log(twice);\n  return twice;\n"
WHOLE_HELPER = f"export function helper(a: number): number {{\n{OF_HELPER}}}\n"


def test_a_renamed_class_is_looked_into_whatever_it_is_exported_as() -> None:
    renamed = STORE.replace("export class Shop", "class Store") + "export { Store as Shop };\n"
    assert change(STORE, renamed) == "applied"
    assert change(STORE, renamed.replace(ADD, "")) == LOST
    assert change(STORE, STORE.replace("class Shop", "class Store").replace(ADD, "    // adds\n")) == LOST


def test_a_body_that_becomes_a_comment_of_its_length_is_empty() -> None:
    comment = "    /*" + "x" * (len(ADD) - 9) + "*/\n"
    assert len(comment) == len(ADD)
    assert change(STORE, STORE.replace(ADD, comment)) == LOST


def test_a_declaration_that_gets_another_name_stays_exported() -> None:
    assert change(HELPER, HELPER.replace("helper", "double")) == "applied"
    assert change(HELPER, HELPER.replace("export function helper", "function double")) == LOST


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("export { Shop };\n", "export type { Shop };\n", LOST),
        ("export { Shop, type Row };\n", "export { type Shop, type Row };\n", LOST),
        ("export default Shop;\n", "export type { Shop };\n", LOST),
        ("export { Shop };\n", "export type { Shop };\nexport { Shop as Store };\n", "applied"),
        ("export { Shop, Row };\n", "export { Shop };\nexport type { Row };\n", "applied"),
        ("export { Shop };\n", "export default Shop;\n", "applied"),
    ],
)
def test_a_class_that_is_exported_as_a_type_alone_is_no_class(before: str, after: str, verdict: str) -> None:
    rest = STORE.replace("export class", "class") + "interface Row { a: 1 }\n"
    assert change(rest + before, rest + after) == verdict


def _rename(old: str, new: str, text: str, path: str = "src/a.ts") -> Gate:
    """A gate whose language server renames every ``old`` of one file."""
    gate = Gate({path: text}, policy=Policy(1.0))
    edits = []
    for number, line in enumerate(text.split("\n")):
        at = line.find(old)
        if at >= 0:
            place = {"start": {"line": number, "character": at}, "end": {"line": number, "character": at + len(old)}}
            edits.append({"range": place, "newText": new})
    gate.session().rename = lambda *_: {"changes": {path: edits}}
    return gate


def test_a_rename_is_no_leave_to_empty_what_is_renamed() -> None:
    gate = _rename("Shop", "Store", STORE)
    rename = {"op": "rename", "symbol": "src/a.ts#Shop", "to": "Store"}
    emptied = {"op": "replace", "symbol": "src/a.ts#Shop.add", "content": "add(n: number): void {}"}
    assert said(gate.submit("symbol-ops", [rename, emptied], dry_run=True)) == LOST
    gone = {"op": "delete", "symbol": "src/a.ts#Shop.add"}
    assert said(gate.submit("symbol-ops", [rename, gone], dry_run=True)) == "simulated"
    assert said(gate.submit("symbol-ops", [rename])) == "applied"


def test_a_deletion_that_is_named_covers_no_namesake() -> None:
    before = "export interface Box { a: 1 }\nexport interface Case { a: 1 }\nexport function f() { g(); }\n"
    gate = Gate({"src/a.ts": before, "src/b.ts": before}, policy=Policy(1.0))
    delete = {"op": "delete", "symbol": "src/a.ts#Case"}
    emptied = {"op": "replace", "symbol": "src/b.ts#f", "content": "export function f() {}"}
    assert said(gate.submit("symbol-ops", [delete, emptied])) == LOST
    assert said(gate.submit("symbol-ops", [delete])) == "applied"


@pytest.mark.parametrize(
    "other",
    [
        # A method, a function in a function, an accessor, a property of that name.
        HELPER.replace(WHOLE_HELPER, "").replace(
            "  open()", f"  helper(a: number): number {{\n{OF_HELPER}}}\n\n  open()"
        ),
        HELPER.replace(WHOLE_HELPER, "").replace("    log(1);\n", f"    {WHOLE_HELPER[7:]}    log(helper(1));\n"),
        HELPER.replace(WHOLE_HELPER, "").replace("  open()", "  get helper() {\n    return log;\n  }\n\n  open()"),
        HELPER.replace(WHOLE_HELPER, "export const table = { helper: 1 };\n"),
        # A type, a signature, a constant of that name.
        HELPER.replace(WHOLE_HELPER, "export type helper = (a: number) => number;\n"),
        HELPER.replace(WHOLE_HELPER, "export declare function helper(a: number): number;\n"),
        HELPER.replace(WHOLE_HELPER, "export const helper = null!;\n"),
        HELPER.replace(WHOLE_HELPER, "export const helper = {};\n"),
        HELPER.replace(WHOLE_HELPER, "export const helper = (a: number) => 0;\n"),
        # A name that only types may use.
        HELPER.replace(WHOLE_HELPER, "export type { helper } from './other';\n"),
        HELPER.replace(WHOLE_HELPER, "import { type helper } from './other';\n"),
    ],
)
def test_a_function_is_not_there_because_its_name_is(other: str) -> None:
    assert change(HELPER, other) == LOST


@pytest.mark.parametrize(
    "other",
    [
        HELPER.replace(WHOLE_HELPER, "export const helper = (a: number) => log(a * 2);\n"),
        HELPER.replace(WHOLE_HELPER, "export const helper = memoized(log);\n"),
        HELPER.replace(WHOLE_HELPER, "export { helper } from './other';\n"),
        HELPER.replace(WHOLE_HELPER, "import { double as helper } from './other';\nexport { helper };\n"),
        HELPER.replace(WHOLE_HELPER, "") + WHOLE_HELPER,
        HELPER.replace(WHOLE_HELPER, WHOLE_HELPER[7:] + "export { helper };\n"),
    ],
)
def test_it_is_there_where_it_is_declared_another_way(other: str) -> None:
    assert change(HELPER, other) == "applied"


@pytest.mark.parametrize(
    ("elsewhere", "verdict"),
    [
        (WHOLE_HELPER, "applied"),
        (f"export const helper = (a: number): number => {{\n{OF_HELPER}}};\n", "applied"),
        (WHOLE_HELPER.replace("a * 2", "a + a"), "applied"),
        (WHOLE_HELPER.replace(OF_HELPER, "  return 0;\n"), LOST),
        (WHOLE_HELPER.replace(OF_HELPER, "  throw new Error('later');\n"), LOST),
        (WHOLE_HELPER.replace("export ", ""), LOST),
        (f"export class Other {{\n  {WHOLE_HELPER[16:]}}}\n", LOST),
        ("export const helper = undefined as never;\n", LOST),
    ],
)
def test_what_moved_to_another_file_is_whole_there(elsewhere: str, verdict: str) -> None:
    after = {"src/a.ts": HELPER.replace(WHOLE_HELPER, ""), "src/b.ts": elsewhere}
    assert LOST not in verdict or LOST in said(check({"src/a.ts": HELPER}, after)).split()
    assert verdict == LOST or said(check({"src/a.ts": HELPER}, after)) == verdict


def test_an_import_of_a_stub_in_the_same_submission_is_no_move() -> None:
    imported = "import { helper } from './b';\nexport { helper };\n"
    stub = WHOLE_HELPER.replace(OF_HELPER, "  return 0;\n")
    after = {"src/a.ts": HELPER.replace(WHOLE_HELPER, imported), "src/b.ts": stub}
    assert said(check({"src/a.ts": HELPER}, after)) == LOST
    assert said(check({"src/a.ts": HELPER}, {**after, "src/b.ts": WHOLE_HELPER})) == "applied"


def test_a_class_that_moved_is_looked_into() -> None:
    moved = {"src/a.ts": "export { Shop } from './b';\n", "src/b.ts": STORE}
    assert said(check({"src/a.ts": STORE}, moved)) == "applied"
    emptied = {**moved, "src/b.ts": STORE.replace(ADD, "")}
    assert said(check({"src/a.ts": STORE}, emptied)) == LOST
    without = {**moved, "src/b.ts": STORE.replace(f"\n  add(n: number): void {{\n{ADD}  }}\n", "")}
    verdict = check({"src/a.ts": STORE}, without)
    assert said(verdict) == LOST
    assert "src/a.ts#Shop.add" in verdict.violations[0].message


def test_a_method_may_move_to_a_base_class_with_what_it_does() -> None:
    base = "export class Base {\n  count = 0;\n" + STORE[STORE.index("\n  total") :]
    after = "import { log } from './log';\n\n" + base + "\nexport class Shop extends Base {}\n"
    assert change(STORE, after) == "applied"
    assert change(STORE, after.replace(ADD, "    void 0;\n")) == LOST


OVERLOADED = """\
export function pick(a: string): string;
export function pick(a: number): number;
export function pick(a: boolean, b: string[]): boolean;
export function pick(a: unknown): unknown {
  return g(a);
}
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("export function pick(a: number): number;\n", "", LOST),
        ("export function pick(a: boolean, b: string[]): boolean;\n", "", LOST),
        ("export function pick(a: number): number;\n", "export function pick(a: number | null): number;\n", "applied"),
        # Two become one that takes both.
        (
            "export function pick(a: string): string;\nexport function pick(a: number): number;\n",
            "export function pick(a: string | number): string | number;\n",
            "applied",
        ),
    ],
)
def test_an_overload_that_others_may_call_is_a_declaration(old: str, new: str, verdict: str) -> None:
    assert OVERLOADED.count(old) == 1
    assert change(OVERLOADED, OVERLOADED.replace(old, new)) == verdict


def test_an_overload_that_only_this_file_may_call_is_left_to_tsc() -> None:
    own = OVERLOADED.replace("export ", "") + "export const x = pick('a');\n"
    assert change(own, own.replace("function pick(a: number): number;\n", "")) == "applied"


def test_all_overloads_may_go_as_what_is_left_takes_their_place() -> None:
    assert change(OVERLOADED, OVERLOADED[OVERLOADED.index("export function pick(a: unknown)") :]) == "applied"


def test_a_constant_may_become_overloads_with_a_body() -> None:
    before = HELPER.replace(WHOLE_HELPER, f"export const helper = (a: number): number => {{\n{OF_HELPER}}};\n")
    signature = "export function helper(a: number): number;\n"
    assert change(before, HELPER.replace(WHOLE_HELPER, signature + WHOLE_HELPER)) == "applied"
    assert LOST in change(before, HELPER.replace(WHOLE_HELPER, signature * 2))


def test_two_interfaces_of_a_name_may_become_one() -> None:
    before = "export interface A { a: 1; b: 1 }\nexport interface A { c: 1; d: 1 }\n"
    assert change(before, "export interface A { a: 1; b: 1; c: 1; d: 1 }\n") == "applied"
    assert change(before, "export interface A { a: 1; b: 1 }\n") == LOST


def test_a_class_is_not_there_because_a_constant_or_its_type_is() -> None:
    rest = "import { log } from './log';\n\n"
    assert change(STORE, rest + "export const Shop = null as never;\n").split()[0] == LOST
    assert change(STORE, rest + "export interface Shop {\n  count: number;\n  total(): number;\n}\n") == LOST
    record = "export class Row {\n  a = 1;\n  b = 2;\n}\n"
    assert change(record, "export interface Row {\n  a: number;\n  b: number;\n}\n") == "applied"


def test_a_long_function_may_become_one_that_is_made_by_another() -> None:
    long = WHOLE_HELPER.replace(OF_HELPER, OF_HELPER + "  log(a, a, a, a, a, a, a, a, a, a, a, a, a, a);\n" * 2)
    before = HELPER.replace(WHOLE_HELPER, long)
    made = "export const helper = made((a: number) => log(a, a + 1, a + 2));\n"
    assert change(before, HELPER.replace(WHOLE_HELPER, made)) == "applied"


MODULE = (
    "export function pay(a: number): number {\n  const b = a * 2;\n  return b + fee(a);\n}\n\n"
    "export function fee(a: number): number {\n  return a / 100;\n}\n\n"
    "export function audit(a: number): void {\n  console.log(a, a + 1);\n}\n"
)
AUDIT = MODULE[MODULE.index("export function audit") :]


def test_a_file_that_goes_and_comes_under_another_name_keeps_its_declarations() -> None:
    before = {"src/a.ts": MODULE}
    less = MODULE.replace(AUDIT, "")
    assert said(check(before, {"src/a.ts": None, "src/b.ts": less})) == LOST
    assert said(check(before, {"src/a.ts": None, "src/b.ts": MODULE})) == "applied"
    assert said(check(before, {"src/a.ts": None, "src/b.ts": less, "src/audit.ts": AUDIT})) == "applied"
    assert said(check(before, {"src/a.ts": None})) == "applied"
    assert said(check(before, {"src/a.ts": None, "src/b.ts": "export const other = 1;\n"})) == "applied"


PATTERN = """\
import { upper, lower } from './letters';

const WORD = RegExp(
  [
    `${upper}?${lower}+(?=${upper}|$)`,
    `${upper}+${lower}(?=${lower}|$)`,
    `${upper}?${lower}+${upper}`,
    `${lower}+${upper}?`,
  ].join('|'),
  'gu'
);

export function words(text: string, pattern = WORD): string[] {
  return text.match(pattern) ?? [];
}
"""
LAZY = """\
import { upper, lower } from './letters';

let WORD: RegExp | undefined;

function pattern(): RegExp {
  if (WORD == null) {
    WORD = RegExp(
      [
        `${upper}?${lower}+(?=${upper}|$)`,
        `${upper}+${lower}(?=${lower}|$)`,
        `${upper}?${lower}+${upper}`,
        `${lower}+${upper}?`,
      ].join('|'),
      'gu',
    );
  }
  return WORD;
}

export function words(text: string, given?: RegExp): string[] {
  return text.match(given ?? pattern()) ?? [];
}
"""


def test_a_value_may_be_computed_later_where_all_of_it_is_assigned() -> None:
    assert change(PATTERN, LAZY) == "applied"
    assert change(PATTERN, LAZY.replace("if (WORD == null) {\n    WORD =", "{\n    WORD ??=")) == "applied"
    assert change(PATTERN, LAZY.replace("        `${lower}+${upper}?`,\n", "")) == LOST
    assert change(PATTERN, LAZY.replace("    WORD = RegExp", "    const WORD = RegExp")) == LOST
    assert change(PATTERN, LAZY.replace("let WORD: RegExp | undefined;", "const WORD = null;")) == LOST


TWICE = """\
import { freeze } from './freeze';

export const Node = freeze({
  create(name: string) {
    return freeze({ kind: 'Node', name });
  },
});

export function walk(node: unknown): void {
  console.log(node);
}

export const Node = freeze<Factory>({
  create: (name) => freeze({ kind: 'Node', name, of: 'another merge' }),
});

export function walk(node: unknown): void {
  console.log(node, 'again');
}
"""
SECOND_NODE = """
export const Node = freeze<Factory>({
  create: (name) => freeze({ kind: 'Node', name, of: 'another merge' }),
});
"""
WALK = "export function walk(node: unknown): void {\n  console.log(node);\n}\n"
SECOND_WALK = WALK.replace("(node)", "(node, 'again')")


def test_of_what_a_module_declares_twice_one_may_go() -> None:
    assert change(TWICE, TWICE.replace(SECOND_NODE, "")) == "applied"
    assert change(TWICE, TWICE.replace(SECOND_WALK, "")) == "applied"
    once = TWICE.replace(SECOND_NODE, "").replace(SECOND_WALK, "")
    assert change(TWICE, once) == "applied"
    assert change(once, once.replace(WALK, "")) == LOST
    # A signature is no second one of the code, and a variable of JavaScript's old kind may be declared often.
    signed = once.replace("export function walk", "export function walk(node: 1): void;\nexport function walk")
    assert LOST in change(signed, signed.replace(WALK, ""))
    old = "export {};\nvar a = f();\nvar a = g();\n"
    assert change(old, old.replace("var a = g();\n", "")) == LOST
