"""Which TypeScript a tsconfig's repository uses: what is installed, else what a lock file pins, else what a manifest asks.

Everything read here is data of strangers: sizes are bounded, and nothing but names and versions is taken from it.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from runner.checker.toolchain.asked import Asked, pinned_for
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
SIX = "@typescript/typescript6"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``version`` is exact, a range, or ``latest``. ``source`` is ``installed``, ``lock``, ``manifest``, ``chosen`` or
    ``default``. ``note`` says for people what was not taken as it stands, if anything.
    """

    version: str
    source: str
    note: str = ""


_last: list[VersionFinder] = []


def wanted_version(tree: TreeReader, modules: Path | None, config: str, chosen: str | None = None) -> Wanted:
    """The TypeScript for the tsconfig at ``config``, looked for from its folder upwards. ``modules`` is the host folder
    whose ``node_modules`` are mounted. Raises ``UsageError`` if ``chosen`` is no version.

    The last tree's lock files are remembered: a repository may have a hundred tsconfig files.
    """
    finder = _last[0] if _last and _last[0].serves(tree, modules) else VersionFinder(tree, modules)
    _last[:] = [finder]
    return finder.wanted(config, chosen)


class VersionFinder:
    """Answers for one tree, and remembers its manifests and lock files."""

    def __init__(self, tree: TreeReader, modules: Path | None) -> None:
        self._tree = tree
        self._modules = modules
        self._manifests = Manifests(tree)
        self._locks: dict[str, tuple[Lock | None, str]] = {}

    def serves(self, tree: TreeReader, modules: Path | None) -> bool:
        """Whether this is the finder of that very tree."""
        return self._tree is tree and self._modules == modules

    def wanted(self, config: str, chosen: str | None = None) -> Wanted:
        """As ``wanted_version``."""
        if chosen is not None:
            return _chosen(chosen)
        folders = _upward(posixpath.dirname(config))
        notes: list[str] = []
        for asked in self._candidates(folders):
            found = self._found(folders, asked, notes)
            if found is not None:
                return found
        return Wanted(DEFAULT_VERSION, "default", "; ".join(notes))

    def _candidates(self, folders: list[str]) -> list[Asked]:
        """The packages that may bring ``tsc``, the likeliest first."""
        manifest = self._manifests.naming(folders, TYPESCRIPT)
        if manifest is None:
            preview = self._manifests.naming(folders, PREVIEW)
            return [*([self._asked(folders, PREVIEW, preview)] if preview else []), Asked(TYPESCRIPT)]
        # Side by side: "typescript" is then only for tools, and the other one brings tsc.
        beside = self._manifests.bringing(folders, TYPESCRIPT) if SIX in manifest.asks[TYPESCRIPT] else None
        named = self._asked(folders, TYPESCRIPT, manifest)
        return [self._asked(folders, *beside), named] if beside else [named]

    def _asked(self, folders: list[str], name: str, manifest: Manifest) -> Asked:
        return Asked(name, manifest, meaning(self._manifests.from_catalog(folders, name, manifest.asks[name])))

    def _found(self, folders: list[str], asked: Asked, notes: list[str]) -> Wanted | None:
        for folder in folders:
            installed = installed_version(self._modules, folder, asked.name) if self._modules else None
            if installed and asked.allows(installed, folder):
                return _wanted(installed, "installed", asked.name, notes)
        for folder in folders:
            lock, problem = self._lock(folder)
            notes += [problem] if problem and problem not in notes else []
            if lock and (locked := pinned_for(asked, lock, folder, folders)):
                return _wanted(locked, "lock", asked.name, notes)
        if asked.manifest is None:
            return None
        if asked.meant is None:
            notes.append(f'"{asked.name}": "{asked.text[:80]}" in {asked.manifest.path} names no release')
            return None
        return _told(asked.meant, "manifest", asked.name, notes)

    def _lock(self, folder: str) -> tuple[Lock | None, str]:
        if folder not in self._locks:
            self._locks[folder] = read_lock(self._tree, folder, self._manifests.manager(folder))
        return self._locks[folder]


def _chosen(version: str) -> Wanted:
    if version != "latest" and parse_version(version) is None and parse_range(version) is None:
        raise UsageError(f"{version!r} is no version of TypeScript", "Name one, such as 5.9.3 or ^6.0.0.")
    return Wanted(version, "chosen")


def _wanted(found: Locked, source: str, name: str, notes: list[str]) -> Wanted | None:
    version = parse_version(found.version)
    if version is None:
        notes.append(f"the {source} {name} is {found.version[:80]!r}, which is no release")
        return None
    if found.package not in (TYPESCRIPT, name) and not found.package.startswith("@typescript/"):
        notes.append(f"the {source} {name} is an alias of {found.package[:80]}")
        return None
    return _told(Meant(str(version), found.package), source, name, notes)


def _told(meant: Meant, source: str, name: str, notes: list[str]) -> Wanted:
    more = [meant.note] if meant.note else []
    if meant.package not in ("", TYPESCRIPT, name):
        more.append(f"{name} is an alias of {meant.package}")
    if name != TYPESCRIPT:
        more.append(f"the repository's tsc is that of {name}")
    # The package numbers itself: it brings the newest TypeScript 6.
    version = "^6.0.0" if meant.package == SIX else meant.version
    return Wanted(version, source, "; ".join([*notes, *more]))


def _upward(folder: str) -> list[str]:
    """``a/b``, ``a``, and the top, which is empty."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
