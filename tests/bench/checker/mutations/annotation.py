"""Another type where one is written, or none."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = source.nodes("(type_annotation) @found")
    if not found:
        return None
    return source.replaced_node(random.choice(found), random.choice((": unknown", ": string", ": any", ": never", "")))
