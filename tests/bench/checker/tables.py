"""The figures as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.checker.memory import Memory
from tests.bench.checker.subject import Warm
from tests.bench.checker.timings import Timing


def show_timings(console: Console, name: str, first: Warm, cold_s: float, timings: Sequence[Timing]) -> None:
    """``first`` is the verdict that opened the projects."""
    table = Table(title=f"{name}: warm against cold, medians")
    table.add_column("edit")
    for heading in ("warm s", "cold s", "ratio", "goal"):
        table.add_column(heading, justify="right")
    for heading in ("met", "path", "verdict", "file"):
        table.add_column(heading)
    for each in timings:
        numbers = f"{each.warm_s:.3f}", f"{each.cold_s:.2f}", f"{each.ratio:.4f}", f"{each.goal:g}"
        met = "yes" if each.met else "no"
        table.add_row(each.edit, *numbers, met, ", ".join(each.how), ", ".join(each.verdicts), each.path)
    console.print(table)
    ratio = f"{first.seconds / cold_s:.2f}" if cold_s else "no part"
    told = (
        f"First verdict ({first.verdict}): {first.seconds:.2f} s, {ratio} of one cold run of its projects (goal 1.15)."
    )
    console.print(f"{told} {first.why}".strip(), markup=False)


def show_memory(console: Console, memory: Memory | None) -> None:
    if memory is None:
        console.print("Memory: no container of the checker lives between two checks.")
        return
    grown = ", ".join(f"{number}: {used:.0f} MB" for number, used in memory.after)
    console.print(f"Memory after so many edits: {grown}; peak {memory.peak_mb:.0f} MB ({memory.seconds:.0f} s).")


def show_exactness(console: Console, kinds: Mapping[str, Mapping[str, Any]]) -> None:
    table = Table(title="Mutations, warm against cold: the same verdict and the same new errors")
    headings = {
        "tried": "tried",
        "same": "same",
        "rejected_cold": "cold rejects",
        "false_accepts": "false accepts",
        "false_rejects": "false rejects",
        "other_sets": "other errors",
        "no_verdict": "no verdict",
        "refused": "refused",
        "stopped": "stopped early",
        "warm_s": "warm s",
        "cold_s": "cold s",
    }
    table.add_column("kind")
    for heading in headings.values():
        table.add_column(heading, justify="right")
    for kind, row in kinds.items():
        table.add_row(kind, *(f"{row[key]:g}" for key in headings))
    totals = [sum(row[key] for row in kinds.values()) for key in headings]
    table.add_row("all", *(f"{total:g}" for total in totals), style="bold")
    console.print(table)
    for row in kinds.values():
        for example in row["examples"]:
            console.print(f"  {example}", markup=False)


def show_releases(console: Console, packages: Mapping[str, Any]) -> None:
    table = Table(title="Releases, file by file")
    for heading in ("package", "edits", "rejected", "no verdict", "paths", "mean warm s", "cold s", "mean ratio"):
        table.add_column(heading)
    for package, row in packages.items():
        paths = ", ".join(f"{path} {share:.0%}" for path, share in row["paths"].items())
        numbers = row["mean_warm_s"], row["cold_s"], row["mean_ratio"]
        counts = row["edits"], row["rejected"], row["no_verdict"]
        table.add_row(package, *map(str, counts), paths, *map(str, numbers))
    console.print(table)
