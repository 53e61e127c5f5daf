"""``doctor``, ``reap``, ``ps``, ``images build``: the machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from runner.cli import consoles
from runner.cli.errors import DONE, INFRASTRUCTURE, reported

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
EngineOption = Annotated[str | None, typer.Option("--engine", help="auto, docker or podman.")]
images = typer.Typer(help="The images that specialists and tsc run in.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command()(reap)
    app.command()(ps)
    app.add_typer(images, name="images")


def doctor(engine: EngineOption = None, as_json: Json = False) -> None:
    """What is there, what is missing, and the command that mends it."""
    from runner.app.machine import examine_machine
    from runner.app.settings import read_settings

    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        findings = examine_machine(engine, read_settings())
        healthy = all(finding.ok for finding in findings)
        if as_json:
            rows = [{"name": f.name, "ok": f.ok, "detail": f.detail, "mend": f.mend} for f in findings]
            sys.stdout.write(json.dumps({"version": 1, "ok": healthy, "findings": rows}) + "\n")
        else:
            console = consoles.output()
            for finding in findings:
                mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
                console.print(f"{mark} {finding.name:<14} {escape(finding.detail)}", highlight=False, soft_wrap=True)
                if not finding.ok and finding.mend:
                    console.print(f"  → {escape(finding.mend)}", style="bold", highlight=False, soft_wrap=True)
        raise typer.Exit(DONE if healthy else INFRASTRUCTURE)


def reap(
    engine: EngineOption = None,
    repo: Annotated[Path, typer.Option("--repo", help="The repository whose kept files are pruned.")] = Path(),
    as_json: Json = False,
) -> None:
    """Remove what dead runs left behind: their containers and their work folders. Living runs are not touched.

    In a repository where patchctl has worked, kept files that no replay of the last traces needs are pruned as well:
    after 30 days, or the oldest beyond 256 MB (PATCHGATE_KEEP_DAYS, PATCHGATE_KEEP_MB, PATCHGATE_KEEP_TRACES). So are the
    remembered runs of an order's commands, and what they printed.
    """
    from runner.app.keeping import prune_below, prune_commands_below
    from runner.app.machine import reap_leftovers
    from runner.app.settings import read_settings

    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        settings = read_settings()
        pruned = prune_below(repo, settings)
        runs = prune_commands_below(repo, settings)
        containers, folders = reap_leftovers(engine, settings)
        if as_json:
            kept = {"files": pruned.files, "bytes": pruned.bytes}
            body = {"version": 1, "containers": list(containers), "folders": list(folders), "kept_files": kept}
            body["command_runs"] = {"files": runs.files, "bytes": runs.bytes}
            sys.stdout.write(json.dumps(body) + "\n")
            return
        console = consoles.output()
        console.print(f"{len(containers)} containers and {len(folders)} work folders removed", highlight=False)
        if runs.files:
            size = f"{runs.bytes / 1_000_000:.1f} MB"
            console.print(f"{runs.files} files ({size}) of earlier runs of commands pruned", highlight=False)
        if pruned.files:
            size = f"{pruned.bytes / 1_000_000:.1f} MB"
            console.print(f"{pruned.files} kept files ({size}) pruned: older traces cannot be replayed any more")


def ps(engine: EngineOption = None, as_json: Json = False) -> None:
    """The containers of Patchgate that exist now."""
    from runner.app.machine import running_containers
    from runner.app.settings import read_settings

    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        rows = running_containers(engine, read_settings())
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "containers": [dict(row) for row in rows]}) + "\n")
            return
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("container", "image", "status", "trace", "pass"):
            table.add_column(name)
        for row in rows:
            table.add_row(
                row["id"][:12],
                row["image"],
                row["status"],
                row.get("patchgate.trace", ""),
                row.get("patchgate.pass", ""),
            )
        consoles.output().print(table if rows else "No container of Patchgate exists.")


@images.command("build")
def build(engine: EngineOption = None, as_json: Json = False) -> None:
    """Build the images, from a registry's base or from Debian packages where no registry answers."""
    from runner.app.machine import build_images
    from runner.app.settings import read_settings

    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        built = build_images(engine, read_settings(), lambda line: stderr.print(line, highlight=False))
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "built": list(built)}) + "\n")
        stderr.print(f"built: {', '.join(built)}" if built else "the images are up to date", highlight=False)
