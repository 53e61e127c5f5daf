"""What a command printed: harmless to show, and kept in files."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from runner.errors import CheckerError
from runner.model.plain import safe

TAIL_LINES = 30
TAIL_CHARACTERS = 3_000
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def readable(output: bytes) -> str:
    """As text that a terminal only prints: colours are left out, every other control character is spelt out."""
    text = _COLOURS.sub("", output.decode("utf-8", "replace")).replace("\r\n", "\n")
    return safe(text, keep_lines=True, limit=len(text))


def tail(output: bytes) -> str:
    """The last lines, bounded."""
    # A character of UTF-8 has up to four bytes; the colours are left out later.
    lines = readable(output[-8 * TAIL_CHARACTERS :]).rstrip().split("\n")[-TAIL_LINES:]
    return "\n".join(lines)[-TAIL_CHARACTERS:]


@dataclass
class OutputFolder:
    """The folder of one trace for what its commands printed. ``shown_as`` is its path as people are told it."""

    root: Path
    shown_as: str
    _count: int = 0

    def keep(self, name: str, output: bytes, archive: bytes) -> tuple[str, str]:
        """Two paths: of the output as text, and of the archive (empty if there is none). Raises ``CheckerError``."""
        self._count += 1
        stem = f"{self._count:03d}-{name}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            log = self._write(f"{stem}.log", readable(output).encode("utf-8", "replace"))
            return log, self._write(f"{stem}.tar", archive) if archive else ""
        except OSError as error:
            message = f"the output of {name} could not be written: {error}"
            raise CheckerError(message, "Is the disk full? df -h") from error

    def _write(self, name: str, content: bytes) -> str:
        with os.fdopen(os.open(self.root / name, _FLAGS, 0o644), "wb") as file:
            file.write(content)
        return f"{self.shown_as}/{name}"


def prune_outputs(folder: Path, *, before: float, most_bytes: int) -> tuple[int, int]:
    """Remove the folders of traces last written before the time ``before``, then the oldest until ``most_bytes`` are
    left. ``folder`` holds them all. Returns how many files and bytes went. Raises ``OSError``.
    """
    if folder.is_symlink() or not folder.is_dir():
        return 0, 0
    traces = [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    found = [(entry.stat().st_mtime, Path(entry.path), _sizes(entry.path)) for entry in traces]
    total = sum(sum(sizes) for _, _, sizes in found)
    files = freed = 0
    for used, path, sizes in sorted(found):
        if used >= before and total <= most_bytes:
            break
        shutil.rmtree(path)
        total, files, freed = total - sum(sizes), files + len(sizes), freed + sum(sizes)
    return files, freed


def _sizes(folder: str) -> list[int]:
    return [entry.stat(follow_symlinks=False).st_size for entry in os.scandir(folder)]
