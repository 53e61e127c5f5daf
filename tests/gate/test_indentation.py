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
    ],
)
def test_honest_layouts_are_left_alone(old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert verdict(BEFORE, BEFORE.replace(old, new)) == "applied"


def test_where_the_lines_around_do_not_agree_nothing_is_said() -> None:
    before = "f(() => {\n  a();\n      b();\n   c();\n});\n"
    assert verdict(before, before.replace("  a();\n", "  a();\n        d();\n")) == "applied"


def test_a_role_that_may_reformat_is_not_judged() -> None:
    after = BEFORE.replace("  private total = 0;\n", "private total = 1;\n")
    assert verdict(BEFORE, after) == MISPLACED
    assert verdict(BEFORE, after, contract=["allow:clobber.reformatting-noise"]) == "applied"
    assert verdict(BEFORE, after, contract=["allow:clobber.misindented"]) == "applied"
