"""Symbol context: what is found, in which order it is written, and what is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_bridge import declarations
from lsp_bridge.findings import FileFindings, Findings, OutlineEntry, Problem, SymbolFindings, Use, Used
from lsp_bridge.questions import outline
from lsp_bridge.render import render
from lsp_bridge.symbols import Symbol, as_json, find, overlapping, parse_span, walk
from lsp_bridge.typescript import TypeScriptServer
from tests.lsp_bridge.local import SOLUTION, serve, write

ODD = """\
import def, { tax as levy } from './nowhere';
import * as all from './tax';
import type { Line } from './shop';

@decorate('x')
export class Box {
  get size() { return 1; }
  set size(value) {}
  'a-b' = 1;
}
/**
 * Twice.
 */
// and a remark
export const twice = (n: number): number => n * 2;
export function over(a: string): void;
export function over(a: number): void;
export function over(a: unknown) {
  function inner() { return a; }
  return inner;
}
let later;
export const { picked } = { picked: 1 };
function decorate(name: string): any { const line: Line | null = null; return [name, line, twice(2), levy, def, all]; }
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TypeScriptServer]:
    root: Path = write(
        tmp_path_factory.mktemp("work"),
        {**SOLUTION, "src/odd.ts": ODD, "src/types.ts": "export type Pair = [number, number];\n"},
    )
    opened = serve(root, "src/shop.ts", "tests/shop.test.ts")
    yield opened
    opened.close()


def addresses(server: TypeScriptServer, path: str) -> list[str]:
    return [symbol.address.removeprefix(f"{path}#") for symbol in walk(outline(server.request, path))]


def test_an_outline_lists_what_a_file_declares_and_not_what_it_imports(server: TypeScriptServer) -> None:
    found = addresses(server, "src/odd.ts")
    assert found[:5] == ["Box", "Box.size@1", "Box.size@2", "Box.a-b", "twice"]
    assert {"later", "picked", "over@3", "over.inner"} <= set(found)
    assert not {"def", "levy", "all", "Line"} & set(found)


def test_an_address_leads_to_all_its_declarations(server: TypeScriptServer) -> None:
    symbols = outline(server.request, "src/odd.ts")
    assert [symbol.line for symbol in find(symbols, "src/odd.ts#over")] == [15, 16, 17]
    assert [symbol.line for symbol in find(symbols, "src/odd.ts#over@2")] == [16]
    assert len(find(symbols, "src/odd.ts#Box.size")) == 2
    assert len(find(symbols, "src/odd.ts#Box.'a-b'")) == 1
    assert find(symbols, "src/odd.ts#levy") == ()


def test_the_outline_as_json_is_a_tree_with_addresses(server: TypeScriptServer) -> None:
    [box] = [node for node in as_json(outline(server.request, "src/odd.ts")) if node["name"] == "Box"]
    assert box["address"] == "src/odd.ts#Box"
    assert box["kind"] == "class"
    assert box["selectionRange"] == {"start": {"line": 5, "character": 13}, "end": {"line": 5, "character": 16}}


def test_a_declaration_is_shown_whole(server: TypeScriptServer) -> None:
    lines = ODD.split("\n")
    symbols = outline(server.request, "src/odd.ts")
    [twice], [box] = find(symbols, "src/odd.ts#twice"), find(symbols, "src/odd.ts#Box")
    first, last = declarations.whole(twice, lines)
    assert lines[first : last + 1] == ODD.split("\n")[10:15]
    assert declarations.whole(box, lines) == (4, 9)


def test_the_context_of_a_method_says_everything_about_it(server: TypeScriptServer) -> None:
    text = server.context(["src/shop.ts#Shop.total"], [], 4000)
    assert "## `src/shop.ts#Shop.total` (method, src/shop.ts lines 21-24)" in text
    assert "(method) Shop.total(rate: number): number" in text
    assert "    return net + tax(net, rate);" in text
    assert "- `tax` (src/tax.ts:2) — The tax on an amount." in text
    assert "function tax(net: number, rate: number): number" in text
    assert "- tests/shop.test.ts:4: `if (shop.total(0.1)" in text
    assert "- src/shop.ts:28:7 error TS2322: Type 'number' is not assignable to type 'string'." in text
    assert "- `half` variable, line 27: `const half: (n: number) => number`" in text
    assert "Left out" not in text


def test_a_type_that_is_used_is_shown_with_its_source(server: TypeScriptServer) -> None:
    text = server.context(["src/shop.ts#Shop.add"], [], 4000)
    assert "- `Line` (src/shop.ts:4) — One line of an order." in text
    assert "  export interface Line {\n    price: number;" in text


