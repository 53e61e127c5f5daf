"""The file moves to another name, and nobody follows."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    stem, dot, end = source.path.partition(".")
    new = f"{stem}{random.choice(('Patchgate', '-patchgate'))}{dot}{end}"
    return None if new in source.others else {source.path: None, new: source.text}
