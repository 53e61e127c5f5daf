"""One run of a command on one tree, and the bytes in which it is remembered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """``exit_code`` is None if a limit ended it. ``output`` is what it printed, ``archive`` a tar of the files to keep.

    ``note`` says what the archive lacks. ``cached`` is true for a run that was remembered.
    """

    exit_code: int | None
    limit_hit: str | None
    output: bytes
    archive: bytes = b""
    note: str = ""
    duration_ms: float = 0.0
    cached: bool = False

    @property
    def passed(self) -> bool:
        return self.exit_code == 0


def written(run: Run) -> bytes:
    """A line of JSON, then the output, then the archive."""
    body = run.output + run.archive
    head = {
        "exit_code": run.exit_code,
        "output": len(run.output),
        "note": run.note,
        "duration_ms": run.duration_ms,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return json.dumps(head).encode() + b"\n" + body


def read(raw: bytes) -> Run | None:
    """None for bytes that ``written`` did not make whole."""
    line, _, body = raw.partition(b"\n")
    try:
        head = json.loads(line)
        if head["sha256"] != hashlib.sha256(body).hexdigest():
            return None
        size = int(head["output"])
        return Run(
            int(head["exit_code"]),
            None,
            body[:size],
            body[size:],
            str(head["note"]),
            float(head["duration_ms"]),
            cached=True,
        )
    except (ValueError, KeyError, TypeError):
        return None
