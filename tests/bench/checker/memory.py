"""The memory of the checker's container while it judges one edit after another."""

from __future__ import annotations

import time
from dataclasses import dataclass

from runner.sandbox.docker_engine import DockerEngine
from tests.bench.checker.subject import LABELS, Subject
from tests.bench.checker.timings import Places, in_body
from tests.bench.repos.survey import Project

TRACE = "patchgate.trace"


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes after so many edits, and seconds since the first; ``peak_mb`` is the highest seen."""

    after: tuple[tuple[int, float], ...]
    peak_mb: float
    seconds: float
    edits: int


def measure(subject: Subject, project: Project, engine: DockerEngine, *, edits: int, most_s: float) -> Memory | None:
    """None if no container of the checker lives between checks. Ends after ``most_s`` seconds at the latest."""
    places = Places(project, subject.survey.read)
    paths = places.with_bodies()
    if not paths:
        return None
    seen: list[tuple[int, float]] = []
    began = time.monotonic()
    number = 0
    while number < edits and time.monotonic() - began < most_s:
        path = paths[number % len(paths)]
        number += 1
        subject.warm({path: in_body(places, path, number)})
        if number in (1, edits) or number % max(edits // 10, 1) == 0:
            used = container_mb(engine)
            if used is None:
                return None
            seen.append((number, round(used, 1)))
    if not seen:
        return None
    return Memory(tuple(seen), max(each for _, each in seen), round(time.monotonic() - began, 1), number)


def container_mb(engine: DockerEngine) -> float | None:
    """What the checker's container holds now, without the page cache that the kernel could take back."""
    total = None
    for each in engine.ps():
        if each.get(TRACE) != LABELS[TRACE]:
            continue
        stats = engine.api.stats(each["id"], stream=False)["memory_stats"]
        inactive = stats.get("stats", {}).get("inactive_file", 0)
        total = (total or 0.0) + (stats.get("usage", 0) - inactive) / 2**20
    return total
