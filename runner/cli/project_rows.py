"""The rows of ``doctor --repo``: one for each TypeScript project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from runner.model.plain import safe

if TYPE_CHECKING:
    from runner.model.diagnostics import ListedProject

HEALTHY, NOT_JUDGED, FOUND = "healthy", "not judged", "found"


def state_of(row: ListedProject) -> str:
    """``found`` is a project that nobody has opened."""
    if row.unjudged is not None:
        return NOT_JUDGED
    return FOUND if row.files is None else HEALTHY


def project_json(row: ListedProject) -> dict[str, object]:
    """``reason`` and ``hint`` are empty for a project that can be judged."""
    return {
        "project": row.project,
        "state": state_of(row),
        "typescript": row.typescript,
        "source": row.source,
        "files": row.files,
        "errors": row.errors,
        "reason": "" if row.unjudged is None else row.unjudged.reason,
        "hint": "" if row.unjudged is None else row.unjudged.hint,
    }


def print_projects(console: Console, rows: Sequence[ListedProject]) -> None:
    if not rows:
        console.print("no TypeScript project: there is no tsconfig.json with sources", highlight=False)
    width = max((len(safe(row.project)) for row in rows), default=0)
    for row in rows:
        mark = "[yellow]–[/]" if row.unjudged is not None else "[green]✓[/]"
        name = f"{safe(row.project):<{width}}"
        console.print(f"{mark} {escape(name)}  {escape(_detail(row))}", highlight=False, soft_wrap=True)
        if row.unjudged is not None and row.unjudged.hint:
            console.print(f"  → {escape(safe(row.unjudged.hint))}", style="dim", highlight=False, soft_wrap=True)


def _detail(row: ListedProject) -> str:
    version = f"TypeScript {row.typescript} ({row.source})" if row.typescript else ""
    if row.unjudged is not None:
        said = f"not judged: {safe(row.unjudged.reason)}"
    elif row.files is None:
        said = "found"
    else:
        said = f"healthy, {_count(row.files, 'file')}"
        said += f", {_count(row.errors, 'error')} of its own" if row.errors else ""
    return "  ".join(part for part in (version, said) if part)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
