"""A declaration loses the word ``export``."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = source.exported
    if not found:
        return None
    chosen = random.choice(found)
    return source.replaced(chosen.start, chosen.start + len("export "), "")
