"""``make bench-repos REPOS='dir …'``: each repository a row, as a table and in ``bench-repos.json``.

A repository is a git clone with a clean tree and its dependencies installed. QUICK=1 tries edits in one project of each,
else in three. Overlays must be mountable: run as root, or where user namespaces may mount.
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

from tests.bench.compilers import can_mount
from tests.bench.machine import machine, versions
from tests.bench.repos import tables, trial
from tests.containers import real_engine

WIDTH = 180


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench-repos", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--projects", type=int, help="edits in at most so many projects of each")
    parser.add_argument("--output", type=Path, default=Path("bench-repos.json"))
    given = parser.parse_args(arguments)
    if not can_mount():
        raise SystemExit("bench-repos mounts overlays: run it as root, or allow user namespaces.")
    quick = os.environ.get("QUICK", "") not in ("", "0")
    console = Console(width=max(WIDTH, shutil.get_terminal_size().columns))
    began = time.monotonic()
    report: dict[str, Any] = {"version": 1, "bench": "repos", "quick": quick, "machine": machine()}
    report |= {"versions": versions(), "repositories": []}
    trials = []
    with real_engine():
        pass  # the images are up to date now
    for repository in given.repositories:
        console.print(repository.name, style="bold", markup=False)
        most = given.projects or (1 if quick else 3)
        found = trial.run(repository.resolve(), projects=most, told=lambda row: tables.show_edit(console, row))
        trials.append(found)
        tables.show_projects(console, found)
        report["repositories"].append(found.plain())
        report["right"] = sum(each.right for each in trials)
        report["seconds"] = round(time.monotonic() - began, 1)
        # Written after each: one that hangs or crashes must not cost the others.
        given.output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    tables.show_repositories(console, trials)
    console.print(f"Every figure is in {given.output}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
