"""Limits how deeply code may be nested.

For tree-sitter, finding a node from the root, or its parent, takes time that grows with the depth. A reader asks for
many nodes, so the work grows with the square of the depth. Code nested beyond this limit is not read.
"""

from __future__ import annotations

from tree_sitter import Node

DEEPEST = 1_000
# ``A | B | C`` and ``a + b + c`` are lists to a person, but the grammar nests one level for each part. Generated ones
# are long.
CHAIN = 5_000
_CHAINS = ("union_type", "intersection_type", "binary_expression")


def too_deep(root: Node) -> Node | None:
    """A node at which the code is nested too deeply. Only nodes with enough descendants are examined."""
    pending = [(root, 0, 0)]
    while pending:
        node, depth, links = pending.pop()
        if depth > DEEPEST or links > CHAIN:
            return node
        if min(DEEPEST - depth, CHAIN - links) >= node.descendant_count:
            continue
        chained = node.type in _CHAINS
        below = (depth, links + 1) if chained else (depth + 1, links)
        pending += [(child, *below) for child in node.named_children]
    return None
