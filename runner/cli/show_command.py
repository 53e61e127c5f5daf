"""``show``: one patch as a reviewer wants to see it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from runner.cli import consoles
from runner.cli.errors import reported
from runner.cli.gate_commands import Json, RepoOption
from runner.cli.ledger_commands import STYLES
from runner.model.plain import duration, safe

_ROWS = {"who": "role", "why": "reason", "task": "task_id", "order": "order_id", "pass": "pass_id", "trace": "trace_id",
         "when": "at", "base": "base", "snapshot": "snapshot", "branch": "branch"}  # fmt: skip
_STAGES = ("lower", "apply", "checks", "typecheck", "snapshot")
_DIFF_STYLES = (("+++", "bold"), ("---", "bold"), ("diff ", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Example: `patchgate show 0b5cbb0e` (the first digits of a patch id will do). To take it back: "
        "`patchgate undo`. The ids are in `patchgate log`."
    )(show)


def show(
    patch: Annotated[str, typer.Argument(help="A patch id, or its first digits.", show_default=False)],
    repo: RepoOption = Path(),
    as_json: Json = False,
) -> None:
    """One patch: who, why, for which task, the verdict, timings, what happened to each file, the diff."""
    from runner.app.opened import OpenedRepository
    from runner.app.records import patch_record
    from runner.app.settings import read_settings

    with reported(consoles.errors(), as_json=as_json):
        found = patch_record(OpenedRepository.find(repo, read_settings()).ledger, patch)
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, **found}) + "\n")
        else:
            print_patch(consoles.output(), found)


def print_patch(console: Console, patch: Mapping[str, Any]) -> None:
    status = str(patch["status"])
    heading = f"[bold]patch {patch['patch_id']}[/]  [{STYLES.get(status, 'white')}]{status}[/]"
    undone = f"  [yellow]taken back by {patch['undone_by']}[/]" if patch.get("undone_by") else ""
    console.print(heading + undone, highlight=False, soft_wrap=True)
    for label, key in _ROWS.items():
        _row(console, label, patch.get(key))
    op, format = str(patch.get("op") or ""), str(patch.get("format") or "")
    _row(console, "asked as", f"{op} ({format})" if op and op != format else format)
    _row(console, "removes", ", ".join(patch.get("removes") or []))
    _row(console, "place", "the working tree" if patch.get("working_tree") else "")
    _row(console, "verdict", _verdict(patch))
    _row(console, "tsc", _typecheck(patch))
    for each in patch.get("unjudged") or []:
        _row(console, "unjudged", f"{each['project']}: {each['reason']}")
    _row(console, "time", _timings(patch.get("timings_ms") or {}))
    _print_files(console, patch.get("changes") or [])
    for each in patch.get("violations") or []:
        colour, what = ("yellow", "advice ") if each.get("severity") == "advice" else ("red", "")
        message = f"  [{colour}]{what}{each['code']}[/] {each['name']}: {escape(safe(each['message'], limit=1000))}"
        console.print(message, highlight=False, soft_wrap=True)
        console.print(f"    → {escape(safe(each['hint']))}", style="dim", highlight=False, soft_wrap=True)
    for note in patch.get("notes") or []:
        console.print(f"  note: {escape(safe(note, keep_lines=True, limit=4000))}", highlight=False, soft_wrap=True)
    if diff := str(patch.get("diff") or ""):
        console.print()
        _print_diff(console, safe(diff, keep_lines=True).rstrip("\n"))


def _print_diff(console: Console, diff: str) -> None:
    """In colour on a terminal; otherwise unchanged, since rich would turn tabs into spaces."""
    if not console.is_terminal:
        console.file.write(f"{diff}\n")
        return
    for line in diff.split("\n"):
        console.print(Text(line, _style(line)), soft_wrap=True)


def _row(console: Console, label: str, value: object) -> None:
    if value:
        console.print(f"  {label:<9} {escape(safe(str(value), limit=500))}", highlight=False, soft_wrap=True)


def _verdict(patch: Mapping[str, Any]) -> str:
    stats = patch.get("stats") or {}
    if not stats or not patch.get("changes"):
        return ""
    size = f"+{stats['added']} -{stats['removed']} in {len(patch['changes'])} file(s)"
    return f"{size}, {100 * stats['ratio']:.1f} % of their lines gone, score {stats['score']}"


def _timings(stages: Mapping[str, float]) -> str:
    """In the order in which they ran."""
    ran = sorted(stages, key=lambda stage: _STAGES.index(stage) if stage in _STAGES else len(_STAGES))
    return ", ".join(
        f"{name} {f'{stages[name]:.1f} ms' if stages[name] < 10 else duration(stages[name])}" for name in ran
    )


def _typecheck(patch: Mapping[str, Any]) -> str:
    found = patch.get("diagnostics") or {}
    if patch.get("typecheck") == "proved":
        return "proved: nothing changed that types see, so no compiler ran"
    if patch.get("typecheck") != "checked":
        return str(patch.get("typecheck") or "")
    return (
        f"checked: {found.get('baseline', 0)} errors before, {found.get('new', 0)} new, {found.get('fixed', 0)} fixed"
    )


def _print_files(console: Console, changes: Sequence[Mapping[str, Any]]) -> None:
    """Each file with its line counts and the first digits of its SHA-256 before and after."""
    width = max((len(str(each["path"])) for each in changes), default=0)
    for each in changes:
        sides = (each["before"] or "(no file)")[:12], (each["after"] or "(no file)")[:12]
        size = f"[green]+{each['added']}[/] [red]-{each['removed']}[/]"
        name = escape(f"{safe(str(each['path'])):<{width}}")
        console.print(f"    {name}  {size}  [dim]{sides[0]} → {sides[1]}[/]", highlight=False, soft_wrap=True)


def _style(line: str) -> str:
    return next((style for start, style in _DIFF_STYLES if line.startswith(start)), "")
