"""Runs remembered by content: an equal command on an equal tree in an equal image is not run again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path

from runner.checker.commands.launch import SCRIPT
from runner.checker.commands.runs import Run, read, written
from runner.errors import CheckerError
from runner.model.order import Command

MOST_BYTES = 16 * 1024 * 1024


def key_of(command: Command, *, image: str, tree: str, modules: str, npm: str) -> str:
    """Everything that a run can see: the line and its limits, the image's content, the tree, the installed packages, the
    npm that is lent to it, and the way it is started.
    """
    seen = {**asdict(command), "image": image, "tree": tree, "modules": modules, "npm": npm, "script": SCRIPT}
    del seen["name"], seen["must"], seen["when"]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


class RunCache:
    """A folder of one file for each run, used last when it was last asked for (``runner.app.keeping`` prunes it).

    It lies outside every repository: one that is cloned cannot bring a remembered pass along.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Run | None:
        path = self._folder / key
        try:
            raw = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return read(raw)

    def keep(self, key: str, run: Run) -> None:
        """A run that a limit ended depends on the machine and is not remembered. Raises ``CheckerError``."""
        raw = written(run)
        if run.exit_code is None or len(raw) > MOST_BYTES:
            return
        temporary = self._folder / f".{key}.{secrets.token_hex(4)}.new"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.write_bytes(raw)
            temporary.replace(self._folder / key)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise CheckerError(f"the run of a command could not be kept: {error}", "Is the disk full? df -h") from error
