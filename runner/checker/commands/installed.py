"""The installed packages that a command sees, and what identifies them.

A lock file does not: people patch packages by hand, link them, and install without it. Hashing every byte does, but takes
seconds. So every entry is named with its kind, size and times, as git's index does. The time of the last change
(``ctime``) is the kernel's and cannot be set, so content cannot change behind it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from runner.model.container import Mount

# What tools write beside the packages. It stays on the host; each command begins without.
CACHES = frozenset({".cache", ".vite", ".vite-temp", ".vitest"})


def packages_of(modules: Sequence[Mount]) -> tuple[Mount, ...]:
    """Every folder in these ``node_modules``: packages, scopes, ``.bin``, ``.pnpm``. Links and files are no mounts. Raises
    ``OSError``.
    """
    return tuple(
        Mount(entry.path, f"{mount.target}/{entry.name}")
        for mount in modules
        for entry in _entries(mount.source)
        if entry.is_dir(follow_symlinks=False) and not _is_cache(entry)
    )


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _is_cache(entry: os.DirEntry[str]) -> bool:
    return entry.name in CACHES and entry.is_dir(follow_symlinks=False)


def installed_identity(modules: Sequence[Mount]) -> str:
    """Reads the file system's metadata, and no content. Raises ``OSError``."""
    digest = hashlib.sha256()
    for mount in sorted(modules, key=lambda each: each.target):
        digest.update(f"mount {mount.target}\0".encode("utf-8", "surrogateescape"))
        _add_folder(digest, mount.source)
    return digest.hexdigest()


def _add_folder(digest: hashlib._Hash, top: str) -> None:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        for entry in _entries(folder):
            if folder == top and _is_cache(entry):
                continue
            state = entry.stat(follow_symlinks=False)
            is_folder = stat.S_ISDIR(state.st_mode)
            # The times of a folder change with what is in it, and that is listed anyway.
            times = "" if is_folder else f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"
            target = Path(entry.path).readlink() if stat.S_ISLNK(state.st_mode) else ""
            line = f"{entry.path[len(top) :]}\0{state.st_mode:o} {times}\0{target}\0"
            digest.update(line.encode("utf-8", "surrogateescape"))
            if is_folder:
                waiting.append(entry.path)
