"""The version of an installed package, read as data: nothing of it is run or resolved."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from runner.checker.toolchain.locks import Locked

_LARGEST = 256 * 1024


def installed_version(modules: Path, folder: str, name: str) -> Locked | None:
    """What ``node_modules/<name>/package.json`` below ``folder`` says of itself; None if it is not there."""
    if ".." in folder.split("/") or folder.startswith("/"):
        return None
    text = _read_small(modules / folder / "node_modules" / name / "package.json")
    try:
        manifest = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("version"), str):
        return None
    package = manifest.get("name")
    return Locked(manifest["version"], package if isinstance(package, str) else name)


def _read_small(path: Path) -> bytes | None:
    """A regular file of a sensible size. A FIFO or a device in its place is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return None
        return file.read(_LARGEST)
