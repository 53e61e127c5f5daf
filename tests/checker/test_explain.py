"""What is told about new errors: where they stand, and what the edit has to do with them."""

from __future__ import annotations

import time

import pytest

from runner.checker.explain import explained
from runner.model.diagnostics import Diagnostic
from runner.snapshots.memory import MemoryTree
from tests.checker.candidates import candidate, error

SHOP = """\
import { total } from "./cart.js";

export class Shop {
  total(): number {
    return total([1]);
  }
}
"""
CART = "export function total(prices: number[]): number {\n  return prices[0];\n}\n"
FILES = {
    "src/cart.ts": CART,
    "src/index.ts": 'export * from "./cart";\n',
    "src/shop.ts": SHOP,
    "src/view/page.tsx": 'import { total } from "..";\nconst text = <p>{total([])}</p>;\n',
    "src/lazy.ts": 'const cart = import("./cart");\n',
    "src/alone.ts": "declare const total: string;\nconst a: number = total;\n",
}


def told(after: dict[str, str | None], *errors: Diagnostic, files: dict[str, str] = FILES) -> list[Diagnostic]:
    return list(explained(errors, candidate(files, after), MemoryTree.of(**files)))


def test_an_error_says_its_symbol_and_its_line() -> None:
    (found,) = told({"src/shop.ts": SHOP.replace("[1]", '"1"')}, error("src/shop.ts", 4, 17))
    assert (found.symbol, found.text) == ("src/shop.ts#Shop.total", 'return total("1");')
    assert (found.way, found.cause) == ((), "")


def test_outside_of_all_declarations_there_is_only_the_line() -> None:
    (found,) = told({"src/shop.ts": SHOP.replace("cart", "kart")}, error("src/shop.ts", 0, 22))
    assert (found.symbol, found.text) == ("", 'import { total } from "./kart.js";')


CHANGED = CART.replace("number[]", "string[]")


@pytest.mark.parametrize(
    ("file", "way"),
    [
        ("src/shop.ts", ("src/cart.ts", "src/shop.ts")),
        ("src/lazy.ts", ("src/cart.ts", "src/lazy.ts")),
        ("src/view/page.tsx", ("src/cart.ts", "src/index.ts", "src/view/page.tsx")),
        ("src/alone.ts", ()),
    ],
)
def test_an_error_elsewhere_says_the_way_from_the_edit(file: str, way: tuple[str, ...]) -> None:
    (found,) = told({"src/cart.ts": CHANGED}, error(file, 1, 0))
    assert found.way == way


@pytest.mark.parametrize(
    ("after", "file", "line", "message", "cause"),
    [
        pytest.param(
            CART.replace("total", "sum"),
            "src/shop.ts",
            0,
            "Module '\"./cart.js\"' has no exported member 'total'.",
            "the edit removed `total` from src/cart.ts, and added `sum`",
            id="renamed",
        ),
        pytest.param(
            "",
            "src/shop.ts",
            0,
            "File 'src/cart.ts' is not a module.",
            "the edit removed `total` from src/cart.ts",
            id="removed, told by the line",
        ),
        pytest.param(
            CART.removeprefix("export "),
            "src/shop.ts",
            0,
            "Module '\"./cart.js\"' declares 'total' locally, but it is not exported.",
            "src/cart.ts no longer exports `total`",
            id="no longer exported",
        ),
        pytest.param(
            CHANGED,
            "src/shop.ts",
            4,
            "Type 'number' is not assignable to type 'string'.",
            "the edit changed `total` in src/cart.ts",
            id="another signature",
        ),
        pytest.param(
            None,
            "src/shop.ts",
            0,
            "Cannot find module './cart.js' or its corresponding type declarations.",
            "the edit removed src/cart.ts",
            id="the file is gone",
        ),
        pytest.param(CHANGED, "src/index.ts", 0, "Something else.", "", id="nothing that can be told"),
    ],
)
def test_an_error_elsewhere_says_what_the_edit_did(
    after: str | None, file: str, line: int, message: str, cause: str
) -> None:
    (found,) = told({"src/cart.ts": after}, error(file, line, 0, message=message))
    assert found.cause == cause


def test_an_error_in_the_edited_file_says_which_name_is_gone() -> None:
    files = {"a.ts": "function total() {}\ntotal();\n"}
    (found,) = told({"a.ts": "total();\n"}, error("a.ts", 0, 0, message="Cannot find name 'total'."), files=files)
    assert found.cause == "the edit removed `total` from a.ts"


def test_errors_of_edited_files_come_first() -> None:
    found = told({"src/cart.ts": CHANGED}, error("src/shop.ts", 4), error("src/cart.ts", 1))
    assert [each.file for each in found] == ["src/cart.ts", "src/shop.ts"]


def test_what_a_line_says_is_bounded_and_cannot_move_a_cursor() -> None:
    line = "const a = '\x1b[2J\u202e" + "x" * 500 + "';"
    (found,) = told({"src/new.ts": line}, error("src/new.ts", 0, 6))
    assert "\x1b" not in found.text and "\u202e" not in found.text
    assert len(found.text) < 200


def test_errors_without_a_file_or_a_line_are_left_alone() -> None:
    odd = [Diagnostic("p", "", 0, 0, "TS5023", "m"), error("src/cart.ts", 900, 5), error("node_modules/x/a.d.ts", 1)]
    assert [(each.symbol, each.text, each.way) for each in told({"src/cart.ts": CHANGED}, *odd)] == [("", "", ())] * 3


def test_a_large_repository_costs_little() -> None:
    """A chain of 5,000 files: only as many are read as the limit allows."""
    files = {f"src/f{at}.ts": f'import {{ a }} from "./f{at + 1}";\nexport const b{at} = a;\n' for at in range(5000)}
    start = time.process_time()
    found = told(
        {"src/f4999.ts": "export const b4999 = 1;\n"},
        *(error(f"src/f{at}.ts", 1) for at in range(0, 5000, 100)),
        error("src/f4900.ts", 1),
        files=files,
    )
    assert time.process_time() - start < 5
    assert found[0].way == ()
