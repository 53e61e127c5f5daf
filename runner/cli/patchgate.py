"""``patchgate``: the command for people and CI."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from runner.cli import (
    consoles,
    gate_commands,
    ledger_commands,
    machine_commands,
    serve_command,
    show_command,
    toolchain_commands,
    undo_commands,
    verify_command,
)
from runner.cli.errors import DONE, INTERRUPTED, REJECTED, reported, run_as_json
from runner.cli.guard_command import guard
from runner.cli.progress import LiveProgress
from runner.cli.report_view import print_report
from runner.cli.signals import Cancelling
from runner.cli.typescript_options import ExcludeOption, ProjectOption, VersionOption, choice_of
from runner.model.events import Event

app = typer.Typer(
    name="patchgate",
    help="Run specialists on a TypeScript repository without letting one of them write to it.\n\n"
    "Every edit goes through a gate: validated, applied to a virtual tree, checked by tsc, and only then snapshotted on a "
    "branch of its own. Your branch, index and working tree are left alone.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
ledger_commands.register(app)
show_command.register(app)
machine_commands.register(app)
gate_commands.register(app)
undo_commands.register(app)
serve_command.register(app)
verify_command.register(app)
app.add_typer(guard, name="guard")
app.add_typer(toolchain_commands.toolchain, name="toolchain")

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


@app.command(
    epilog="Example: `patchgate run examples/shop-worker/order.json`. The order's format is in docs/orders.md. "
    "Exit codes: 0 done, 1 a pass was blocked or failed, 2 the order is wrong, 4 the machine failed, 130 interrupted."
)
def run(  # noqa: PLR0917 - typer reads the signature
    order: Annotated[Path, typer.Argument(help="The order, JSON or YAML.", show_default=False)],
    repo: Annotated[str | None, typer.Option(help="The repository, folder or git URL in place of the order's.")] = None,
    project: ProjectOption = None,
    exclude_project: ExcludeOption = None,
    typescript: VersionOption = None,
    engine: Annotated[str | None, typer.Option(help="auto, docker or podman.")] = None,
    as_json: Json = False,
) -> None:
    """Run an order from start to report, with live progress."""
    from runner.app.runner import Runner

    stderr = consoles.errors()
    cancelling = Cancelling()
    with reported(stderr, as_json=as_json):
        choice = choice_of(project, exclude_project, typescript)
        with LiveProgress(stderr) as progress:

            def show(event: Event) -> None:
                cancelling.began = True
                progress.show(event)

            runner = Runner(engine=engine, show=show, say=progress.say, cancel=cancelling.cancel)
            parsed = runner.read(order, repo, choice)
            # --repo is relative to the current folder, the repo in an order to the order file.
            report, repository = runner.run(parsed, Path.cwd() if repo else order.absolute().parent)
        files = repository.write_report(report)
        if as_json:
            sys.stdout.write(json.dumps(repository.report_json(report)) + "\n")
        else:
            print_report(consoles.output(), report, files)
        if report.status == "cancelled":
            raise typer.Exit(INTERRUPTED)
        raise typer.Exit(DONE if report.status in ("delivered", "awaiting-sign-off") else REJECTED)


def main() -> None:
    """The console script."""
    if "--json" in sys.argv[1:]:
        run_as_json(app)
    app()
