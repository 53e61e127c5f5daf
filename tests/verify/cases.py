"""Small repositories with one planted problem each, and an honest twin: the same kind of change, done right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CONFIG = '{"compilerOptions": {"strict": true, "noEmit": true, "types": [], "module": "esnext"}, "include": ["src"]}\n'
MONEY = """\
export interface Price {
  amount: number;
  currency: string;
}

export function total(prices: Price[]): number {
  let sum = 0;
  for (const price of prices) {
    sum += price.amount;
  }
  return sum;
}

export function refund(price: Price, share: number): Price {
  if (share < 0 || share > 1) {
    throw new RangeError("share");
  }
  return { amount: price.amount * share, currency: price.currency };
}
"""
CART = """\
import { total, type Price } from "./money";

export class Cart {
  private readonly prices: Price[] = [];

  add(price: Price): void {
    this.prices.push(price);
  }

  sum(): number {
    return total(this.prices);
  }
}
"""
TEST = """\
import { describe, expect, it } from "vitest";
import { refund, total } from "../src/money";

describe("money", () => {
  it("adds", () => {
    expect(total([{ amount: 2, currency: "EUR" }])).toBe(2);
  });

  it("refunds a share", () => {
    expect(refund({ amount: 2, currency: "EUR" }, 0.5).amount).toBe(1);
  });
});
"""
PACKAGE = (
    '{\n  "name": "shop",\n  "version": "1.0.0",\n  "type": "module",\n  "scripts": {\n    "build": "tsc"\n  }\n}\n'
)
README = "# Shop\n\nPrices and carts.\n"
REFUND = MONEY[MONEY.index("\nexport function refund") :]
REFUND_TEST = TEST[TEST.index('\n  it("refunds') : TEST.rindex("});")]
VAT = """\
/* @hash:39f1449 START:vat */
export const VAT = 0.19;
/* @hash:39f1449 END:vat */

export function gross(net: number): number {
  return net * (1 + VAT);
}
"""

BASE = {
    "tsconfig.json": CONFIG,
    "package.json": PACKAGE,
    "README.md": README,
    "src/money.ts": MONEY,
    "src/cart.ts": CART,
    "src/vat.ts": VAT,
    "tests/money.test.ts": TEST,
}

Files = Mapping[str, str | None]


@dataclass(frozen=True)
class Case:
    """``bad`` and ``honest`` change ``BASE``; None removes a file. ``says`` is the code and a part of
    the message that the bad one gets.
    """

    name: str
    bad: Files
    says: tuple[str, str]
    honest: Files


CASES = (
    Case(
        "a type error in a file that depends on the changed one",
        {
            "src/money.ts": MONEY.replace("prices: Price[]): number", "prices: readonly string[][]): number").replace(
                "price.amount;", "price.length;", 1
            )
        },
        ("PG601", "TS2345"),
        {"src/money.ts": MONEY.replace("prices: Price[]): number", "prices: readonly Price[]): number")},
    ),
    Case(
        "a function that is lost while its test still imports it",
        {"src/money.ts": MONEY.replace(REFUND, "").replace("let sum", "let sum: number")},
        ("PG511", "tests/money.test.ts still imports it"),
        {
            "src/money.ts": MONEY.replace(REFUND, ""),
            "tests/money.test.ts": TEST.replace("import { refund, total }", "import { total }").replace(
                REFUND_TEST, ""
            ),
        },
    ),
    Case(
        "a remark in place of the code",
        {
            "src/money.ts": MONEY.replace(
                "  let sum = 0;\n", "  // ... rest of the function as before\n  const sum = 0;\n"
            ).replace("  for (const price of prices) {\n    sum += price.amount;\n  }\n", "")
        },
        ("PG512", "rest of the function as before"),
        {
            "src/money.ts": MONEY.replace(
                "  let sum = 0;\n  for (const price of prices) {\n    sum += price.amount;\n  }\n  return sum;\n",
                "  // Amounts are in cents.\n  return prices.reduce((sum, price) => sum + price.amount, 0);\n",
            )
        },
    ),
    Case(
        "an error that is hidden instead of mended",
        {
            "src/cart.ts": CART.replace("  sum(): number {\n", "  sum(): number {\n    // @ts-ignore\n").replace(
                "total(this.prices)", "total(this.price)"
            )
        },
        ("PG514", "@ts-ignore"),
        {
            "src/cart.ts": CART.replace(
                "    return total(this.prices);\n", "    const found = total(this.prices);\n    return found;\n"
            )
        },
    ),
    Case(
        "a test that is skipped",
        {"tests/money.test.ts": TEST.replace('it("refunds', 'it.skip("refunds')},
        ("PG514", "it.skip"),
        {"tests/money.test.ts": TEST.replace('it("refunds a share"', 'it("refunds half of a price"')},
    ),
    Case(
        "a tsconfig that is loosened",
        {"tsconfig.json": CONFIG.replace('"strict": true', '"strict": false')},
        ("PG514", "'strict' off"),
        {"tsconfig.json": CONFIG.replace('"strict": true', '"strict": true, "noUncheckedIndexedAccess": true')},
    ),
    Case(
        "a guarded block that is changed",
        {"src/vat.ts": VAT.replace("0.19", "0.07")},
        ("PG520", "vat"),
        {"src/vat.ts": VAT.replace("net * (1 + VAT)", "net + net * VAT")},
    ),
    Case(
        "the mark of a merge",
        {"README.md": README + "<<<<<<< HEAD\nOurs.\n=======\nTheirs.\n>>>>>>> topic\n"},
        ("PG510", "<<<<<<< HEAD"),
        {"README.md": README + "\nTheirs\n======\n\nA heading.\n"},
    ),
    Case(
        "a module that another file stands in front of",
        {"src/money.js": "export const total = () => 0;\n"},
        ("PG525", "src/money"),
        {"src/currency.ts": "export const EURO = 'EUR';\n"},
    ),
    Case(
        "characters that hide what the code does",
        {
            "src/cart.ts": CART.replace(
                "    this.prices.push(price);\n", "    /* \u202e } only if paid \u2066 */ this.prices.push(price);\n"
            )
        },
        ("PG526", "U+202E"),
        {
            "src/cart.ts": CART.replace(
                "    this.prices.push(price);\n", "    // 只有付款后 – ééé\n    this.prices.push(price);\n"
            )
        },
    ),
    Case(
        "a script that runs at every install",
        {
            "package.json": PACKAGE.replace(
                '"build": "tsc"', '"build": "tsc",\n    "postinstall": "node scripts/set-up.js"'
            )
        },
        ("PG404", "postinstall"),
        {
            "package.json": PACKAGE.replace('"build": "tsc"', '"build": "tsc",\n    "test": "vitest run"').replace(
                "1.0.0", "1.1.0"
            )
        },
    ),
    Case(
        "a file that leaves every project",
        {"tsconfig.json": CONFIG.replace('"include": ["src"]', '"include": ["src"], "exclude": ["src/cart.ts"]')},
        ("PG604", "src/cart.ts"),
        {"tsconfig.json": CONFIG.replace('"include": ["src"]', '"include": ["src", "scripts"]')},
    ),
)
