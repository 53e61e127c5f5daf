"""patchctl's arguments, as tables. Pure: building a parser reads and prints nothing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from runner.client.argument_types import Parser, line_number, sha256

DESCRIPTION = """\
Ask for changes to the code, and for what is known about it.

You cannot write to the code. Each edit command sends one change to the gate, which checks it (place, rules of your
role, damage, tsc) and applies it or says why not. The verdict is printed as JSON; each violation has a hint."""

EPILOG = """\
how to work:
  patchctl next                                     what to do
  patchctl context                                  the code of the task: types, what it uses, who uses it
  patchctl replace-symbol --symbol 'src/a.ts#Shop.total' --block-file new.ts --reason 'round once'
  patchctl done                                     or: patchctl block --why 'the schema is missing'

edits, from safest to riskiest:
  patchctl search-replace edits.json                [{"file": "src/a.ts", "search": "old", "replace": "new"}]
  patchctl rename-symbol --symbol 'src/a.ts#f' --to g
  patchctl replace-block --file src/a.ts --start 12 --end 15 <<'END'
  patchctl apply-edit edit.json                     an LSP WorkspaceEdit
  patchctl apply-diff change.diff                   git's or plain; '-' reads standard input

Add --dry-run to any edit to see the diff and the verdict without changing anything. Lines are counted from 1 and
both ends belong to the block. Paths are relative to the repository.

exit codes: 0 applied or simulated, 1 rejected, 2 wrong usage, 3 conflict, 4 the infrastructure failed"""


Add = Callable[[argparse.ArgumentParser], None]
Group = Any  # argparse's _SubParsersAction has no public name

_SYMBOL_HELP = "address of a declaration, such as 'src/a.ts#Shop.total'"


def build_parser(
    prog: str = "patchctl", extend: Callable[[Group], None] | None = None, description: str = DESCRIPTION
) -> argparse.ArgumentParser:
    """The whole parser. The command's name is in ``args.command``. ``extend`` may add more commands.

    Its ``parse_args`` raises ``UsageProblem``.
    """
    parser = Parser(
        prog=prog, description=description, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _task_commands(commands)
    _line_commands(commands)
    _file_commands(commands)
    _symbol_commands(commands)
    _question_commands(commands)
    if extend is not None:
        extend(commands)
    return parser


def _task_commands(commands: Group) -> None:
    _command(commands, "list-tasks", "The tasks, one a line: uuid, file, status.", "patchctl list-tasks")
    _command(commands, "next", "What to do now: the instruction and the places it may touch.", "patchctl next")
    _command(
        commands,
        "done",
        "The task is done; a pass ends with it.",
        "patchctl done --why 'all three routes validate'",
        _why,
    )
    _command(
        commands,
        "block",
        "The task cannot be done; a pass ends with it.",
        "patchctl block --why 'the schema is missing'",
        _why_needed,
    )
    _command(
        commands,
        "recommend",
        "Tell a person what should be done but may not be done here.",
        "patchctl recommend --title 'Index orders.user_id' --detail 'every listing scans' --impact 2 --file src/db.ts --line 9",
        _recommendation,
    )


def _line_commands(commands: Group) -> None:
    example = "patchctl {0} --file src/a.ts {1}--block 'const x = 1;' --reason 'why' --dry-run"
    place = "--line 47 "
    table = (
        ("replace-block", "Replace the lines START to END.", "--start 12 --end 15 ", _lines),
        ("insert-before", "Insert a block before a line.", place, _line),
        ("insert-after", "Insert a block after a line.", place, _line),
        ("append", "Append a block at the end of a file.", "", None),
        ("prepend", "Insert a block at the start of a file.", "", None),
    )
    for name, summary, where, add in table:
        parts = (_file_needed, *([add] if add else []), _block, _open_space, _reindent, _hash, _edit)
        _command(commands, name, summary, example.format(name, where), *parts)
    _command(
        commands,
        "write-file",
        "Write a whole file: a new one, or an existing one of which little changes.",
        "patchctl write-file --file tests/a.test.ts --block-file a.test.ts",
        _file_needed,
        _block,
        _edit,
    )


def _file_commands(commands: Group) -> None:
    table = (
        ("apply-batch", "Apply a JSON list of line operations, or a batch of anchor operations, as one change."),
        ("apply-edit", "Apply an LSP WorkspaceEdit (JSON)."),
        ("apply-diff", "Apply a unified diff."),
        ("apply-patch", "Apply a V4A patch (*** Begin Patch)."),
        ("search-replace", "Replace texts that occur once: a JSON list, or SEARCH/REPLACE blocks."),
    )
    for name, summary in table:
        _command(commands, name, summary, f"patchctl {name} change.txt --reason 'why'", _input, _edit)


def _symbol_commands(commands: Group) -> None:
    table = (
        ("replace-symbol", "Replace a declaration, its doc comment and decorators included."),
        ("insert-before-symbol", "Insert a block before a declaration."),
        ("insert-after-symbol", "Insert a block after a declaration."),
    )
    for name, summary in table:
        example = f"patchctl {name} --symbol 'src/a.ts#Shop.total' --block-file new.ts"
        _command(commands, name, summary, example, _symbol_needed, _block, _reindent, _edit)
    example = "patchctl delete-symbol --symbol 'src/a.ts#unused'"
    _command(commands, "delete-symbol", "Delete a declaration.", example, _symbol_needed, _edit)
    example = "patchctl rename-symbol --symbol 'src/a.ts#Shop.total' --to sum"
    _command(commands, "rename-symbol", "Rename a symbol wherever it is used.", example, _symbol_needed, _to, _edit)


def _question_commands(commands: Group) -> None:
    example = "patchctl context --symbol 'src/a.ts#Shop.total' --symbol src/b.ts:10-40 --budget 6000"
    _command(commands, "context", "What is known about symbols: by default, those of the task.", example, _context)
    _command(
        commands, "outline", "The declarations of a file with their addresses.", "patchctl outline src/a.ts", _path
    )
    for name, summary in (
        ("definition", "Where a symbol is declared."),
        ("references", "Where a symbol is used, in every project of the repository."),
        ("hover", "The type and the doc comment of a symbol."),
    ):
        example = (
            f"patchctl {name} --symbol 'src/a.ts#Shop.total'\n  patchctl {name} --file src/a.ts --line 12 --column 7"
        )
        _command(commands, name, summary, example, _place)
    summary = "What tsc says about files: by default, those of the task."
    _command(commands, "diagnostics", summary, "patchctl diagnostics src/a.ts", _paths)


def _command(commands: Group, name: str, summary: str, example: str, *parts: Add) -> None:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for add in parts:
        add(parser)
    parser.add_argument("--json", action="store_true", help="print JSON (edits always do)")


def _why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", default="", help="what was done")
    parser.add_argument("--task-id", help="the task it is about")


def _why_needed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", required=True, help="what is in the way; a person reads it")
    parser.add_argument("--task-id", help="the task it is about")


def _recommendation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", required=True, help="one line")
    parser.add_argument("--detail", required=True, help="why, and what to do")
    parser.add_argument("--impact", required=True, type=int, choices=(1, 2, 3), help="1 small, 3 large")
    parser.add_argument("--file", help="the file it is about")
    parser.add_argument("--line", type=line_number, help="the line it is about")
    parser.add_argument("--rule", help="the rule that found it")
    parser.add_argument("--suggestion", help="the code you would write")


def _file_needed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", required=True, help="repository-relative path")


def _lines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--start", type=line_number, required=True, help="first line to replace")
    parser.add_argument("--end", type=line_number, required=True, help="last line to replace")


def _line(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--line", type=line_number, required=True, help="line number")


def _block(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--block", help="the text itself; without --block and --block-file, standard input is read")
    source.add_argument("--block-file", help="a file that holds the text")


def _open_space(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--open-space", action="store_true", help="leave blank room around the block")


def _hash(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--verify-hash",
        metavar="SHA256",
        type=sha256,
        help="refuse unless the lines still have this SHA-256, as of: sed -n 12,15p FILE | sha256sum",
    )


def _reindent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reindent", action="store_true", help="move the block to the indentation of its place")


def edit_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of every edit."""
    _edit(parser)


