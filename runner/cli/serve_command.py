"""``serve``: the gate over HTTP."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from runner.cli import consoles
from runner.cli.errors import reported
from runner.cli.gate_commands import EngineOption, RepoOption, Typecheck, TypecheckOption
from runner.cli.signals import interrupt_on_sigterm
from runner.cli.typescript_options import ExcludeOption, ProjectOption, VersionOption, choice_of

PORT = 7420


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Example: `PATCHGATE_TOKEN=$(openssl rand -hex 32) patchgate serve --repo .`. The API is in docs/http.md and "
        "at /openapi.json. Ctrl-C ends it."
    )(serve)


def serve(  # noqa: PLR0917 - typer reads the signature
    repo: RepoOption = Path(),
    host: Annotated[str, typer.Option(help="Another address than the loopback needs PATCHGATE_TOKEN.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = PORT,
    allow_host: Annotated[list[str] | None, typer.Option(help="A name that clients call this server by.")] = None,
    typecheck: TypecheckOption = Typecheck.auto,
    project: ProjectOption = None,
    exclude_project: ExcludeOption = None,
    typescript: VersionOption = None,
    engine: EngineOption = None,
) -> None:
    """Answer POST /apply-patch, POST /simulate-patch and questions about the ledger, on one repository."""
    from runner.api.gate_worker import GateWorker
    from runner.api.server import TOKEN, listen, open_door, server_of, url_of
    from runner.api.service import create_app
    from runner.app.branch_gate import Gate
    from runner.app.opened import OpenedRepository
    from runner.app.settings import read_settings

    interrupt_on_sigterm()
    with reported(consoles.errors(), as_json=False):
        choice = choice_of(project, exclude_project, typescript)
        door = open_door(host, allow_host or ())
        repository = OpenedRepository.find(repo, read_settings())
        house = GateWorker(
            lambda: Gate.open(repo, typecheck=typecheck.value, engine=engine, typescript=choice),
            lambda: repository.snapshots.resolve("HEAD").id,
        )
        try:
            house.start()
            app = create_app(house, repository.ledger, token=door.token, hosts=door.hosts, addresses=door.addresses)
            with listen(door.host, port) as listener:
                if door.generated:
                    sys.stderr.write(f"token (new, since {TOKEN} is not set): {door.token}\n")
                sys.stderr.write(f"patchgate serves {repository.folder} on {url_of(listener)}\n")
                sys.stderr.flush()
                # uvicorn shuts down properly and then raises the signal again; a requested stop is not a failure.
                with suppress(KeyboardInterrupt):
                    server_of(app).run(sockets=[listener])
        finally:
            house.close()
