"""The arguments that ``patchctl`` takes in a repository, in addition to those it takes in a container."""

from __future__ import annotations

import argparse
from typing import Any

from runner.client.argument_types import line_number
from runner.client.arguments import build_parser, edit_flags
from runner.client.payloads import EDITS

Group = Any  # argparse's _SubParsersAction has no public name

DESCRIPTION = """\
Change the code of a repository through the gate, and ask what is known about it.

Each edit command hands one change to the gate, which checks it (place, task, damage, tsc) and writes it to the working
tree, or says why not. The verdict is printed as JSON; each violation has a hint. HEAD and the index stay as they are."""


def host_parser() -> argparse.ArgumentParser:
    """``parse_args`` raises ``UsageProblem``."""
    return build_parser(extend=_extend, description=DESCRIPTION)


def _extend(commands: Group) -> None:
    _guard(commands)
    for name, parser in commands.choices.items():
        parser.add_argument("--repo", metavar="DIR", help="the repository (default: the one you are in)")
        if name in EDITS:
            _judging(parser)
        elif name != "guard":
            parser.add_argument("--engine", help="auto, docker or podman, for the language server")
        if name in ("context", "diagnostics"):
            parser.add_argument("--task-id", help="the task to take the places from (default: what `next` shows)")


def _judging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", help="auto, docker or podman")
    parser.add_argument(
        "--typecheck",
        choices=("auto", "always", "strict", "never"),
        default="auto",
        help="auto (the default): when the edit touches what tsc reads and there is a tsconfig.json",
    )
    parser.add_argument(
        "--project", metavar="GLOB", action="append", default=[], help="judge these tsconfig files only"
    )
    parser.add_argument(
        "--exclude-project", metavar="GLOB", action="append", default=[], help="leave these tsconfig files out"
    )
    parser.add_argument("--typescript", metavar="VERSION", help="judge by this TypeScript, not by the repository's own")


def _guard(commands: Group) -> None:
    summary = "Guarded blocks: text that no edit may change unless its task names the guard."
    guard = commands.add_parser(
        "guard",
        help=summary,
        description=summary,
        epilog="example:\n  patchctl guard add --file src/a.ts --start 30 --end 60 --name pricing\n  patchctl guard verify",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = guard.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = _action(
        actions, "add", "Put markers with a hash around lines.", "--file src/a.ts --start 30 --end 60 --name pricing"
    )
    add.add_argument("--file", required=True, help="repository-relative path")
    add.add_argument("--start", type=line_number, required=True, help="first line")
    add.add_argument("--end", type=line_number, required=True, help="last line")
    add.add_argument("--name", required=True, help="letters, digits, _, . and -; not in use in the file")
    edit_flags(add)
    _judging(add)
    for name, summary in (("list", "The guarded blocks."), ("verify", "Whether each block still has its hash.")):
        action = _action(actions, name, summary, "src/a.ts")
        action.add_argument("paths", metavar="FILE", nargs="*", help="default: every file")
    guard.add_argument("--json", action="store_true", help="print JSON (it always is)")


def _action(actions: Group, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    """A flag after the action means the same as before it."""
    action: argparse.ArgumentParser = actions.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"example:\n  patchctl guard {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kept = argparse.SUPPRESS
    action.add_argument("--json", action="store_true", default=kept, help="print JSON (it always is)")
    action.add_argument("--repo", metavar="DIR", default=kept, help="the repository (default: the one you are in)")
    return action
