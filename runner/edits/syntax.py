"""Syntax trees of TypeScript and JavaScript by tree-sitter, with offsets in code points.

tree-sitter recovers from every error and its grammar lacks some new syntax, so a tree is never proof that a text is
right: it tells where declarations and tokens stand. tsc judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

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
def _parser(grammar: str) -> Parser:
    pointer = (
        tree_sitter_typescript.language_tsx() if grammar == "tsx" else tree_sitter_typescript.language_typescript()
    )
    return Parser(Language(pointer))


class Syntax:
    """The tree of one text. ``at`` maps tree-sitter's byte offsets to code points."""

    def __init__(self, text: str, path: str) -> None:
        grammar = _GRAMMARS.get(path.rpartition(".")[2])
        if grammar is None:
            message = f"{path} is not a TypeScript or JavaScript file."
            raise Refused(violation("edit.unsupported", message, file=path))
        self.text = text
        self.tree: Tree = _parser(grammar).parse(text.encode("utf-8", "surrogatepass"))
        self._units = Units(text, "utf-8")

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


def errors(syntax: Syntax) -> Iterator[Node]:
    """ERROR and MISSING nodes, outermost first, in the order of the text. Subtrees without errors are not walked."""
    pending = [syntax.root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            pending += reversed(node.children)
