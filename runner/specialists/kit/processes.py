"""The only way for specialists to start other programs inside their container."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """``exit_code`` is negative for a signal, and None after a timeout."""

    exit_code: int | None
    stdout: bytes
    stderr: str


def run(command: Sequence[str], *, cwd: Path, timeout_s: float, environment: Mapping[str, str] | None = None) -> Ended:
    """Run to the end in a separate process group, which is killed as a whole on timeout.

    HOME and every cache are under /tmp, the only writable place. Raises ``OSError`` if the program does not exist.
    """
    settings = {**os.environ, "HOME": tempfile.gettempdir(), "NO_COLOR": "1", "CI": "true", **(environment or {})}
    with subprocess.Popen(
        list(command),
        cwd=cwd,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return Ended(None, out, err.decode("utf-8", "replace"))
    return Ended(process.returncode, out, err.decode("utf-8", "replace"))


def last_line(text: str) -> str:
    """The last non-blank line, for messages."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else f"no message (python {sys.version_info.major})"
