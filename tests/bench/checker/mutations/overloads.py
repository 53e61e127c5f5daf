"""Two neighbouring overloads change places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from tree_sitter import Node

from tests.bench.checker.mutations.source import Files, Source

QUERIES = (
    "(program (function_signature) @found)",
    "(program (export_statement (function_signature)) @found)",
    "(class_body (method_signature) @found)",
    "(interface_body (method_signature) @found)",
    "(interface_body (call_signature) @found)",
)


def propose(source: Source, random: Random) -> Files | None:
    found = [pair for query in QUERIES for pair in _pairs(source, source.nodes(query))]
    if not found:
        return None
    first, second = random.choice(found)
    syntax = source.syntax
    between = source.text[syntax.end(first) : syntax.start(second)]
    swapped = f"{syntax.source(second)}{between}{syntax.source(first)}"
    return source.replaced(syntax.start(first), syntax.end(second), swapped)


def _pairs(source: Source, nodes: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Neighbours of the same name."""
    for first, second in pairwise(nodes):
        same_place = first.parent == second.parent
        if (
            same_place
            and _name(source, first) == _name(source, second)
            and source.text[source.syntax.end(first) : source.syntax.start(second)].strip() in ("", ";", ",")
        ):
            yield first, second


def _name(source: Source, node: Node) -> str:
    return source.syntax.source(node).partition("(")[0].partition("<")[0].strip()
