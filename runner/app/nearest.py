"""Which repository a command is about, and which folders are it. Nothing is opened for it."""

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


def real_roots(*folders: Path) -> tuple[str, ...]:
    """The roots (see ``runner.text.paths``) of a repository in ``folders``, as they are named and without symlinks."""
    from runner.text.paths import roots_of  # with it come the parsers, which `--help` does without

    return roots_of(str(each) for folder in folders for each in (folder.absolute(), folder.resolve()))
