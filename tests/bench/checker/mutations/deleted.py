"""The file is gone."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    del random  # there is one way only
    return {source.path: None}
