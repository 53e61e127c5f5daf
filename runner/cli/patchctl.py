"""``patchctl``: in a container it talks to the runner; in a repository it uses the same gate in-process."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner.client.rpc import SOCKET


def in_a_container(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a runner to talk to."""
    return "PATCHGATE_SOCKET" in environment or Path(SOCKET).exists()


def run(arguments: Sequence[str]) -> int:
    """The exit code of docs/interfaces.md."""
    if in_a_container():
        from runner.client.cli import main as ask_the_runner

        return ask_the_runner(arguments)
    from runner.cli.patchctl_host import main as work_here

    return work_here(arguments)


def main() -> None:
    """The console script. SIGTERM is handled like Ctrl-C, so that tsc's container is removed as well."""
    if not in_a_container():
        from runner.cli.signals import interrupt_on_sigterm

        interrupt_on_sigterm()
    sys.exit(run(sys.argv[1:]))
