"""Syntax trees of TypeScript and JavaScript by tree-sitter, with offsets in code points.

tree-sitter recovers from every error and its grammar lacks some new syntax, so a tree is never proof that a text is
right: it tells where declarations and tokens stand. tsc judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from runner.edits.positions import Units
from runner.model.verdict import Refused
from runner.model.violations import violation

_GRAMMARS = {
    **dict.fromkeys(("ts", "mts", "cts"), "typescript"),
    **dict.fromkeys(("tsx", "js", "jsx", "mjs", "cjs"), "tsx"),
}


def is_source(path: str) -> bool:
    """Whether ``path`` is a TypeScript or JavaScript file, which this room can parse."""
    return path.rpartition(".")[2] in _GRAMMARS


@lru_cache(maxsize=2)
def _language(grammar: str) -> Language:
    pointer = (
        tree_sitter_typescript.language_tsx() if grammar == "tsx" else tree_sitter_typescript.language_typescript()
    )
    return Language(pointer)


@lru_cache(maxsize=32)
def _parsed(grammar: str, text: str) -> Tree:
    """Kept, because the gate's checks all ask for the same few texts. A tree is never changed."""
    return Parser(_language(grammar)).parse(text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=32)
def _units(text: str) -> Units:
    return Units(text, "utf-8")


@lru_cache(maxsize=32)
def _query(grammar: str, pattern: str) -> Query:
    return Query(_language(grammar), pattern)


class Syntax:
    """The tree of one text. ``at`` maps tree-sitter's byte offsets to code points."""

    def __init__(self, text: str, path: str) -> None:
        grammar = _GRAMMARS.get(path.rpartition(".")[2])
        if grammar is None:
            message = f"{path} is not a TypeScript or JavaScript file."
            raise Refused(violation("edit.unsupported", message, file=path))
        self.text = text
        self.grammar = grammar
        self.tree: Tree = _parsed(grammar, text)
        self._units = _units(text)

    @property
    def root(self) -> Node:
        return self.tree.root_node

    def at(self, byte: int) -> int:
        found = self._units.offset(byte)
        # A byte inside a character cannot come from tree-sitter; the character's start is the only sane answer.
        return found if found is not None else self._units.offset(byte - 1) or 0

    def start(self, node: Node) -> int:
        return self.at(node.start_byte)

    def end(self, node: Node) -> int:
        return self.at(node.end_byte)

    def source(self, node: Node) -> str:
        return self.text[self.start(node) : self.end(node)]


def captures(syntax: Syntax, pattern: str) -> dict[str, list[Node]]:
    """The nodes that a tree-sitter query captures, by capture name, each list in the order of the text.

    Far faster than walking the tree from Python.
    """
    return QueryCursor(_query(syntax.grammar, pattern)).captures(syntax.root)


def errors(syntax: Syntax) -> Iterator[Node]:
    """ERROR and MISSING nodes, outermost first, in the order of the text. Subtrees without errors are not walked."""
    pending = [syntax.root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            pending += reversed(node.children)
