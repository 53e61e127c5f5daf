"""Opens a repository that may be hostile.

libgit2 is told to read no system, global or XDG configuration, so that no filter, template or identity of the user
takes part, and to sync what it writes.
"""

from __future__ import annotations

from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from runner.errors import SnapshotError, UsageError
from runner.snapshots.git.git_folder import confirm_opened, vetted_git_folder
from runner.snapshots.git.special_files import refuse_ignore_files


def isolate() -> None:
    """Cut libgit2 off from everything but the repository itself. Idempotent."""
    for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
        pygit2.settings.search_path[level] = ""
    # Root runs Patchgate on other users' repositories. Nothing in a repository is executed, so its owner is no threat
    # (libgit2's owner check guards against configured commands).
    pygit2.settings.owner_validation = False
    pygit2.settings.enable_fsync_gitdir(True)


def open_repository(folder: Path) -> pygit2.Repository:
    """The repository whose top is exactly ``folder``. Otherwise raises ``UsageError`` with what to do."""
    isolate()
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "Check the order's repo, or --repo.")
    git = vetted_git_folder(folder)
    try:
        repository = pygit2.Repository(str(folder), RepositoryOpenFlag.NO_SEARCH)
    except pygit2.GitError as error:
        raise UsageError(
            f"{folder} is not a git repository ({error})",
            f"Make it one (git -C {folder} init && git -C {folder} add -A && git -C {folder} commit -m base), "
            "or name the folder in an order: `patchgate run` imports plain folders.",
        ) from error
    confirm_opened(repository, folder, git)
    return repository


def commit_of(repository: pygit2.Repository, revision: str) -> pygit2.Commit:
    """Raises ``UsageError`` if ``revision`` does not name a commit."""
    try:
        found = repository.revparse_single(revision)
        return found.peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError) as error:
        if repository.is_empty or repository.head_is_unborn:
            raise no_commit(repository) from error
        raise UsageError(
            f"there is no revision {revision!r}", "List what is there with: git log --oneline --all"
        ) from error


def no_commit(repository: pygit2.Repository) -> UsageError:
    return UsageError(
        f"{repository.workdir or repository.path} has no commit yet", "Commit something first: git commit -m base."
    )


def refuse_dirty(repository: pygit2.Repository) -> None:
    """Raises ``UsageError`` if tracked files differ from HEAD: a run on HEAD would silently leave those changes out."""
    if repository.head_is_unborn:
        raise no_commit(repository)
    refuse_ignore_files(Path(repository.workdir))
    untracked = pygit2.enums.FileStatus.WT_NEW | pygit2.enums.FileStatus.IGNORED
    try:
        changed = [path for path, flags in repository.status(untracked_files="no").items() if flags & ~untracked]
    except pygit2.GitError as error:
        raise SnapshotError(f"the working tree could not be read: {error}") from error
    if changed:
        shown = ", ".join(sorted(changed)[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        raise UsageError(
            f"the working tree has uncommitted changes ({shown})",
            "Commit or stash them (git stash), or name a revision in the order's base to leave them out.",
        )
