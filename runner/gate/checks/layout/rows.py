"""The lines of an edited file and their indentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from runner.syntax.trees import Syntax
from runner.text.blocks import indent_of

# Inside these, white space is content or follows other rules.
OPAQUE = ("template_string", "jsx_element", "jsx_self_closing_element", "jsx_fragment", "template_literal_type")

# Nobody nests code this deep. Anything deeper is not judged.
DEEPEST = 100


@dataclass(frozen=True)
class Rows:
    """One text by lines; rows are 0-based. ``fresh`` holds the rows that the edit wrote, without blank ones."""

    text: Sequence[str]
    syntax: Syntax
    fresh: frozenset[int]

    def indent(self, row: int) -> str:
        return indent_of(self.text[row])

    def opens(self, node: Node) -> bool:
        """Whether only white space comes before the node on its line."""
        return not self.text[node.start_point.row].encode()[: node.start_point.column].strip()

    def token(self, row: int, column: int) -> Node | None:
        """The token at a place (``column`` in bytes); None inside comments, templates, JSX and syntax errors."""
        root = self.syntax.root
        found = root.descendant_for_point_range((row, column), (row, column + 1))
        if found is None:
            return None
        # Walk down from the root: asking for a parent takes time that grows with the depth.
        node, parent, opaque = root, root, False
        for _ in range(DEEPEST):
            opaque = opaque or node.type in OPAQUE or node.type == "comment"
            if node == found:
                return None if opaque and not parent.is_error else found
            below = node.child_with_descendant(found)
            if below is None:
                return None
            node, parent = below, node
        return None
