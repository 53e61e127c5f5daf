"""How deeply code may be nested.

To find a node from the root, or its parent, costs tree-sitter time that grows with the depth, and a reader asks for many
nodes: such work grows with the square of the depth. So there is a depth beyond which nothing is read.
"""

from __future__ import annotations

from tree_sitter import Node

DEEPEST = 1_000
# ``A | B | C`` and ``a + b + c`` are long lists to a person and one level each to the grammar; generated ones are long.
CHAIN = 5_000
_CHAINS = ("union_type", "intersection_type", "binary_expression")


def too_deep(root: Node) -> Node | None:
    """A node at which the code is nested too deeply. Only what has descendants enough to be so is looked at."""
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
