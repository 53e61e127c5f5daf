"""Which TypeScript a tsconfig's repository uses: what is installed, else what a lock file pins, else what a manifest asks.

Everything read here is data of strangers: sizes are bounded, and nothing but names and versions is taken from it.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from runner.checker.toolchain.installed import installed_version
from runner.checker.toolchain.locks import Lock, Locked, read_lock
from runner.checker.toolchain.manifests import Manifest, Manifests
from runner.checker.toolchain.specifiers import Meant, meaning
from runner.checker.toolchain.versions import parse_range, parse_version
from runner.errors import UsageError
from runner.model.tree import TreeReader

DEFAULT_VERSION = "5.9.3"
"""For a repository that names no TypeScript: the newest that set-up brings and that takes older tsconfig files without
an error of its own. (6.0 reports ``baseUrl``, ``target: ES5`` and ``moduleResolution: node`` as errors.)
"""
TYPESCRIPT = "typescript"
PREVIEW = "@typescript/native-preview"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``version`` is exact, a range, or ``latest``. ``source`` is ``installed``, ``lock``, ``manifest``, ``chosen`` or
    ``default``. ``note`` says for people what was not taken as it stands, if anything.
    """

    version: str
    source: str
    note: str = ""


def wanted_version(tree: TreeReader, modules: Path | None, config: str, chosen: str | None = None) -> Wanted:
    """The TypeScript for the tsconfig at ``config``, looked for from its folder upwards. ``modules`` is the host folder
    whose ``node_modules`` are mounted. Raises ``UsageError`` if ``chosen`` is no version.

    For many tsconfig files of one tree, keep a ``VersionFinder``: it reads each lock file once.
    """
    return VersionFinder(tree, modules).wanted(config, chosen)


class VersionFinder:
    """Answers for one tree, and remembers its manifests and lock files."""

    def __init__(self, tree: TreeReader, modules: Path | None) -> None:
        self._tree = tree
        self._modules = modules
        self._manifests = Manifests(tree)
        self._locks: dict[str, tuple[Lock | None, str]] = {}

    def wanted(self, config: str, chosen: str | None = None) -> Wanted:
        """As ``wanted_version``."""
        if chosen is not None:
            return _chosen(chosen)
        folders = _upward(posixpath.dirname(config))
        manifest = self._manifests.naming(folders, TYPESCRIPT)
        preview = None if manifest else self._manifests.naming(folders, PREVIEW)
        names = ((PREVIEW, preview), (TYPESCRIPT, None)) if preview else ((TYPESCRIPT, manifest),)
        notes: list[str] = []
        for name, named in names:
            found = self._found(folders, name, named, notes)
            if found is not None:
                return found
        return Wanted(DEFAULT_VERSION, "default", "; ".join(notes))

    def _found(self, folders: list[str], name: str, named: Manifest | None, notes: list[str]) -> Wanted | None:
        for folder in folders:
            if self._modules and (installed := installed_version(self._modules, folder, name)):
                return _wanted(installed, "installed", name, notes)
        asked = named.asks[name] if named else None
        for folder in folders:
            lock, problem = self._lock(folder)
            notes += [problem] if problem and problem not in notes else []
            if lock and (locked := _locked(lock, folders, folder, name, asked)):
                return _wanted(locked, "lock", name, notes)
        if named is None:
            return None
        meant = meaning(self._manifests.from_catalog(folders, name, named.asks[name]))
        if meant is None:
            notes.append(f'"{name}": "{named.asks[name][:80]}" in {named.path} names no release')
            return None
        return Wanted(meant.version, "manifest", "; ".join([*notes, *_notes(meant, name)]))

    def _lock(self, folder: str) -> tuple[Lock | None, str]:
        if folder not in self._locks:
            self._locks[folder] = read_lock(self._tree, folder, self._manifests.manager(folder))
        return self._locks[folder]


def _chosen(version: str) -> Wanted:
    if version != "latest" and parse_version(version) is None and parse_range(version) is None:
        raise UsageError(f"{version!r} is no version of TypeScript", "Name one, such as 5.9.3 or ^6.0.0.")
    return Wanted(version, "chosen")


def _locked(lock: Lock, folders: list[str], at: str, name: str, asked: str | None) -> Locked | None:
    inside = [posixpath.relpath(folder or ".", at or ".") for folder in folders if _within(folder, at)]
    return lock.find(["" if folder == "." else folder for folder in inside], name, asked) or lock.sole(name)


def _wanted(found: Locked, source: str, name: str, notes: list[str]) -> Wanted | None:
    version = parse_version(found.version)
    if version is None:
        notes.append(f"the {source} {name} is {found.version[:80]!r}, which is no release")
        return None
    meant = Meant(str(version), found.package)
    more = _notes(meant, name)
    if meant.package not in (TYPESCRIPT, name) and not meant.package.startswith("@typescript/"):
        notes += more
        return None
    return Wanted(meant.version, source, "; ".join([*notes, *more]))


def _notes(meant: Meant, name: str) -> list[str]:
    alias = [f"{name} is an alias of {meant.package}"] if meant.package not in ("", TYPESCRIPT, name) else []
    preview = [f"the repository uses {PREVIEW}"] if name == PREVIEW else []
    return [*alias, *preview, *([meant.note] if meant.note else [])]


def _within(folder: str, at: str) -> bool:
    return not at or folder == at or folder.startswith(f"{at}/")


def _upward(folder: str) -> list[str]:
    """``a/b``, ``a``, and the top, which is empty."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
