"""A field more or less in an interface."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    bodies = source.nodes("(interface_declaration body: (interface_body) @found)")
    fields = source.nodes("(interface_body (property_signature) @found)")
    if fields and random.random() < 0.4:
        chosen = random.choice(fields)
        end = source.syntax.end(chosen)
        return source.replaced(source.syntax.start(chosen), end + source.text[end : end + 1].count(";"), "")
    if not bodies:
        return None
    at = source.syntax.start(random.choice(bodies)) + 1
    return source.replaced(at, at, random.choice((" patchgateField: number; ", " patchgateField?: number; ")))
