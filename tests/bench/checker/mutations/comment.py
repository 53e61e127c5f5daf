"""A comment comes: plain, or one that the compiler obeys."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = [each for each in source.declarations if source.text[: each.start].endswith("\n") or each.start == 0]
    if not found:
        return None
    at = random.choice(found).start
    text = random.choice(("// plain\n", "/* plain */ ", "/** Told. */\n", "// @ts-ignore\n", "// @ts-expect-error\n"))
    if random.random() < 0.1:
        return source.replaced(0, 0, "// @ts-nocheck\n")
    return source.replaced(at, at, text)
