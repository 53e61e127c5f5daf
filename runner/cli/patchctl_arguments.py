"""What ``patchctl`` takes in a repository beside what it takes in a container."""

from __future__ import annotations

import argparse
from typing import Any

from runner.client.arguments import build_parser, line_number
from runner.client.payloads import EDITS

Group = Any  # argparse's _SubParsersAction, which has no public name


def host_parser() -> argparse.ArgumentParser:
    return build_parser(extend=_extend)


def _extend(commands: Group) -> None:
    _guard(commands)
    for name, parser in commands.choices.items():
        parser.add_argument("--repo", metavar="DIR", help="the repository (default: the one you are in)")
        if name in EDITS:
            _judging(parser)
        elif name != "guard":
            parser.add_argument("--engine", help="auto, docker, podman or bwrap, for the language server")


def _judging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", help="auto, docker, podman or bwrap")
    parser.add_argument(
        "--typecheck",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto (the default): when the edit touches what tsc reads and there is a tsconfig.json",
    )


def _guard(commands: Group) -> None:
    summary = "Guarded blocks: text that no edit may change unless its task names the guard."
    guard = commands.add_parser("guard", help=summary, description=summary)
    actions = guard.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="Put markers with a hash around lines.")
    add.add_argument("--file", required=True, help="repository-relative path")
    add.add_argument("--start", type=line_number, required=True, help="first line")
    add.add_argument("--end", type=line_number, required=True, help="last line")
    add.add_argument("--name", required=True, help="letters, digits, _, . and -; not in use in the file")
    add.add_argument("--dry-run", action="store_true", help="judge the change, apply nothing")
    add.add_argument("--reason", default="", help="why; it stands in the log")
    _judging(add)
    for name, summary in (("list", "The guarded blocks."), ("verify", "Whether each block still has its hash.")):
        action = actions.add_parser(name, help=summary)
        action.add_argument("paths", metavar="FILE", nargs="*", help="default: every file")
    guard.add_argument("--json", action="store_true", help="print JSON (it always is)")
