"""One compiler in the store, and the record that says what it has to be.

``typescript-5.9.3/toolchain.json`` holds where the compiler came from and a digest of its files. ``read_toolchain``
checks the record, the number of files and their sizes: milliseconds, at every use. ``verify`` reads every byte;
``list`` and ``doctor`` do that once a process.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.checker.toolchain.versions import NATIVE_MAJOR, parse_version

RECORD = "toolchain.json"
PREFIX = "typescript-"
_LARGEST_RECORD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Toolchain:
    """One compiler in the store. ``integrity`` is that of the npm tarball that it was taken from."""

    version: str
    folder: Path
    native: bool
    integrity: str


class BrokenToolchain(Exception):
    """A folder of the store that must not be used. The message says why."""


def is_native(version: str) -> bool:
    parsed = parse_version(version)
    return parsed is not None and parsed.triple[0] >= NATIVE_MAJOR


def program_of(native: bool) -> str:
    """What makes a folder a compiler."""
    return "lib/tsc" if native else "lib/typescript.js"


def write_record(folder: Path, *, name: str, version: str, integrity: str) -> None:
    """Record ``folder`` as it is now."""
    count, size = _extent(folder)
    record = {
        "name": name,
        "version": version,
        "integrity": integrity,
        "files": count,
        "bytes": size,
        "digest": tree_digest(folder),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    (folder / RECORD).chmod(0o644)


def read_toolchain(folder: Path) -> Toolchain:
    """Raises ``BrokenToolchain`` unless the record is whole and the files have its number and sizes."""
    version = folder.name.removeprefix(PREFIX)
    record = _record(folder)
    native = is_native(version)
    if record.get("version") != version:
        raise BrokenToolchain(f"its record speaks of version {record.get('version')!r}")
    try:
        extent = _extent(folder)
    except OSError as error:
        raise BrokenToolchain(f"it cannot be read: {error.strerror}") from error
    if extent != (record.get("files"), record.get("bytes")) or not (folder / program_of(native)).is_file():
        raise BrokenToolchain(f"it has {extent[0]} files of {extent[1]} bytes, which is not what was stored")
    return Toolchain(version, folder, native, str(record.get("integrity", "")))


def verify(toolchain: Toolchain) -> None:
    """Read every byte. Raises ``BrokenToolchain`` if the files are not those that were stored."""
    try:
        found = tree_digest(toolchain.folder)
    except OSError as error:
        raise BrokenToolchain(f"it cannot be read: {error.strerror}") from error
    if found != _record(toolchain.folder).get("digest"):
        raise BrokenToolchain("its files are not those that were stored")


def tree_digest(folder: Path) -> str:
    """SHA-256 over each file's path, whether it is executable, its length and its content; the record is left out."""
    total = hashlib.sha256()
    for name, path, found in sorted(_files(folder)):
        head = f"{name}\0{bool(found.st_mode & stat.S_IXUSR)}\0{found.st_size}\0"
        total.update(head.encode("utf-8", "surrogateescape"))
        total.update(path.read_bytes())
    return f"sha256-{total.hexdigest()}"


def _record(folder: Path) -> dict[str, object]:
    try:
        with (folder / RECORD).open("rb") as file:
            record = json.loads(file.read(_LARGEST_RECORD))
    except FileNotFoundError as error:
        raise BrokenToolchain("it has no record: storing it was not completed") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BrokenToolchain("its record cannot be read") from error
    if not isinstance(record, dict):
        raise BrokenToolchain("its record is not an object")
    return record


def _extent(folder: Path) -> tuple[int, int]:
    sizes = [found.st_size for _, _, found in _files(folder)]
    return len(sizes), sum(sizes)


def _files(folder: Path, under: str = "") -> Iterator[tuple[str, Path, os.stat_result]]:
    """Every file but the record. A link or a special file is listed too, and then no digest is right."""
    with os.scandir(folder / under) as entries:
        for entry in entries:
            name = f"{under}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _files(folder, f"{name}/")
            elif name != RECORD:
                yield name, Path(entry.path), entry.stat(follow_symlinks=False)
