"""An export gets another name, and nobody follows."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = [each for each in source.exported if source.text.startswith(each.name, each.name_start)]
    if not found:
        return None
    chosen = random.choice(found)
    return source.replaced(chosen.name_start, chosen.name_start + len(chosen.name), f"{chosen.name}Patchgate")
