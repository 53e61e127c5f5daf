"""A type alias says something wider, narrower or else."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = source.nodes("(type_alias_declaration value: (_) @found)")
    if not found:
        return None
    chosen = random.choice(found)
    old = source.syntax.source(chosen)
    return source.replaced_node(chosen, random.choice((f"({old}) | undefined", "unknown", "never", f"({old}) & {{}}")))
