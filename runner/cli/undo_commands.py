"""``undo``, ``restore``: take back what landed, with new patches."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from runner.cli import consoles
from runner.cli.errors import reported
from runner.cli.gate_commands import EngineOption, Json, RepoOption, Typecheck, TypecheckOption, exit_code
from runner.cli.signals import interrupt_on_sigterm
from runner.client.printing import human_verdict
from runner.model.plain import safe

DryRun = Annotated[bool, typer.Option("--dry-run", help="Judge, and change nothing.")]
_EXITS = (
    "Exit codes: 0 applied or simulated, 1 rejected, 3 something later touches the same place, 4 the machine failed."
)


def register(app: typer.Typer) -> None:
    app.command(epilog=f"Example: `patchgate undo 0b5cbb0e` (the first digits of a patch id will do). {_EXITS}")(undo)
    app.command(epilog=f"Example: `patchgate restore 686c660d15 --dry-run`. {_EXITS}")(restore)


def undo(  # noqa: PLR0917 - typer reads the signature
    patch: Annotated[str, typer.Argument(help="A patch id, or its first digits.", show_default=False)],
    repo: RepoOption = Path(),
    dry_run: DryRun = False,
    typecheck: TypecheckOption = Typecheck.auto,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """Take back one patch, whatever landed on top of it. The undo is a patch of its own."""
    stderr = consoles.errors()
    interrupt_on_sigterm()
    with reported(stderr, as_json=as_json):
        from runner.app.reversing import undo_patch

        _answer(undo_patch(repo, patch, dry_run=dry_run, typecheck=typecheck.value, engine=engine))


def restore(  # noqa: PLR0917 - typer reads the signature
    snapshot: Annotated[str, typer.Argument(help="A snapshot of a trace, its base, or a patch.", show_default=False)],
    repo: RepoOption = Path(),
    trace: Annotated[str | None, typer.Option(help="The trace, where several share the base.")] = None,
    dry_run: DryRun = False,
    typecheck: TypecheckOption = Typecheck.auto,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """Make a trace's newest tree that of an earlier snapshot again. What came since stays in the history.

    A patch in place of a snapshot means the tree as that patch left it. For patches that patchctl made in this working
    tree, the files in it go back; what you edited by hand since stays.
    """
    stderr = consoles.errors()
    interrupt_on_sigterm()
    with reported(stderr, as_json=as_json):
        from runner.app.reversing import restore_snapshot

        _answer(
            restore_snapshot(repo, snapshot, trace=trace, dry_run=dry_run, typecheck=typecheck.value, engine=engine)
        )


def _answer(verdict: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(verdict) + "\n")
    text = safe(human_verdict(verdict), keep_lines=True)
    consoles.errors().print(escape(text), highlight=False, soft_wrap=True)
    raise typer.Exit(exit_code([verdict]))
