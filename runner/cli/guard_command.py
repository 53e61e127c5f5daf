"""``guard list``: the guarded blocks of a working tree. ``patchctl guard`` adds and verifies them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from runner.cli import consoles
from runner.cli.errors import reported
from runner.cli.gate_commands import Json, RepoOption
from runner.model.plain import safe

guard = typer.Typer(help="Guarded blocks: text that no edit may change.", no_args_is_help=True)


@guard.command(
    "list",
    epilog="Example: `patchgate guard list src/pricing.ts`. To add one: `patchctl guard add`; to check them all in a script: "
    "`patchctl guard verify` (exit code 1 where one does not hold).",
)
def list_guards(
    file: Annotated[list[str] | None, typer.Argument(help="Repository-relative paths; every file by default.")] = None,
    repo: RepoOption = Path(),
    as_json: Json = False,
) -> None:
    """The guarded blocks of the working tree: file, name, lines, and whether the text still has its hash."""
    from runner.app.guarded_blocks import guards_on_disk
    from runner.app.opened import OpenedRepository
    from runner.app.settings import read_settings

    with reported(consoles.errors(), as_json=as_json):
        repository = OpenedRepository.find(repo, read_settings())
        blocks, broken = guards_on_disk(repository.folder, file or [])
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "guards": blocks, "broken": broken}) + "\n")
            return
        console = consoles.output()
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("guard", "file", "lines", "hash", ""):
            table.add_column(name)
        for each in blocks:
            holds = "[green]holds[/]" if each["holds"] else f"[red]does not hold[/], it is {each['right_hash']} now"
            lines = f"{each['start']}-{each['end']}"
            table.add_row(escape(safe(each["name"])), escape(safe(each["file"])), lines, each["hash"], holds)
        console.print(
            table if blocks else "There are no guarded blocks. To add one: patchctl guard add", highlight=False
        )
        for each in broken:
            console.print(
                f"[red]broken[/] {escape(safe(each['file']))}: {escape(safe(each['message']))}", highlight=False
            )
