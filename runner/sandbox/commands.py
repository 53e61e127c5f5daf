"""The only way to run other programs: argument lists, always a time limit, and the whole process group is always
killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from runner.errors import SandboxError

_TOLD_LINES = 15


@dataclass(frozen=True, slots=True)
class Finished:
    """``output`` is stdout and stderr together, as text."""

    exit_code: int
    output: str

    def last_lines(self) -> str:
        return "\n".join(self.output.splitlines()[-_TOLD_LINES:])


def run_command(arguments: Sequence[str], *, timeout_s: float) -> Finished:
    """Run a host program to its end. A failing program is a result.

    Raises ``SandboxError`` if it cannot be started or takes longer than ``timeout_s``.
    """
    try:
        process = subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(f"{arguments[0]} could not be started: {error}") from error
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise SandboxError(f"{arguments[0]} took longer than {timeout_s:g} s and was ended.") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return Finished(process.returncode, output.decode("utf-8", "replace"))
