"""``make bench-gate``: the numbers of the gate, as tables and as ``bench-gate.json``.

QUICK=1 takes a tenth of the changes and small samples. ``--project DIR`` (repeatable) adds the changes of a project of yours
and measures the overhead on a copy of it: of a git repository what its last 200 commits changed (first parents), of any other
folder small edits of its own files, made by rule.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from runner.errors import PatchgateError
from runner.sandbox.engines import connect
from tests.bench import figures, history, opening, overhead, tables, textedits, typecheck
from tests.bench.corpus import Change, pinned_changes, project_changes, releases, seed_of
from tests.bench.machine import machine, versions
from tests.bench.synthetic import synthetic_changes

PARTS = ("history", "opening", "overhead", "textedits")
WIDTH = 200


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench-gate", description=__doc__)
    parser.add_argument("--project", action="append", default=[], type=Path, metavar="DIR", help="a project of yours")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part (repeatable)")
    parser.add_argument("--output", type=Path, default=Path("bench-gate.json"))
    given = parser.parse_args(arguments)
    quick = os.environ.get("QUICK", "") not in ("", "0")
    console = Console(width=max(WIDTH, shutil.get_terminal_size().columns))
    began = time.monotonic()
    report: dict[str, Any] = {
        "version": 1,
        "bench": "gate",
        "quick": quick,
        "machine": machine(),
        "versions": versions(),
    }
    parts = given.part or PARTS
    # What is timed goes first, while nothing else of ours is at work.
    if "textedits" in parts:
        report["textedits"] = _textedits(console, quick)
    if "overhead" in parts:
        report["overhead"] = _overhead(console, given.project, quick)
    if "opening" in parts:
        report["opening"] = _opening(console)
    if "history" in parts:
        report["history"] = _history(console, given.project, quick)
    report["seconds"] = round(time.monotonic() - began, 1)
    given.output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"Every figure is in {given.output}.")
    return 0


def _textedits(console: Console, quick: bool) -> list[dict[str, Any]]:
    textedits.install()
    found = []
    for edits in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        race = textedits.race(edits, 1_000_000, 3 if quick else 5)
        ours, reference = figures.spread(race.ours), figures.spread(race.reference)
        ratio = round(ours["p50"] / reference["p50"], 2)
        found.append({"edits": edits, "bytes": race.size, "ours": ours, "reference": reference, "ratio": ratio})
    tables.show_races(console, found)
    return found


def _overhead(console: Console, projects: Sequence[Path], quick: bool) -> dict[str, Any]:
    edits = 40 if quick else 200
    sizes = (10_000, 100_000) if quick else (10_000, 100_000, 400_000)
    timed = [("releases", overhead.in_real_tree(lines, edits)) for lines in sizes]
    timed += [(str(project), overhead.in_project(project.resolve(), edits)) for project in projects]
    runs = [
        {
            "tree": name,
            "lines": each.lines,
            "files": each.files,
            "file_lines": each.file_lines,
            "stages": {stage: figures.spread(values) for stage, values in each.stages.items()},
        }
        for name, each in timed
    ]
    fsync = figures.spread(overhead.fsync_ms())
    tables.show_overhead(console, runs, fsync)
    return {"edits": edits, "runs": runs, "fsync_ms": fsync}


def _opening(console: Console) -> list[dict[str, Any]]:
    found = [
        {"patches": each.patches, "opening": figures.spread(each.times)}
        for each in opening.growth((100, 1_000, 10_000))
    ]
    tables.show_opening(console, found)
    return found


def _history(console: Console, projects: Sequence[Path], quick: bool) -> dict[str, Any]:
    changes = list(pinned_changes())
    for project in projects:
        own = list(project_changes(project.resolve())) or list(synthetic_changes(project.resolve()))
        if not own:
            raise SystemExit(f"{project} has no TypeScript source")
        changes += own
    if quick:
        changes = [change for change in changes if seed_of("quick", change.key) % 10 == 0]
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{len(changes)} changes", total=sum(len(change.before) for change in changes))
        rows = 1 if quick else 2
        run = history.run(changes, rows_per_corruption=rows, done=lambda c: progress.advance(task, len(c.before)))
        outcomes = list(run)
    honest = figures.honest(outcomes)
    tables.show_honest(console, honest)
    checked = _checked(console, changes, outcomes, quick)
    corrupted = figures.corrupted(outcomes, checked)
    tables.show_corrupted(console, corrupted)
    return {"releases": releases(), "changes": len(changes), "honest": honest, "corrupted": corrupted}


def _checked(
    console: Console, changes: Sequence[Change], outcomes: Sequence[history.Outcome], quick: bool
) -> list[typecheck.Checked]:
    """The sample before tsc; empty, and said so, where no container engine answers."""
    by_key = {change.key: change for change in changes}
    pinned = {package for package, _, _ in releases()}
    landed = [each for each in outcomes if each.got_in and each.corruption != history.HONEST]
    landed = [each for each in landed if by_key[each.change].package in pinned]
    chosen = typecheck.sample(landed, by_key, per_corruption=3 if quick else 15, releases=2 if quick else 5)
    try:
        engine = connect()
    except PatchgateError as error:
        console.print(f"No sample was checked by tsc: {error}", markup=False)
        return []
    console.print(f"{len(chosen)} of {len(landed)} that the checks let through go to tsc.")
    return typecheck.check(chosen, by_key, engine)


if __name__ == "__main__":
    sys.exit(main())
