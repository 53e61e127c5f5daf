"""The real changes: every source file that differs between two consecutive releases of packages that ship TypeScript.

``corpus.json`` pins names, versions and integrity; the tarballs come through ``npm pack`` when the bench runs, are kept
under the user's cache folder, and are never part of the repository.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "patchgate" / "bench"
_PINS = Path(__file__).with_name("corpus.json")
_SOURCE = re.compile(r"(?<!\.d)\.[mc]?tsx?\Z")
_COMMITS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One file, before and after, as text with the line ends it has. ``old`` and ``new`` are the releases (or commits)."""

    package: str
    old: str
    new: str
    path: str
    before: str
    after: str

    @property
    def key(self) -> str:
        return f"{self.package} {self.old}..{self.new} {self.path}"


def seed_of(*parts: object) -> int:
    """A number that is the same in every run and on every machine."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:6], "big")


def is_source(path: str) -> bool:
    return _SOURCE.search(path) is not None


def node_tool(name: str) -> str:
    """``node`` or ``npm``: the one of this virtual environment, else the one on PATH."""
    own = Path(sys.prefix) / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is missing. Type: make setup")
    return found


def releases() -> list[tuple[str, str, str]]:
    """(package, old, new) of every pinned pair."""
    return [(entry["name"], old, new) for entry in _pins() for old, new in entry["pairs"]]


def load(package: str, version: str) -> dict[str, str]:
    """The package's own TypeScript sources by path. Files that are not UTF-8, or have a lone CR or a NUL, are left out."""
    found: dict[str, str] = {}
    with tarfile.open(_fetch(package, version)) as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            if not member.isfile() or not path.startswith("src/") or not is_source(path):
                continue
            stream = archive.extractfile(member)
            text = None if stream is None else as_text(stream.read())
            if text is not None:
                found[path] = text
    return found


def pinned_changes() -> Iterator[Change]:
    for package, old, new in releases():
        yield from _differing(package, old, new, load(package, old), load(package, new))


def project_changes(folder: Path) -> Iterator[Change]:
    """The source files that the last commits of a user's repository changed (first parents); none without a history."""
    try:
        repository = pygit2.Repository(str(folder))
        commit = repository.head.peel(pygit2.Commit)
    except pygit2.GitError:
        return
    for _ in range(_COMMITS):
        # A shallow clone names parents that it does not hold.
        if not commit.parent_ids or commit.parent_ids[0] not in repository:
            return
        parent = commit.parents[0]
        diff = parent.tree.diff_to_tree(commit.tree)
        paths = [d.new_file.path for d in diff.deltas if d.status_char() == "M" and is_source(d.new_file.path)]
        sides = [{path: text for path in paths if (text := _blob(side, path))} for side in (parent.tree, commit.tree)]
        yield from _differing(folder.name, str(parent.id)[:8], str(commit.id)[:8], sides[0], sides[1])
        commit = parent


def _blob(tree: pygit2.Tree, path: str) -> str | None:
    try:
        entry = tree[path]
    except KeyError:
        return None
    return as_text(entry.data) if isinstance(entry, pygit2.Blob) else None


def _differing(package: str, old: str, new: str, left: dict[str, str], right: dict[str, str]) -> Iterator[Change]:
    for path in sorted(left.keys() & right.keys()):
        if left[path] != right[path]:
            yield _as_checked_out(Change(package, old, new, path, left[path], right[path]))


def _as_checked_out(change: Change) -> Change:
    """Every sixth change as a Windows checkout has it, with CRLF: npm packages hold LF only."""
    if seed_of("crlf", change.key) % 6 or "\r" in change.before + change.after:
        return change
    before, after = (text.replace("\n", "\r\n") for text in (change.before, change.after))
    return Change(change.package, change.old, change.new, change.path, before, after)


def as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lone = text.count("\r") != text.count("\r\n")
    return None if lone or "\0" in text or text.startswith("\ufeff") else text


def _pins() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(_PINS.read_text("utf-8"))["packages"]
    return entries


def _fetch(package: str, version: str) -> Path:
    folder = CACHE / "packages"
    target = folder / f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"
    wanted = _integrity(package, version)
    if not target.is_file() or _digest(target) != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            node_tool("npm"),
            "pack",
            f"{package}@{version}",
            "--pack-destination",
            str(folder),
            "--ignore-scripts",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder, check=False)
        if done.returncode != 0:
            raise SystemExit(f"npm pack {package}@{version} failed: {done.stderr.strip()[-500:]}")
    if _digest(target) != wanted:
        raise SystemExit(f"{target} is not the package that corpus.json pins: its integrity differs.")
    return target


def _integrity(package: str, version: str) -> str:
    pins: Iterable[dict[str, Any]] = (entry for entry in _pins() if entry["name"] == package)
    for entry in pins:
        found = entry["releases"]
        if isinstance(found, dict) and version in found:
            return str(found[version])
    raise SystemExit(f"corpus.json does not pin {package}@{version}")


def _digest(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
