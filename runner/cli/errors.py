"""Turns exceptions into exit codes and one clear message: the only place that does."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from runner.cli import consoles
from runner.errors import PatchgateError

DONE, REJECTED, USAGE, CONFLICT, INFRASTRUCTURE, INTERRUPTED = 0, 1, 2, 3, 4, 130
_KINDS = {USAGE: "usage", CONFLICT: "conflict", INFRASTRUCTURE: "infrastructure"}


@contextmanager
def reported(stderr: Console, *, as_json: bool) -> Iterator[None]:
    """Run the body of a command. On an error, exit with the code of docs/interfaces.md and a message that names the
    next step.
    """
    try:
        yield
    except PatchgateError as error:
        _fail(stderr, as_json, error.exit_code, error.message, error.hint)
    except KeyboardInterrupt:
        _fail(stderr, as_json, INTERRUPTED, "interrupted; the containers are gone and nothing is half-done", "")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "Free some space (df -h shows where it went) and run the command again." if full else ""
        _fail(stderr, as_json, INFRASTRUCTURE, f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), hint)


def run_as_json(app: typer.Typer) -> NoReturn:
    """With --json, a wrong command line also gives one JSON object."""
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        _fail(consoles.errors(), True, USAGE, error.format_message(), "patchgate --help")
    raise SystemExit(code or DONE)


def _fail(stderr: Console, as_json: bool, code: int, message: str, hint: str) -> NoReturn:
    if as_json:
        body = {"version": 1, "error": {"kind": _KINDS.get(code, "interrupted"), "message": message, "hint": hint}}
        sys.stdout.write(json.dumps(body) + "\n")
    stderr.print(f"[bold red]patchgate:[/] {escape(message)}", highlight=False, soft_wrap=True)
    if hint:
        stderr.print(f"[bold]  → [/]{escape(hint)}", highlight=False, soft_wrap=True)
    raise SystemExit(code)
