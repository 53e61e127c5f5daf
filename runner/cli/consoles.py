"""Where a command prints: for people on standard error and output, and never truncated for a pipe."""

from __future__ import annotations

from rich.console import Console

# Without a terminal, rich assumes 80 columns and cuts tables to them, in CI logs and in pipes.
WIDE = 200


def output() -> Console:
    return _console(stderr=False)


def errors() -> Console:
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=WIDE)
