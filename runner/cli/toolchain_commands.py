"""``toolchain list``, ``add``, ``prune``: the TypeScript compilers that may judge."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from runner.cli import consoles
from runner.cli.errors import reported

if TYPE_CHECKING:
    from runner.app.toolchain import Stored

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
toolchain = typer.Typer(
    help="The TypeScript compilers that judge.\n\n"
    "Each tsconfig is judged by the TypeScript that its repository uses, but never by the repository's own copy: the "
    "compiler comes from this store. Set-up brings 5.9, 6.0 and 7.0; others are fetched through npm when they are first "
    "needed. Where npm does not answer, the nearest version of the same major judges, and the report says so.",
    no_args_is_help=True,
)


@toolchain.command(
    "list", epilog="A folder that is marked ✗ is not used. `patchgate toolchain add VERSION` fetches it again."
)
def list_(as_json: Json = False) -> None:
    """List the compilers in the store. Every byte is compared with what was stored."""
    from runner.app.settings import read_settings
    from runner.app.toolchain import view_store

    with reported(consoles.errors(), as_json=as_json):
        view = view_store(read_settings())
        if as_json:
            unusable = [{"version": version, "why": why} for version, why in view.broken]
            body = {"root": str(view.root), "toolchains": [_row(one) for one in view.toolchains], "unusable": unusable}
            sys.stdout.write(json.dumps({"version": 1, **body}) + "\n")
            return
        console = consoles.output()
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("", "TypeScript", "from", "integrity"):
            table.add_column(name, overflow="fold")
        for one in view.toolchains:
            table.add_row("[green]✓[/]", one.version, "set-up" if one.set_up else "npm", one.integrity)
        for version, why in view.broken:
            table.add_row("[red]✗[/]", version, "", escape(why))
        console.print(table if view.toolchains or view.broken else "No compiler is stored. Type: make setup")
        console.print(f"in {view.root}", style="dim", highlight=False, soft_wrap=True)


@toolchain.command(
    epilog="Examples: `patchgate toolchain add 5.4.5`, `patchgate toolchain add '^5.8'`, `patchgate toolchain add latest`. "
    "Releases from 5.0 to 7.x can judge. A mirror of the npm registry is set as npm's own settings say."
)
def add(
    version: Annotated[str, typer.Argument(help="An exact version, a range as npm means it, or latest.")],
    as_json: Json = False,
) -> None:
    """Fetch a compiler through npm, without running any script, and check its bytes against the registry's integrity.

    A version that is there and whole stays as it is; a broken one is replaced.
    """
    from runner.app.settings import read_settings
    from runner.app.toolchain import add_toolchain

    with reported(consoles.errors(), as_json=as_json):
        added = add_toolchain(read_settings(), version)
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "added": _row(added)}) + "\n")
            return
        consoles.output().print(f"TypeScript {added.version} is in {added.folder}", highlight=False, soft_wrap=True)


@toolchain.command(epilog="Do not prune while an order or a server is running: its compiler would vanish.")
def prune(
    keep: Annotated[list[str] | None, typer.Option("--keep", help="A version to keep; may be given again.")] = None,
    as_json: Json = False,
) -> None:
    """Remove the compilers that set-up does not bring. They are fetched again when they are needed."""
    from runner.app.settings import read_settings
    from runner.app.toolchain import prune_toolchains

    with reported(consoles.errors(), as_json=as_json):
        removed = prune_toolchains(read_settings(), keep or [])
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "removed": list(removed)}) + "\n")
            return
        consoles.output().print(f"removed: {', '.join(removed) or 'nothing'}", highlight=False)


def _row(one: Stored) -> dict[str, object]:
    return {
        "version": one.version,
        "native": one.native,
        "set_up": one.set_up,
        "integrity": one.integrity,
        "folder": str(one.folder),
    }
