"""A statement more in the body of a function: right, wrong, or one that ends it."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source

STATEMENTS = (
    " const patchgateLocal = 1; void patchgateLocal; ",
    " const patchgateLocal: string = 1; void patchgateLocal; ",
    " return undefined as never; ",
    " if (Math.random() > 2) throw new Error('patchgate'); ",
)


def propose(source: Source, random: Random) -> Files | None:
    found = [each for each in source.declarations if each.body and each.kind in ("function", "method")]
    if source.is_declaration or not found:
        return None
    chosen = random.choice(found)
    assert chosen.body is not None
    at = chosen.body[0] + 1
    if source.text[at - 1] != "{":
        return None
    return source.replaced(at, at, random.choice(STATEMENTS))
