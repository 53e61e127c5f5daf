"""A JSX element has a property more or less."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    if source.syntax.grammar != "tsx":
        return None
    attributes = source.nodes("(jsx_attribute) @found")
    if attributes and random.random() < 0.5:
        return source.replaced_node(random.choice(attributes), random.choice(("", "patchgateProp={1}")))
    names = source.nodes("[(jsx_opening_element name: (_) @found) (jsx_self_closing_element name: (_) @found)]")
    if not names:
        return None
    at = source.syntax.end(random.choice(names))
    return source.replaced(at, at, random.choice((" patchgateProp={1}", ' data-patchgate="1"', " key={{}}")))
