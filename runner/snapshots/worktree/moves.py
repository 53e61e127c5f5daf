"""Moves one file of a transaction: into place, back again, and the cleaning up. Each move can be repeated.

Every change of a target is one rename or one link, so a reader sees the old file or the new one and nothing else.
"""

from __future__ import annotations

import contextlib
import os

from runner.model.tree import FileState
from runner.snapshots.worktree.beneath import Found, parent_of, read_at
from runner.snapshots.worktree.journal import Part, Step, hashed


class Changed(Exception):
    """The target is no longer the file that the transaction was made for. ``path`` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was changed by somebody else")
        self.path = path


def forward(root: int, part: Part, step: Step) -> None:
    """Put the new state in place and keep the old file as the backup. Raises ``Changed`` and ``OSError``."""
    with parent_of(root, part.path) as (folder, name):
        if part.after is None:
            _take_away(folder, name, part, step)
        elif part.before is None:
            _make(folder, name, part, step)
        else:
            _replace(folder, name, part, step)


def _replace(folder: int, name: str, part: Part, step: Step) -> None:
    if not _exists(folder, part.temporary):
        return  # it is in place already
    step(f"backup {part.path}")
    with contextlib.suppress(FileExistsError):
        _link(folder, name, part.backup, part)
    # The backup must be the very file that is about to be replaced, because its content is what would be lost.
    if hashed(_content(folder, part.backup)) != part.before:
        raise Changed(part.path)
    step(f"replace {part.path}")
    os.replace(part.temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _make(folder: int, name: str, part: Part, step: Step) -> None:
    if not _exists(folder, part.temporary):
        return
    step(f"make {part.path}")
    try:
        _link(folder, part.temporary, name, part)  # unlike a rename, a link never replaces a new file
    except FileExistsError:
        if not _same(folder, part.temporary, name):
            raise Changed(part.path) from None
    step(f"made {part.path}")
    os.unlink(part.temporary, dir_fd=folder)


def _take_away(folder: int, name: str, part: Part, step: Step) -> None:
    if _exists(folder, part.backup) or not _exists(folder, name):
        return
    if hashed(_content(folder, name)) != part.before:
        raise Changed(part.path)
    step(f"remove {part.path}")
    os.rename(name, part.backup, src_dir_fd=folder, dst_dir_fd=folder)


def confirm(root: int, part: Part) -> None:
    """Raises ``Changed`` if somebody wrote into the old file while it was being replaced."""
    if part.before is None:
        return
    with parent_of(root, part.path) as (folder, _):
        if hashed(_content(folder, part.backup)) != part.before:
            raise Changed(part.path)


def back(root: int, part: Part, step: Step) -> None:
    """Restore the old state, unless somebody has changed the new one since: then their change stays. Raises
    ``OSError``.
    """
    try:
        with parent_of(root, part.path) as (folder, name):
            now = hashed(_content(folder, name))
            if part.before is None:
                ours = not _exists(folder, part.temporary) or _same(folder, part.temporary, name)
                if now == part.after and ours:
                    step(f"back {part.path}")
                    os.unlink(name, dir_fd=folder)
            elif _exists(folder, part.backup):
                step(f"back {part.path}")
                if part.after is not None and now == part.after:
                    os.replace(part.backup, name, src_dir_fd=folder, dst_dir_fd=folder)
                elif part.after is None and now is None and not _exists(folder, name):
                    os.rename(part.backup, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileNotFoundError:
        return  # the folder was never created


def clean(root: int, part: Part) -> None:
    """Remove everything except the targets. Raises ``OSError``."""
    with contextlib.suppress(FileNotFoundError):
        with parent_of(root, part.path) as (folder, _):
            for name in (part.temporary, part.backup):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)


def write_temporary(root: int, part: Part, state: FileState, like: Found | None, step: Step) -> None:
    """Write the new bytes beside the target and sync them, with the mode and owner of ``like`` (the file that they
    replace).
    """
    with parent_of(root, part.path) as (folder, _):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        step(f"create {part.path}")
        descriptor = os.open(part.temporary, flags, 0o777 if state.executable else 0o666, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as file:
            above = os.fstat(folder)
            uid, gid = (above.st_uid, above.st_gid) if like is None else (like.uid, like.gid)
            if (uid, gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):  # only root can give files away
                    os.fchown(descriptor, uid, gid)
            if like is not None:
                os.fchmod(descriptor, _mode(like, executable=state.executable))
            step(f"write {part.path}")
            file.write(state.content)
            file.flush()
            step(f"sync {part.path}")
            os.fsync(descriptor)


def _mode(like: Found, *, executable: bool) -> int:
    """The old file's mode. If the executable bit changes, it does so for everyone who may read the file, as with chmod
    and umask.
    """
    if like.executable == executable:
        return like.mode
    return like.mode | (like.mode & 0o444) >> 2 if executable else like.mode & ~0o111


def sync_parent(root: int, path: str, step: Step) -> None:
    with parent_of(root, path) as (folder, _):
        step(f"sync-folder {path}")
        os.fsync(folder)


def _link(folder: int, source: str, target: str, part: Part) -> None:
    try:
        os.link(source, target, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        raise Changed(part.path) from None


def _content(folder: int, name: str) -> bytes | None:
    try:
        found = read_at(folder, name, linked=True)
    except FileNotFoundError:
        return None
    return None if found is None else found.content


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _same(folder: int, one: str, other: str) -> bool:
    stats = [os.stat(each, dir_fd=folder, follow_symlinks=False) for each in (one, other)]
    return os.path.samestat(*stats)
