"""Finds the repository that a command is about, without opening it."""

from __future__ import annotations

from pathlib import Path

from runner.errors import UsageError


def repository_above(folder: Path) -> Path:
    """The nearest folder with a ``.git``, starting with ``folder`` itself. Raises ``UsageError``."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "Check --repo.")
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    raise UsageError(f"{folder} is not in a git repository", "Go to one, or name one with --repo DIR.")
