"""``verify``: is this change safe? For CI and pull requests."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli import consoles
from runner.cli.errors import DONE, REJECTED, reported
from runner.cli.gate_commands import MAX_BYTES, EngineOption, RepoOption, Typecheck, TypecheckOption
from runner.cli.signals import interrupt_on_sigterm
from runner.cli.typescript_options import ExcludeOption, ProjectOption, VersionOption, choice_of

if TYPE_CHECKING:
    from runner.app.verifying import Patch


class Format(StrEnum):
    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"


_HELP = {
    "base": "What the change starts from. Default: where the head left the default branch. With --patch: HEAD.",
    "head": "The change: a commit or a branch. Default: HEAD.",
    "patch": "The change as a unified diff in place of --head; - reads standard input.",
    "run": "A command (lint, tests, a build) for a container, on both sides: what passed before must pass. Repeatable.",
    "strict": "What could not be judged fails the check.",
    "allow": "A rule that may be broken, by code or name (PG514, path.runs-code). Repeatable.",
    "output": "Write there; standard output then has the text for people.",
}


def register(app: typer.Typer) -> None:
    exits = "Exit codes: 0 safe, 1 not safe, 2 wrong usage, 4 the machine failed."
    app.command(
        epilog="Examples: `patchgate verify` (what this branch changes), `patchgate verify --base origin/main --run 'npm test'`, "
        f"`git diff --cached | patchgate verify --patch -`. docs/ci.md has more. {exits}"
    )(verify)


def verify(  # noqa: PLR0917 - typer reads the signature
    repo: RepoOption = Path(),
    base: Annotated[str | None, typer.Option(help=_HELP["base"])] = None,
    head: Annotated[str | None, typer.Option(help=_HELP["head"])] = None,
    patch: Annotated[str | None, typer.Option(help=_HELP["patch"])] = None,
    run: Annotated[list[str] | None, typer.Option(help=_HELP["run"])] = None,
    format: Annotated[Format, typer.Option(help="How the result is printed.")] = Format.text,
    output: Annotated[Path | None, typer.Option(help=_HELP["output"])] = None,
    typecheck: TypecheckOption = Typecheck.auto,
    strict: Annotated[bool, typer.Option("--strict", help=_HELP["strict"])] = False,
    allow: Annotated[list[str] | None, typer.Option(help=_HELP["allow"])] = None,
    project: ProjectOption = None,
    exclude_project: ExcludeOption = None,
    typescript: VersionOption = None,
    engine: EngineOption = None,
) -> None:
    """Say whether a change is safe: no new type error, nothing lost, stubbed out, switched off or hidden.

    Compares two commits without checking them out. Nothing of either runs on this machine; types and commands run in
    containers. Only commits (or the patch) count, not uncommitted files.
    """
    from runner.app.settings import read_settings
    from runner.app.verifying import Asked, rendered, verify
    from runner.errors import UsageError

    stderr = consoles.errors()
    interrupt_on_sigterm()
    with reported(stderr, as_json=format is Format.json):
        if patch is not None and head is not None:
            raise UsageError("--patch and --head are two changes", "Give one of them.")
        asked = Asked(
            repo,
            base,
            head,
            None if patch is None else _patch(patch),
            tuple(run or ()),
            typecheck.value,
            strict,
            tuple(allow or ()),
            choice_of(project, exclude_project, typescript),
        )
        say = partial(stderr.print, highlight=False, markup=False)
        report = verify(asked, read_settings(), engine, say=say)
        text = rendered(report, format.value)
        if output is not None:
            output.write_text(text, "utf-8", errors="backslashreplace")
            text = rendered(report, Format.text.value)
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        raise typer.Exit(DONE if report.safe else REJECTED)


def _patch(name: str) -> Patch:
    """Raises ``UsageError`` for a file that is not there, too large or not text."""
    from runner.app.verifying import Patch
    from runner.errors import UsageError

    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _read(Path(name))
        text = raw.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text", "Compare two commits instead: --base and --head.") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{name} has more than {MAX_BYTES // 1024 // 1024} MiB", "Split it.")
    return Patch("the patch" if name == "-" else Path(name).name, text)


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
