"""Files that root writes into another user's repository are given to that user, so that nothing is left owned by root."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def give_to_owner(top: Path, paths: Iterable[Path]) -> None:
    """chown ``paths``, and the folders between them and ``top``, to the owner of ``top``. Does nothing unless root.

    Never follows a symlink. Skips a path that is gone.
    """
    if os.geteuid() != 0:
        return
    owner = top.stat()
    if owner.st_uid == 0:
        return
    done: set[Path] = set()
    for path in paths:
        for step in (path, *path.parents):
            if step == top or step in done or not step.is_relative_to(top):
                break
            done.add(step)
            try:
                os.chown(step, owner.st_uid, owner.st_gid, follow_symlinks=False)
            except FileNotFoundError:
                continue


def give_tree_to_owner(top: Path, folder: Path) -> None:
    """The same for everything below ``folder``."""
    if os.geteuid() == 0 and top.stat().st_uid != 0:
        give_to_owner(
            top, (folder, *(Path(root, name) for root, dirs, files in os.walk(folder) for name in dirs + files))
        )
