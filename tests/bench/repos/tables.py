"""The figures as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.repos.edits import KINDS
from tests.bench.repos.trial import Row, Trial


def show_edit(console: Console, row: Row) -> None:
    told = f"  {_mark(row)} {row.kind:16} {row.seconds:7.2f} s  {row.got} (own compiler: {row.wanted})  {row.path}"
    console.print(told, markup=False, highlight=False)
    if not row.right:
        console.print(f"      {row.why}{' strays: ' if row.stray else ''}{', '.join(row.stray[:5])}", markup=False)


def show_projects(console: Console, trial: Trial) -> None:
    """What is not judged of one repository, and why."""
    for project, why in trial.unjudged.items():
        console.print(f"  not judged: {project}: {why}", markup=False)
    for project, why in trial.unhealthy.items():
        console.print(f"  its own tsc stops: {project}: {why}", markup=False)
    if trial.failure:
        console.print(f"  {trial.failure}", markup=False)


def show_repositories(console: Console, trials: Sequence[Trial]) -> None:
    table = Table(title="Repositories: right of tried, against each project's own cold compiler")
    table.add_column("repository")
    table.add_column("TypeScript")
    for heading in ("configs", "not judged", *KINDS, "cold s", "first s", "next s", "first/cold"):
        table.add_column(heading, justify="right")
    table.add_column("right")
    for trial in trials:
        kinds = [_share(trial, kind) for kind in KINDS]
        times = [_number(each) for each in (trial.cold_s, trial.first_s, trial.next_s, trial.ratio)]
        counts = [str(trial.configs), str(len(trial.unjudged))]
        right = "yes" if trial.right else "no"
        table.add_row(trial.repository, ", ".join(trial.typescript), *counts, *kinds, *times, right)
    console.print(table)
    console.print(f"Right: {sum(trial.right for trial in trials)} of {len(trials)} repositories.")


def _share(trial: Trial, kind: str) -> str:
    rows = [row for row in trial.rows if row.kind == kind]
    return f"{sum(row.right for row in rows)}/{len(rows)}" if rows else "–"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _mark(row: Row) -> str:
    return "right" if row.right else "WRONG"
