"""An edited text is parsed from the tree that it had before; what comes of it is what parsing from the beginning gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node, Parser

from runner.syntax import trees as syntax
from runner.syntax.trees import Syntax

LINES = [
    "export const a = 1;",
    "export function f(x: number): number {",
    "  return x < 2 ? `é${x}` : g<number>(x);",
    "}",
    "/** A class. 🦄 */",
    "class Shop<T> extends Base {",
    "  private total = 0;",
    "  add(price: T): void {",
    "    this.total += Number(price);",
    "  }",
    "}",
    "type T = { a: 1 } | B;",
] * 8
TEXT = "\n".join(LINES) + "\n"
PIECES = ["", "1", "// note\n", "let b = 2;\n", "}", "{", "ü", "`", "<", "if (a) { b(); }\n", "/*", "*/", "?."]


def shape(node: Node) -> tuple[object, ...]:
    kind = (node.type, node.start_byte, node.end_byte, node.start_point, node.end_point, node.is_missing, node.is_error)
    return (*kind, *(shape(child) for child in node.children))


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=6)
)
def test_a_series_of_small_edits_gives_the_trees_of_fresh_parses(edits: list[tuple[int, int, str]]) -> None:
    text = TEXT
    Syntax(text, "a.ts")
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
        fresh = Parser(syntax._language("typescript")).parse(text.encode())
        assert shape(Syntax(text, "a.ts").root) == shape(fresh.root_node)


def test_a_small_edit_is_not_parsed_from_the_beginning() -> None:
    base = TEXT.replace("Shop", "Shops")
    tree = Syntax(base, "a.ts").tree
    edited = base.replace("export const a = 1;", "export const a = 3;", 1).encode()
    again = syntax._parsed_from(Parser(syntax._language("typescript")), base.encode(), tree, edited)
    assert again is not None
    assert tree.changed_ranges(again) == []
    assert syntax._parsed_from(Parser(syntax._language("typescript")), base.encode(), tree, b"let x;\n") is None
