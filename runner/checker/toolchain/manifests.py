"""What the package.json files of a tree ask for, and the catalogs that they may refer to."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner.checker.toolchain.indented import entries
from runner.model.tree import TreeReader

_LARGEST = 1024 * 1024
_FIRM = ("devDependencies", "dependencies", "optionalDependencies")
_BLOCKS = (*_FIRM, "peerDependencies")
_CATALOG_FILES = ("pnpm-workspace.yaml", ".yarnrc.yml")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One package.json. ``asks`` maps a package to the text for it; ``firm`` are those not asked of a user only."""

    path: str
    asks: Mapping[str, str]
    firm: frozenset[str]


class Manifests:
    """The manifests of one tree, each read once."""

    def __init__(self, tree: TreeReader) -> None:
        self._tree = tree
        self._read: dict[str, dict[str, object]] = {}

    def naming(self, folders: Sequence[str], name: str) -> Manifest | None:
        """The nearest that depends on ``name``; else the nearest that asks its users for it."""
        found = [self._manifest(folder) for folder in folders]
        naming = [one for one in found if name in one.asks]
        return next((one for one in naming if name in one.firm), naming[0] if naming else None)

    def bringing(self, folders: Sequence[str], package: str) -> tuple[str, Manifest] | None:
        """The nearest dependency that is ``package`` under another name, with its manifest."""
        for manifest in map(self._manifest, folders):
            for name, asked in manifest.asks.items():
                if name != package and asked.startswith(f"npm:{package}@"):
                    return name, manifest
        return None

    def manager(self, folder: str) -> str:
        """The package manager that the manifest of a folder names (``pnpm``), or nothing."""
        return str(self._json(folder).get("packageManager", "")).partition("@")[0]

    def from_catalog(self, folders: Sequence[str], name: str, asked: str) -> str:
        """What ``catalog:`` stands for; every other text as it is."""
        if not asked.startswith("catalog:"):
            return asked
        catalog = asked.removeprefix("catalog:").strip()
        places = [("catalog", name), ("catalogs", "default", name)] if catalog in ("", "default") else []
        places = places or [("catalogs", catalog, name)]
        for folder in folders:
            known = self._catalogs(folder)
            for place in places:
                if place in known:
                    return known[place]
        return asked

    def _catalogs(self, folder: str) -> dict[tuple[str, ...], str]:
        known: dict[tuple[str, ...], str] = {}
        for file in _CATALOG_FILES:
            state = self._tree.read(posixpath.join(folder, file))
            if state is not None and len(state.content) <= _LARGEST:
                known |= dict(entries(state.content.decode("utf-8", "replace")))
        manifest = self._json(folder)
        for holder in (manifest, manifest.get("workspaces")):
            if isinstance(holder, dict):
                known |= _flat({key: holder[key] for key in ("catalog", "catalogs") if key in holder})
        return known

    def _manifest(self, folder: str) -> Manifest:
        manifest = self._json(folder)
        asks: dict[str, str] = {}
        firm: set[str] = set()
        for block in _BLOCKS:
            named = manifest.get(block)
            for name, text in named.items() if isinstance(named, dict) else ():
                if isinstance(text, str):
                    asks.setdefault(name, text)
                    firm |= {name} if block in _FIRM else set()
        return Manifest(posixpath.join(folder, "package.json"), asks, frozenset(firm))

    def _json(self, folder: str) -> dict[str, object]:
        if folder not in self._read:
            state = self._tree.read(posixpath.join(folder, "package.json"))
            small = state is not None and len(state.content) <= _LARGEST
            self._read[folder] = _object(state.content) if state is not None and small else {}
        return self._read[folder]


def _object(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _flat(tree: Mapping[str, object], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """``catalog.typescript`` and ``catalogs.old.typescript``; nothing below three keys."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in tree.items():
        if isinstance(value, str):
            found[(*above, key)] = value
        elif isinstance(value, dict) and len(above) < 2:
            found |= _flat(value, (*above, key))
    return found
