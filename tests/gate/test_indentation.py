"""New lines stand where their neighbours stand; honest code of every shape is left alone."""

from __future__ import annotations

import pytest

from runner.model.order import Policy
from tests.gate.helpers import Gate, said

MISPLACED = "clobber.misindented"
BEFORE = """\
import {
  a,
  b,
} from "x";

/**
 * What it is.
 */
export class Shop {
  private total = 0;

  add(price: number): void {
    if (price > 0) {
      this.total += price;
    }
  }
}

export const make = (on: boolean) =>
  on
    ? run(() => {
        start();
      })
    : undefined;
"""


def verdict(before: str, after: str, **options: object) -> str:
    contract = options.get("contract", ())
    assert isinstance(contract, list | tuple)
    gate = Gate({"src/a.ts": before}, contract=contract, policy=Policy(1.0))
    return said(gate.submit("whole-file", [{"file": "src/a.ts", "content": after}]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  b,\n", "  b,\nc,\n"),
        ("  b,\n", "  b,\n    c,\n"),
        (" * What it is.\n", " * What it is.\n * And more.\n"[:-1].replace("\n * And", "\n* And") + "\n"),
        ("  private total = 0;\n", "  private total = 0;\nprivate count = 0;\n"),
        ("  private total = 0;\n", "  private total = 0;\n\tprivate count = 0;\n"),
        ("      this.total += price;\n", "      this.total += price;\n    this.count += 1;\n"),
        ("      this.total += price;\n", "        this.total += 2 * price;\n"),
        ("    }\n  }\n}\n", "    }\n    more();\n    }\n}\n"),
        ("  add(price", "  clear(): void {\n      this.total = 0;\n  }\n\n  add(price"),
        ("  add(price", "    clear(): void {\n      this.total = 0;\n    }\n\n  add(price"),
        ("        start();\n", "        start();\n      stop();\n"),
        ("export const make", "  export const zero = 0;\n\nexport const make"),
        ("  b,\n} from", "  b,\n  /** Both. */\n    c,\n} from"),
        ("export const make", "export const add = (a: number) =>\na + 1;\n\nexport const make"),
        ("export const make", "export const pattern: RegExp =\n/^a+$/;\n\nexport const make"),
        ("export const make", "export type One<T> = T extends A ? B\n: C;\n\nexport const make"),
        ("export const make", "export const made = shop\n.add(1);\n\nexport const make"),
        ("      this.total += price;\n", "// Only what is paid.\n      this.total += price;\n"),
        ("export const make", "  // Makes one.\nexport const make"),
    ],
)
def test_a_line_at_another_depth_than_its_neighbours_is_refused(old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert verdict(BEFORE, BEFORE.replace(old, new)) == MISPLACED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  b,\n", "  b,\n  c,\n"),
        (" * What it is.\n", " * What it is.\n *   - indented within\n"),
        ("  add(price", "  clear(): void {\n    this.total = 0;\n  }\n\n  add(price"),
        ("      this.total += price;\n", "      this.total += `\nflush ${\nprice}\n`.length;\n"),
        ("      this.total += price;\n", "//      this.total += price;\n      this.total += 1;\n"),
        ("      this.total += price;\n", "      this.total +=\n          price;\n"),
        ("        start();\n", "        start();\n        stop({\n          now: true,\n        });\n"),
        ("    : undefined;\n", "    : run(() => {\n        stop();\n      });\n"),
        ("export const make", "export interface Very\n  extends Long {\n  member: string;\n}\n\nexport const make"),
        ("export const make", "type T =\n  | {\n      a: 1;\n    }\n  | B;\n\nexport const make"),
        ("export class Shop {", "export class Shop\n  extends Base\n{"),
        (
            "export const make",
            "const add =\n  (a: number) =>\n  (b: number) => {\n    add(a);\n  };\n\nexport const make",
        ),
        ("export const make", "const f = (\n  a: number,\n): A =>\n{\n  add(a);\n}\n\nexport const make"),
        ("    }\n  }\n}\n", "      // That is all.\n    }\n  }\n}\n"),
        ("      this.total += price;\n", "      //this.total += price;\n      this.total += 2;\n"),
    ],
)
def test_honest_layouts_are_left_alone(old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert verdict(BEFORE, BEFORE.replace(old, new)) == "applied"


def test_where_the_lines_around_do_not_agree_nothing_is_said() -> None:
    before = "f(() => {\n  a();\n      b();\n   c();\n});\n"
    assert verdict(before, before.replace("  a();\n", "  a();\n        d();\n")) == "applied"


@pytest.mark.parametrize(
    ("before", "old", "new"),
    [
        ("const a =\n1;\n\nconst b =\n  2;\n", "const b", "const c =\n3;\n\nconst b"),
        ("// eins\nf(() => {\n// zwei\n  a();\n});\n", "  a();\n", "// drei\n  a();\n"),
    ],
)
def test_what_the_base_does_itself_is_its_way(before: str, old: str, new: str) -> None:
    assert before.count(old) == 1
    assert verdict(before, before.replace(old, new)) == "applied"


def test_a_comment_that_was_inside_a_list_says_nothing_of_the_statements_around_it() -> None:
    before = 'export type {\n  /** One. */\n  A as B,\n} from "x";\n\nexport const c = 1;\nexport const d = 2;\n'
    after = "  /** One. */\n  export type B = A;\n\nexport const c = 1;\nexport const d = 2;\n"
    assert MISPLACED in verdict(before, after).split()


def test_a_role_that_may_reformat_is_not_judged() -> None:
    after = BEFORE.replace("  private total = 0;\n", "private total = 1;\n")
    assert verdict(BEFORE, after) == MISPLACED
    assert verdict(BEFORE, after, contract=["allow:clobber.reformatting-noise"]) == "applied"
    assert verdict(BEFORE, after, contract=["allow:clobber.misindented"]) == "applied"


def test_a_comment_behind_the_last_statement_that_ends_deeper_is_where_it_should_be() -> None:
    before = "const a: A =\n  freeze<A>({\n    b() {\n      return 1\n    },\n  })\n"
    assert verdict(before, f"{before}// The end.\n") == "applied"