def test_the_caller_is_named_with_the_declaration_around_it(server: TypeScriptServer) -> None:
    assert "- src/shop.ts:23 in `Shop.total`: `return net + tax(net, rate);`" in server.context(
        ["src/tax.ts#tax"], [], 4000
    )


def test_lines_stand_for_the_declarations_that_they_touch(server: TypeScriptServer) -> None:
    text = server.context(["src/shop.ts:22-22"], [], 4000)
    assert "## `src/shop.ts#Shop.total`" in text
    assert "## `src/shop.ts#Shop` " not in text


def test_what_is_not_there_is_said(server: TypeScriptServer) -> None:
    text = server.context(["src/shop.ts#Shop.sum", "src/shop.ts#Store.total", "src/no.ts#a"], ["src/no2.ts"], 4000)
    assert "no symbol `src/shop.ts#Shop.sum`" in text
    assert "no symbol `src/shop.ts#Store.total`. Did you mean `src/shop.ts#Shop.total`" in text
    assert "There is no file `src/no.ts`." in text
    assert "There is no file `src/no2.ts`." in text


def test_a_small_budget_keeps_the_type_and_the_errors_and_names_the_rest(server: TypeScriptServer) -> None:
    text = server.context(["src/shop.ts#Shop.total"], [], 200)
    assert len(text) <= 200 * 4
    assert "(method) Shop.total(rate: number): number" in text
    assert "error TS2322" in text
    assert "_Left out to stay within 200 tokens:" in text


def test_a_long_outline_leaves_the_members_out() -> None:
    entries = [OutlineEntry(depth, "class", f"a.ts#C{n}{'.m' * depth}", 1, 2) for n in range(100) for depth in (0, 1)]
    text = render(Findings((), (FileFindings("a.ts", 9, tuple(entries), ()),)), 9000)
    assert text.count("\n- `C") == 100
    assert ".m`" not in text
    assert "members are left out" in text


def test_a_type_alias_is_called_a_type(server: TypeScriptServer) -> None:
    assert "## `src/types.ts#Pair` (type, src/types.ts line 1)" in server.context(["src/types.ts#Pair"], [], 2000)


@pytest.mark.parametrize(
    ("address", "span"),
    [
        ("src/a.ts:80-140", ("src/a.ts", 79, 139)),
        ("src/a.ts:7", ("src/a.ts", 6, 6)),
        ("src/a.ts#b", None),
        ("src/a.ts", None),
    ],
)
def test_lines_are_written_from_one(address: str, span: object) -> None:
    assert parse_span(address) == span


def symbol(name: str, line: int, end: int, *children: Symbol, kind: str = "class") -> Symbol:
    return Symbol("a.ts", name, kind, f"a.ts#{name}", line, 0, end, 1, line, 0, children)


def test_lines_that_cover_a_class_mean_the_class() -> None:
    method = symbol("m", 2, 4, kind="method")
    box = symbol("Box", 0, 9, method)
    assert overlapping([box], 0, 9) == (box,)
    assert overlapping([box], 3, 3) == (method,)
    assert overlapping([box], 8, 8) == (box,)
    assert overlapping([box], 20, 21) == ()


def test_names_are_code_and_neither_strings_nor_comments() -> None:
    lines = ["const a = b('c', \"d\"); // e", "/* f", "g */ return `${h}` + a;"]
    assert [name for name, _, _ in declarations.names(lines, 0, 2)] == ["a", "b", "h"]
    assert list(declarations.names(lines, 2, 2))[-1] == ("a", 2, 21)


WORDS = st.text(alphabet="ab `\n", max_size=300)


@given(
    st.lists(WORDS, min_size=1, max_size=30),
    st.lists(st.builds(Used, WORDS, WORDS, WORDS, WORDS, WORDS), max_size=10),
    st.lists(st.builds(Use, WORDS, st.integers(1, 9), WORDS), max_size=10),
    st.lists(st.builds(Problem, WORDS, st.just(1), st.just(1), st.just("error"), WORDS, WORDS), max_size=5),
    st.integers(200, 3000),
)
def test_the_budget_holds_whatever_is_found(
    source: list[str], uses: list[Used], used_by: list[Use], problems: list[Problem], budget: int
) -> None:
    found = SymbolFindings("a.ts#b", "function", "a.ts", 1, tuple(source), "type", "doc", tuple(uses), tuple(used_by))
    file = FileFindings("a.ts", 9, (OutlineEntry(0, "function", "a.ts#b", 1, 9),), tuple(problems))
    assert len(render(Findings((found,), (file,)), budget)) <= budget * 4 + 200
