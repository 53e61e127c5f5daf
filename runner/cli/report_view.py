"""The report on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED
from runner.model.plain import duration, safe
from runner.model.report import PassResult, PatchSummary, Report

_STYLES = {"done": "green", "blocked": "yellow", "failed": "red", "cancelled": "yellow", "skipped": "dim"}
_COMMAND_MARKS = {
    PASSED: "[green]✓[/]",
    FAILED_BEFORE: "[yellow]■[/]",
    FAILED: "[red]✗[/]",
    LIMIT: "[red]✗[/]",
}
SHOWN = 12


def print_report(console: Console, report: Report, files: tuple[str, ...]) -> None:
    """``files`` are the report's own files, named at the end."""
    style = "green" if report.status in ("delivered", "awaiting-sign-off") else "red"
    console.print(
        f"\n[bold]{escape(safe(report.title))}[/]  [{style}]{report.status}[/]  {duration(report.duration_ms)}\n"
    )
    console.print(_passes(report))
    _print_commands(console, report)
    _print_rejections(console, report)
    _print_recommendations(console, report)
    for each in report.followups:
        console.print(f"[yellow]to look at:[/] {escape(safe(each, limit=500))}", highlight=False)
    arrow = f"{report.base_errors} → {report.errors}"
    console.print(f"\ntsc errors  {arrow}  ({report.new} new, {report.fixed} fixed)", highlight=False)
    console.print(f"repository  {report.repo}", highlight=False, soft_wrap=True)
    console.print(
        f"trace       {report.trace_id}   base {report.base[:12]}   snapshot {report.snapshot[:12]}", highlight=False
    )
    for name in files:
        console.print(f"report      {name}", highlight=False, soft_wrap=True)
    branches = [result.branch for result in report.passes if result.applied and not result.taken_back]
    if branches:
        console.print("\nNothing is on your branch yet. To read it, redo it, or take it over:", highlight=False)
        console.print(
            f"  patchgate log --repo {report.repo} --trace {report.trace_id}", highlight=False, soft_wrap=True
        )
        console.print(f"  patchgate replay {report.trace_id} --repo {report.repo}", highlight=False, soft_wrap=True)
        console.print(f"  git -C {report.repo} merge --ff-only {branches[-1]}", highlight=False, soft_wrap=True)


def _passes(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("specialist", "task", "status", "container"):
        table.add_column(name)
    for name in ("applied", "rejected", "time"):
        table.add_column(name, justify="right")
    for result in report.passes:
        status = f"[{_STYLES[result.status]}]{result.status}[/]"
        table.add_row(
            result.specialist,
            result.task_id,
            status,
            result.container_id[:12],
            str(result.applied),
            str(result.rejected),
            duration(result.duration_ms),
        )
    return table


def _print_commands(console: Console, report: Report) -> None:
    found = [(result, command) for result in report.passes for command in result.commands]
    if found:
        console.print("\n[bold]commands[/]")
    for result, command in found:
        mark = _COMMAND_MARKS[command.status]
        how = "remembered" if command.cached else duration(command.duration_ms)
        what = escape(safe(command.detail, limit=300))
        console.print(f"  {mark} {result.specialist}: {command.name} {what} [dim]({how})[/]", highlight=False)
        if command.artefact and command.status != PASSED:
            console.print(f"    {command.artefact}", highlight=False, style="dim")


def _print_rejections(console: Console, report: Report) -> None:
    rejections = [(result, patch) for result in report.passes for patch in result.patches if _refused(patch)]
    if rejections:
        console.print("\n[bold]rejected[/]")
    for result, patch in rejections[:SHOWN]:
        first = safe(patch.violations[0], limit=300)
        console.print(f"  [red]✗[/] {result.specialist}: {escape(safe(patch.reason, limit=100))}", highlight=False)
        console.print(f"    {escape(first)}", highlight=False, style="dim")
    _more(console, rejections)


def _refused(patch: PatchSummary) -> bool:
    """A patch that landed may have advice among its violations."""
    return bool(patch.violations) and patch.status not in ("applied", "simulated")


def _print_recommendations(console: Console, report: Report) -> None:
    ranked = sorted(report.recommendations, key=lambda each: -each.impact)
    if ranked:
        console.print("\n[bold]recommendations[/]")
    for each in ranked[:SHOWN]:
        place = f" {each.file}:{each.line}" if each.file and each.line else f" {each.file or ''}"
        text = f"{escape(safe(each.title, limit=120))}[dim]{escape(safe(place))}[/]"
        console.print(f"  [cyan]{'●' * each.impact}{'○' * (3 - each.impact)}[/] {text}", highlight=False)
    _more(console, ranked)


def _more(console: Console, items: list[object] | list[tuple[PassResult, object]] | object) -> None:
    count = len(items) if isinstance(items, list) else 0
    if count > SHOWN:
        console.print(f"  … and {count - SHOWN} more in the report", style="dim", highlight=False)
