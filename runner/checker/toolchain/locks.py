"""Lock files: package-lock.json and npm-shrinkwrap.json (versions 1 to 3), pnpm-lock.yaml (5 to 9), yarn.lock (old and
new), bun.lock. Only names and versions are read.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from runner.checker.toolchain.indented import entries
from runner.model.tree import TreeReader

_LARGEST = 48 * 1024 * 1024
_BLOCKS = ("dependencies", "devDependencies", "optionalDependencies")
_RESOLVED = re.compile(r"(?:/?((?:@[^@/()]+/)?[^@/()]+)[@/])?(\d[^()_]*)")
_BUN = re.compile(r'    "([^"\s]+)": \["((?:@[^@"/]+/)?[^@"/]+)@([^"]+)"')
_BUN_WORKSPACE = re.compile(r'    "([^"]*)": \{|      "name": "([^"]*)"')
_DESCRIPTOR = re.compile(r"((?:@[^@/\s]+/)?[^@/\s]+)@(.+)")


@dataclass(frozen=True, slots=True)
class Locked:
    """A pinned version, and the package that it really is (an alias has another name than its place)."""

    version: str
    package: str


@dataclass(frozen=True, slots=True)
class Lock:
    """``places`` maps ``(folder, name)`` to what is pinned there, the folder relative to the lock file; ``asked`` maps
    ``(name, range)``.
    """

    places: Mapping[tuple[str, str], Locked] = field(default_factory=dict)
    asked: Mapping[tuple[str, str], Locked] = field(default_factory=dict)

    def sole(self, name: str) -> Locked | None:
        """The one version of ``name`` in the whole file, if there is just one."""
        every = {locked for (_, called), locked in self.places.items() if called == name}
        every |= {locked for (called, _), locked in self.asked.items() if called == name}
        return every.pop() if len(every) == 1 else None


def read_lock(tree: TreeReader, folder: str, manager: str) -> tuple[Lock | None, str]:
    """The lock file in a folder, that of ``manager`` first, and a note for one that could not be read."""
    problem = ""
    for name in sorted(_READERS, key=lambda name: not (manager and name.startswith((manager, f"{manager}-")))):
        path = posixpath.join(folder, name)
        state = tree.read(path)
        if state is None:
            continue
        if len(state.content) > _LARGEST:
            problem = f"{path} is too large to be read"
            continue
        try:
            return _READERS[name](state.content.decode("utf-8-sig")), ""
        except (ValueError, RecursionError):
            problem = f"{path} cannot be read"
    return None, problem


def _npm(text: str) -> Lock:
    lock = json.loads(text)
    if not isinstance(lock, dict):
        raise ValueError("not an object")
    places: dict[tuple[str, str], Locked] = {}
    packages, old = lock.get("packages"), lock.get("dependencies")
    if not isinstance(packages, dict):
        rows = old if isinstance(old, dict) else {}
        packages = {f"node_modules/{name}": row for name, row in rows.items()}
    for place, row in packages.items():
        before, middle, name = place.rpartition("node_modules/")
        if not middle or not isinstance(row, dict) or not isinstance(row.get("version"), str):
            continue
        found = _resolved(row["version"].removeprefix("npm:"), str(row.get("name") or name))
        if found:
            places[(before.rstrip("/"), name)] = found
    return Lock(places)


def _pnpm(text: str) -> Lock:
    places: dict[tuple[str, str], Locked] = {}
    for path, value in entries(text):
        folder, inside = "", path
        if path[0] == "importers" and len(path) > 2:
            folder, inside = "" if path[1] == "." else path[1], path[2:]
        # "devDependencies / typescript" in old files, "devDependencies / typescript / version" in new ones.
        if inside[0] in _BLOCKS and (len(inside) == 2 or inside[2:] == ("version",)):
            found = _resolved(value, inside[1])
            places |= {(folder, inside[1]): found} if found else {}
    return Lock(places)


def _yarn(text: str) -> Lock:
    asked: dict[tuple[str, str], Locked] = {}
    for path, value in entries(text):
        if len(path) != 2 or path[1] != "version":
            continue
        for descriptor in path[0].replace('"', "").split(", "):
            if split := _DESCRIPTOR.fullmatch(descriptor):
                name, wanted = split[1], unquote(split[2])
                alias = _DESCRIPTOR.fullmatch(wanted.removeprefix("npm:"))
                locked = Locked(value, alias[1] if alias and wanted.startswith("npm:") else name)
                asked |= {(name, wanted): locked, (name, wanted.removeprefix("npm:")): locked}
    return Lock(asked=asked)


def _bun(text: str) -> Lock:
    workspaces: dict[str, str] = {}  # a package's name -> its folder
    places: dict[tuple[str, str], Locked] = {}
    folder = ""
    for line in text.splitlines():
        if found := _BUN_WORKSPACE.match(line):
            folder = found[1] if found[1] is not None else folder
            workspaces |= {found[2]: folder} if found[2] else {}
        elif entry := _BUN.match(line):
            parts = entry[1].split("/")
            cut = -2 if len(parts) > 1 and parts[-2].startswith("@") else -1
            owner, name = "/".join(parts[:cut]), "/".join(parts[cut:])
            if not owner or owner in workspaces:
                places[(workspaces[owner] if owner else "", name)] = Locked(entry[3], entry[2])
    return Lock(places)


def _resolved(text: str, name: str) -> Locked | None:
    """``5.9.3``, ``5.9.3(peer)``, ``/typescript/5.0.4_hash``, ``@scope/other@1.0.0`` for an alias; None for a link."""
    found = _RESOLVED.fullmatch(text.partition("(")[0].partition("_")[0])
    return Locked(found[2], found[1] or name) if found else None


_READERS: dict[str, Callable[[str], Lock]] = {
    "npm-shrinkwrap.json": _npm,
    "package-lock.json": _npm,
    "pnpm-lock.yaml": _pnpm,
    "yarn.lock": _yarn,
    "bun.lock": _bun,
}
