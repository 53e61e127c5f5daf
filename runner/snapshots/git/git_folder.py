"""Decides which git folder is opened.

A ``.git`` from an archive, or written by a program, can lead to somebody else's repository: by a ``.git`` file, a
``commondir``, a link, borrowed objects or ``core.worktree``. Anything that leads elsewhere is refused before libgit2
opens a file. Afterwards libgit2 is asked what it did open.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2 import _pygit2

from runner.errors import UsageError
from runner.snapshots.git.special_files import borrowed_by, entries_below, refuse_in_configs, refuse_special

# The parts of a git folder that libgit2 reads and writes. Elsewhere (hooks, lfs) a link is harmless: nobody here
# follows it.
_LOOKED_AT = frozenset(
    {
        "commondir", "config", "config.worktree", "gitdir", "index", "info", "logs", "objects", "packed-refs", "refs",
        "reftable", "shallow", "worktrees",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GitFolder:
    """``own`` holds HEAD and the index, ``common`` the objects and branches. They differ only in a linked worktree."""

    own: Path
    common: Path


def vetted_git_folder(folder: Path) -> GitFolder:
    """The git folder of the repository at ``folder``. Raises ``UsageError`` if something in it leads elsewhere."""
    found = _named_by(folder)
    _refuse_commondir(found.common)
    for entry in entries_below(found.common):
        # The kind comes with the name, so a regular file needs no call of its own.
        if not entry.is_file(follow_symlinks=False):
            refuse_special(Path(entry.path))
            if entry.is_symlink() and _is_looked_at(found.common, entry.path):
                raise _link(Path(entry.path))
    _refuse_borrowing(found.common, folder)
    refuse_in_configs((found.common, found.own), folder)
    return found


def confirm_opened(repository: pygit2.Repository, folder: Path, vetted: GitFolder) -> None:
    """Raises ``UsageError`` unless libgit2 reads and writes the vetted folders and works on ``folder``."""
    opened = {Path(repository.path).resolve(), _common_folder(repository)}
    if opened != {vetted.own.resolve(), vetted.common.resolve()}:
        raise UsageError(
            f"{folder} leads to the repository {', '.join(sorted(map(str, opened)))}",
            "Clone the repository and use the clone.",
        )
    if repository.workdir is None:
        raise UsageError(
            f"{folder / '.git'} is a bare repository", f"Unset it: git -C {_quoted(folder)} config core.bare false"
        )
    if Path(repository.workdir).resolve() != folder.resolve():
        raise UsageError(
            f"{folder / '.git'} is set to work on {repository.workdir}",
            f"Unset that: git -C {_quoted(folder)} config --unset core.worktree",
        )


def _named_by(folder: Path) -> GitFolder:
    """A ``.git`` file is followed only for a linked worktree that the main repository confirms by pointing back at this
    folder.
    """
    link = folder / ".git"
    if link.is_symlink():
        raise UsageError(f"{link} is a symlink", "Patchgate opens repositories whose .git is a real folder.")
    if not link.is_file():
        return GitFolder(link, link)
    named = link.read_text("utf-8", "replace").strip().removeprefix("gitdir:").strip()
    # Links on the way to a repository are its owner's business; the worktree's own folder must be a real one below
    # ``worktrees``.
    target = Path(folder, named)
    common = target.resolve().parents[1] if len(target.resolve().parts) > 2 else target
    if target.is_symlink() or target.resolve().parent.name != "worktrees":
        raise UsageError(
            f"{link} points to {target}, which is no worktree of a repository",
            "Only a linked worktree may have a .git file; a submodule is opened in a clone of its own: "
            f"git clone {_quoted(folder)} DIR",
        )
    if not (_points_to(target / "gitdir", link) and _points_to(target / "commondir", common)):
        raise UsageError(
            f"{link} points to {target}, which does not point back to it",
            f"If it was moved: git -C {_quoted(common)} worktree repair {_quoted(folder)}. "
            "Else clone the repository and use the clone.",
        )
    return GitFolder(target.resolve(), common)


def _points_to(pointer: Path, expected: Path) -> bool:
    """Whether the file ``pointer`` names ``expected``. A worktree's ``commondir`` is where git will read objects."""
    if pointer.is_symlink() or not pointer.is_file():
        return False
    named = pointer.parent / pointer.read_text("utf-8", "replace").strip()
    return named.resolve() == expected.resolve()


def _refuse_commondir(common: Path) -> None:
    pointer = common / "commondir"
    refuse_special(pointer)
    if pointer.exists() or pointer.is_symlink():
        raise UsageError(
            f"{pointer} sends git to another repository",
            "A repository of its own has no such file. Remove it, or clone the repository and use the clone.",
        )


def _is_looked_at(common: Path, path: str) -> bool:
    name = Path(path).relative_to(common).parts[0]
    return name in _LOOKED_AT or name.isupper() or name.endswith(".lock")


def _link(path: Path) -> UsageError:
    return UsageError(
        f"{path} is a symlink",
        "Patchgate writes to repositories whose .git holds no links. Clone the repository and use the clone.",
    )


def _refuse_borrowing(common: Path, folder: Path) -> None:
    """Borrowed objects are another repository's files: an archive could name any on this machine."""
    for lender in _lenders(common / "objects"):
        if not lender.resolve().is_relative_to(common.resolve()):
            list_of_them = common / "objects/info/alternates"
            raise UsageError(
                f"{list_of_them} borrows objects from {lender}, another repository",
                f"Copy them, then it stands alone: git -C {_quoted(folder)} repack -a -d && rm {_quoted(list_of_them)}",
            )


def _lenders(objects: Path) -> Iterator[Path]:
    pending, seen = [objects], {objects.resolve()}
    while pending:
        for lender in borrowed_by(pending.pop()):
            yield lender
            if lender.resolve() not in seen:
                seen.add(lender.resolve())
                pending.append(lender)


def _common_folder(repository: pygit2.Repository) -> Path:
    """The common folder as libgit2 sees it. pygit2 does not offer it, so libgit2 is called directly."""
    ask = ctypes.CDLL(_pygit2.__file__).git_repository_commondir
    ask.argtypes, ask.restype = [ctypes.c_void_p], ctypes.c_char_p
    handle = int.from_bytes(repository._pointer, sys.byteorder)
    return Path(os.fsdecode(ask(handle))).resolve()


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
