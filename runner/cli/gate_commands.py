"""``submit``, ``context``, ``outline``: the gate without an order."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from runner.cli import consoles
from runner.cli.errors import CONFLICT, DONE, INFRASTRUCTURE, REJECTED, reported
from runner.cli.signals import interrupt_on_sigterm
from runner.cli.typescript_options import ExcludeOption, ProjectOption, VersionOption, choice_of
from runner.client.printing import human_outline, human_verdict
from runner.model.plain import safe

RepoOption = Annotated[Path, typer.Option("--repo", help="The repository.")]
EngineOption = Annotated[str | None, typer.Option("--engine", help="auto, docker or podman.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
MAX_BYTES = 64 * 1024 * 1024
_EXITS = {"applied": DONE, "simulated": DONE, "rejected": REJECTED, "conflict": CONFLICT, "error": INFRASTRUCTURE}


class Typecheck(StrEnum):
    auto = "auto"
    always = "always"
    strict = "strict"
    never = "never"


TypecheckOption = Annotated[
    Typecheck,
    typer.Option(
        help="auto: when the edit touches what tsc reads. strict: the same, and no source outside of all projects. "
        "never: for trees without their dependencies."
    ),
]


def register(app: typer.Typer) -> None:
    exits = (
        "Exit codes: 0 all applied or simulated, 1 one was rejected, 2 wrong usage, 3 a conflict, 4 the machine failed."
    )
    app.command(epilog=f"Example: `patchgate submit --repo . --file edit.json --dry-run`. {exits}")(submit)
    app.command(epilog="Example: `patchgate context --repo . --symbol 'src/a.ts#Shop.total'`")(context)
    app.command(epilog="Example: `patchgate outline src/a.ts`")(outline)


def submit(  # noqa: PLR0917 - typer reads the signature
    file: Annotated[str, typer.Option("--file", help="A submission, or a list of them; - reads standard input.")],
    repo: RepoOption = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge, and apply nothing.")] = False,
    typecheck: TypecheckOption = Typecheck.auto,
    project: ProjectOption = None,
    exclude_project: ExcludeOption = None,
    typescript: VersionOption = None,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """Hand submissions to the gate, on the repository's HEAD. Your branch and working tree are left alone."""
    from runner.app.branch_gate import Gate

    stderr = consoles.errors()
    interrupt_on_sigterm()
    with reported(stderr, as_json=as_json):
        choice = choice_of(project, exclude_project, typescript)
        data = read_submissions(file)
        given = [simulated(each) if dry_run else each for each in (data if isinstance(data, list) else [data])]
        with Gate.open(repo, typecheck=typecheck.value, engine=engine, typescript=choice) as gate:
            verdicts = gate.submit_all(given)
        body = {"version": 1, "verdicts": verdicts} if isinstance(data, list) else verdicts[0]
        sys.stdout.write(json.dumps(body) + "\n")
        for verdict in verdicts:
            stderr.print(escape(safe(human_verdict(verdict), keep_lines=True)), highlight=False, soft_wrap=True)
            if verdict["branch"]:
                stderr.print(
                    escape(f"  to take it over: git merge {verdict['branch']}"), highlight=False, soft_wrap=True
                )
        raise typer.Exit(exit_code(verdicts))


def read_submissions(name: str) -> object:
    """The JSON of a file, or of standard input for ``-``. Raises ``UsageError``."""
    from runner.errors import UsageError

    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _read(Path(name))
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "Check the path.") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{name} has more than {MAX_BYTES // 1024 // 1024} MiB", "Split it.")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON: {error}", "The format is described in docs/submissions.md.") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def simulated(submission: object) -> object:
    return {**submission, "dry_run": True} if isinstance(submission, dict) else submission


def exit_code(verdicts: list[dict[str, Any]]) -> int:
    """The worst of them: a machine failure, then a conflict, then a rejection."""
    return max((_EXITS[str(verdict["status"])] for verdict in verdicts), default=DONE)


def context(
    symbol: Annotated[list[str], typer.Option("--symbol", help="src/a.ts#Shop.total, or lines: src/a.ts:80-140.")],
    repo: RepoOption = Path(),
    budget: Annotated[int, typer.Option(help="Tokens, four characters each.", min=200)] = 4000,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """What the language server knows of symbols at HEAD: source, types, doc comments, what they use, who uses them."""
    from runner.app.branch_gate import Gate

    stderr = consoles.errors()
    interrupt_on_sigterm()
    with reported(stderr, as_json=as_json):
        with Gate.open(repo, engine=engine) as gate:
            text = gate.context(symbol, budget=budget)
        body = json.dumps({"version": 1, "base": gate.base, "text": text}) if as_json else text
        sys.stdout.write(body.rstrip("\n") + "\n")


def outline(
    file: Annotated[Path, typer.Argument(help="A TypeScript or JavaScript file.", show_default=False)],
    as_json: Json = False,
) -> None:
    """The declarations of a file with their addresses, kinds and lines (counted from 1). Needs no repository."""
    from runner.app.outlines import outline_json
    from runner.errors import UsageError

    stderr = consoles.errors()
    with reported(stderr, as_json=as_json):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}", "Check the path.") from error
        symbols = outline_json(content, file.as_posix())
        if as_json:
            sys.stdout.write(json.dumps({"version": 1, "file": file.as_posix(), "symbols": symbols}) + "\n")
        else:
            sys.stdout.write((human_outline(symbols) or "no declarations") + "\n")