def _edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="judge the change, apply nothing")
    parser.add_argument("--reason", default="", help="why; it stands in the log and the commit")
    parser.add_argument(
        "--removes",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="a declaration that the edit means to remove or to empty, such as 'src/a.ts#Shop.total' (repeatable)",
    )
    parser.add_argument("--task-id", help="the task it belongs to (default: this pass's)")
    parser.add_argument("--requester", help="who asks (a name for the log)")
    parser.add_argument("--order-id", help="the order it belongs to (default: this pass's)")
    parser.add_argument("--branch", help="the branch you are on, for the log (in a repository only)")
    parser.add_argument("--git-branch", help="commit the change to this branch (in a repository only)")


def _input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="FILE", nargs="?", default="-", help="'-' (the default) is standard input")


def _symbol_needed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--symbol", required=True, help=_SYMBOL_HELP)


def _to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="NAME", help="the new name")


def _context(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--symbol", action="append", default=[], help=_SYMBOL_HELP + ", or lines: src/a.ts:80-140")
    parser.add_argument("--file", action="append", default=[], help="a file: its outline and diagnostics")
    parser.add_argument("--budget", type=int, default=4000, help="tokens, four characters each (default: %(default)s)")


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="FILE", help="repository-relative path")


def _paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="FILE", nargs="*", help="repository-relative paths")


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--symbol", help=_SYMBOL_HELP)
    parser.add_argument("--file", help="with --line and --column: a place instead of a symbol")
    parser.add_argument("--line", type=line_number, help="counted from 1")
    parser.add_argument("--column", type=line_number, help="counted from 1, in UTF-16 code units")
