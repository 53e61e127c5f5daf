"""``log``, ``replay``: reading the ledger. ``show`` has its own module."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from runner.app.event_json import event_json
from runner.cli import consoles
from runner.cli.errors import CONFLICT, DONE, reported
from runner.model import events
from runner.model.events import Event
from runner.model.plain import safe

RepoOption = Annotated[Path, typer.Option("--repo", help="The repository, or the folder that was imported.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
_SHOWN = (events.PATCH_APPLIED, events.PATCH_REJECTED, events.ORDER_STARTED, events.ORDER_ENDED)
STYLES = {"applied": "green", "rejected": "red", "conflict": "yellow", "error": "red", "simulated": "cyan"}


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: `patchgate log --repo . --trace 1f2e3d4c`")(log)
    app.command(
        epilog="Example: `patchgate replay 1f2e3d4c --last 2` (the traces are in `patchgate log`). "
        "Exit codes: 0 the same tree, 3 another tree."
    )(replay)


def _open(repo: Path) -> Any:
    from runner.app.opened import OpenedRepository
    from runner.app.settings import read_settings

    return OpenedRepository.find(repo, read_settings())


def log(
    repo: RepoOption = Path(),
    trace: Annotated[str | None, typer.Option(help="This trace only.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Recompute the hash chain of the whole ledger.")] = False,
    limit: Annotated[int, typer.Option(help="The latest so many entries.", min=1)] = 200,
    as_json: Json = False,
) -> None:
    """What landed and what did not, newest last."""
    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        ledger = _open(repo).ledger
        count = ledger.verify() if verify else None
        found = ledger.events(trace_id=trace, kinds=_SHOWN)[-limit:]
        if as_json:
            body = {"version": 1, "verified": count, "events": [event_json(event) for event in found]}
            sys.stdout.write(json.dumps(body) + "\n")
            return
        console = consoles.output()
        if not found:
            empty = "The ledger is empty. Start with: patchgate run ORDER, or patchctl --help"
            none = f"There is nothing of trace {escape(safe(trace or ''))}. All of it: patchgate log"
            console.print(none if trace else empty, highlight=False, soft_wrap=True)
        else:
            console.print(_table(found))
        if count is not None:
            console.print(f"[green]✓[/] the hash chain holds over {count} entries", highlight=False)


def _table(found: tuple[Event, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("when", "trace", "who", "what", "±", "patch", "why"):
        table.add_column(name, no_wrap=name != "why")
    for event in found:
        table.add_row(*_cells(event))
    return table


def _cells(event: Event) -> list[str]:
    data = event.data
    when = event.at[:19].replace("T", " ")
    trace = event.trace_id or ""
    if event.kind == events.ORDER_STARTED:
        return [when, trace, "order", "[bold]started[/]", "", "", escape(safe(str(data["title"]), limit=100))]
    if event.kind == events.ORDER_ENDED:
        return [when, trace, "order", f"[bold]{data['status']}[/]", "", "", ""]
    status = str(data.get("status", "applied"))
    stats = data.get("stats")
    changes = event.kind == events.PATCH_APPLIED or data.get("changes")
    sizes = f"+{stats['added']} -{stats['removed']}" if isinstance(stats, dict) and changes else ""
    violations = data.get("violations")
    why = str(data.get("reason") or "")
    if isinstance(violations, list) and violations:
        what = "advice: " if violations[0].get("severity") == "advice" else ""
        why = f"{why} ({what}{violations[0]['code']} {violations[0]['message']})".strip()
    coloured = f"[{STYLES.get(status, 'white')}]{status}[/]"
    return [when, trace, str(data["role"]), coloured, sizes, (event.patch_id or "")[:8], escape(safe(why, limit=160))]


def replay(
    trace: Annotated[str, typer.Argument(help="The trace to redo, or its first digits.", show_default=False)],
    repo: RepoOption = Path(),
    last: Annotated[int | None, typer.Option(help="The last so many patches, on the snapshot before.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """Rebuild a trace from its base and the ledger alone, and compare the tree hash. No branch moves."""
    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        from runner.app.replaying import replay_trace

        result = replay_trace(_open(repo), trace, last)
        if as_json:
            body = {
                "version": 1,
                "trace_id": result.trace_id,
                "base": result.base,
                "patches": list(result.patches),
                "tree": result.tree,
                "recorded": result.recorded,
                "same": result.same,
                "by_hand": list(result.by_hand),
            }
            sys.stdout.write(json.dumps(body) + "\n")
        else:
            mark = "[green]✓ the same tree[/]" if result.same else "[red]✗ another tree[/]"
            console = consoles.output()
            console.print(f"{len(result.patches)} patches redone on {result.base[:12]}: {mark}", highlight=False)
            console.print(f"  rebuilt   {result.tree}\n  recorded  {result.recorded}", highlight=False)
            for path in result.by_hand:
                console.print(f"  edited by hand between patches: {escape(safe(path))}", highlight=False)
        raise typer.Exit(DONE if result.same else CONFLICT)
