"""``make bench-checker``: the checker beside cold compilers, as tables and in ``bench-checker.json``.

``--project DIR`` (repeatable) is a git clone with a clean tree and its dependencies installed. Without one, the older of
the newest pair of releases of zod stands in. QUICK=1 takes few repetitions and mutations. What exactness has done is kept
in ``bench-checker.jsonl``: a run that was stopped goes on, and ``--mutations`` may grow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from runner.sandbox.docker_engine import DockerEngine
from tests.bench.checker import exactness, memory, releases, tables, timings
from tests.bench.checker.exactness import Mutation, Result
from tests.bench.checker.subject import Subject
from tests.bench.compilers import can_mount
from tests.bench.corpus import load
from tests.bench.machine import machine, versions
from tests.containers import real_engine

PARTS = ("timings", "memory", "exactness", "releases")
WIDTH = 180
PROJECTS = 3
"""How many projects of a repository the mutations are spread over, the largest first."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if not can_mount():
        raise SystemExit("bench-checker mounts overlays: run it as root, or allow user namespaces.")
    quick = os.environ.get("QUICK", "") not in ("", "0")
    console = Console(width=max(WIDTH, shutil.get_terminal_size().columns))
    began = time.monotonic()
    report: dict[str, Any] = {"version": 1, "bench": "checker", "quick": quick, "machine": machine()}
    report |= {"versions": versions(), "projects": {}}
    parts = given.part or PARTS
    with ExitStack() as stack:
        engine = stack.enter_context(real_engine())
        roots = [each.resolve() for each in given.project]
        if not roots:
            package, old, _new = releases.pairs(quick=True)[0]
            roots = [stack.enter_context(releases.project_of(load(package, old), given.typescript))]
        results: list[Result] = []
        for root in roots:
            with Subject(root, engine) as subject:
                entry = report["projects"].setdefault(str(root), {"commit": subject.tree.snapshot})
                if "timings" in parts or "memory" in parts:
                    entry |= _timings(console, root, subject, engine, parts, quick=quick)
                if "exactness" in parts:
                    count = (given.mutations or (20 if quick else 500 * max(4, len(roots)))) // len(roots)
                    results += _exactness(root, subject, count, given.journal)
            _write(given.output, report, began)
        if results:
            report["exactness"] = exactness.by_kind(results)
            tables.show_exactness(console, report["exactness"])
        if "releases" in parts:
            report["releases"] = _releases(console, engine, given.typescript, quick=quick)
    _write(given.output, report, began)
    console.print(f"Every figure is in {given.output}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench-checker", description=__doc__)
    parser.add_argument(
        "--project", action="append", default=[], type=Path, metavar="DIR", help="a repository of yours"
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part (repeatable)")
    parser.add_argument("--mutations", type=int, help="so many in all (2000; with QUICK=1, 20)")
    parser.add_argument("--typescript", default="7.0.2", help="the compiler of the releases")
    parser.add_argument("--journal", type=Path, default=Path("bench-checker.jsonl"))
    parser.add_argument("--output", type=Path, default=Path("bench-checker.json"))
    return parser


def _timings(
    console: Console, root: Path, subject: Subject, engine: DockerEngine, parts: Sequence[str], *, quick: bool
) -> dict[str, Any]:
    found = subject.healthy(1)
    if not found:
        console.print(f"{root.name}: its own compiler judges no project of it", markup=False)
        return {}
    project = found[0]
    hub = timings.Places(project, subject.survey.read).hub
    probe = {hub: (subject.survey.read(hub) or b"") + b"\nexport const patchgateFirst: number = 1;\n"}
    first, cold = subject.warm(probe), subject.cold(probe)
    entry: dict[str, Any] = {"config": project.config, "typescript": project.version, "files": len(project.files)}
    entry["first"] = {"warm_s": round(first.seconds, 3), "cold_s": round(cold.seconds, 3), "why": first.why}
    if "timings" in parts:
        rows = timings.measure(subject, project, repetitions=1 if quick else 3)
        entry["timings"] = [{**asdict(row), "met": row.met} for row in rows]
        tables.show_timings(console, f"{root.name} {project.config} ({project.version})", first, cold.seconds, rows)
    if "memory" in parts:
        used = memory.measure(subject, project, engine, edits=50 if quick else 1_000, most_s=60 if quick else 600)
        entry["memory"] = None if used is None else asdict(used)
        tables.show_memory(console, used)
    return entry


def _exactness(root: Path, subject: Subject, count: int, journal: Path) -> list[Result]:
    files = sorted({file for project in subject.healthy(PROJECTS) for file in project.files})
    made = _mutations(subject, files, count)
    told = exactness.run(root.name, subject.tree.snapshot, subject, made, journal)
    return list(track(told, f"{root.name}: mutations", total=count, console=Console(stderr=True)))


def _mutations(subject: Subject, files: Sequence[str], count: int) -> Iterator[Mutation]:
    """So many of them. Kinds that the project has no place for (no JSX, no enum) are passed over."""
    number = made = 0
    while made < count and number < count * 4 + 100:
        if (found := exactness.mutation(number, files, subject.survey.read)) is not None:
            made += 1
            yield found
        number += 1


def _releases(console: Console, engine: DockerEngine, typescript: str, *, quick: bool) -> dict[str, Any]:
    steps: list[releases.Step] = []
    for package, old, new in releases.pairs(quick=quick):
        steps += releases.walk(package, old, new, engine, typescript=typescript, most=15 if quick else None)
    found = releases.summary(steps)
    tables.show_releases(console, found)
    return {"typescript": typescript, "packages": found, "steps": [asdict(step) for step in steps]}


def _write(output: Path, report: dict[str, Any], began: float) -> None:
    report["seconds"] = round(time.monotonic() - began, 1)
    output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
