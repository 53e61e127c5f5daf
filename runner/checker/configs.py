"""Reads tsconfig files as data: what they list, what they refer to, and what they extend.

The repository is hostile. A config that cannot be read gets a ``problem``; nothing here raises for it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.tree import TreeReader
from runner.syntax.jsonc import parse_jsonc

MAX_CONFIG = 256 * 1024
MAX_REFERENCES = 1000
MAX_BASES = 32
MAX_TOTAL = 8 * 1024 * 1024
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Config:
    """``references`` and ``bases`` are repository-relative; a path outside of the repository begins with ``../`` or ``/``.

    ``options``, ``files`` and ``include`` are those of the config itself, or of the configs of this tree that it extends.
    Packages that it extends are not read. ``lists`` says whether the config itself names its files;
    ``problem`` why it cannot be read, or empty.
    """

    path: str
    references: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    files: tuple[str, ...] | None = None
    include: tuple[str, ...] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    lists: bool = False
    problem: str = ""

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    @property
    def is_solution(self) -> bool:
        """It only names other projects: tsc would check nothing and exit with 0."""
        named = self.files is not None or self.include is not None
        return bool(self.references) and named and not self.files and not self.include


class ConfigReader:
    """The configs of one tree, each read once."""

    def __init__(self, tree: TreeReader) -> None:
        self._tree = tree
        self._size = 0
        self._raw: dict[str, dict[str, object] | str] = {}
        self._known: dict[str, Config] = {}

    def read(self, path: str) -> Config:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> Config:
        raw = self._object(path)
        if isinstance(raw, str):
            return Config(path, problem=raw)
        chain, bases = self._chain(path, raw)
        options: dict[str, object] = {}
        for each in reversed(chain):
            own = each.get("compilerOptions")
            options.update(own if isinstance(own, dict) else {})
        return Config(
            path,
            references=self._references(path, raw),
            bases=bases,
            files=_first_list(chain, "files"),
            include=_first_list(chain, "include"),
            options=options,
            lists="files" in raw or "include" in raw,
        )

    def _object(self, path: str) -> dict[str, object] | str:
        """The config's JSON object, or why there is none."""
        if path not in self._raw:
            self._raw[path] = self._parsed(path)
        return self._raw[path]

    def _parsed(self, path: str) -> dict[str, object] | str:
        state = self._tree.read(path)
        if state is None:
            return "it does not exist"
        self._size += len(state.content)
        if len(state.content) > MAX_CONFIG or self._size > MAX_TOTAL:
            much = f"it has more than {MAX_CONFIG // 1024} KiB"
            return much if len(state.content) > MAX_CONFIG else "the tsconfig files before it are too large in all"
        try:
            found = parse_jsonc(state.content.decode("utf-8"), unique_keys=False)
        except UnicodeDecodeError:
            return "it is not UTF-8"
        except (ValueError, RecursionError) as error:
            return f"it is not JSON with comments: {error}"
        return found if isinstance(found, dict) else "it is not a JSON object"

    def _chain(self, path: str, raw: dict[str, object]) -> tuple[list[dict[str, object]], tuple[str, ...]]:
        """The config and those of this tree that it extends, the strongest first, with the paths of the others."""
        found: dict[str, dict[str, object]] = {path: raw}
        waiting = self._extended(path, raw)
        while waiting and len(found) <= MAX_BASES:
            base = waiting.pop()
            data = self._object(base)
            if base not in found and isinstance(data, dict):
                found[base] = data
                waiting += self._extended(base, data)
        return list(found.values()), tuple(base for base in found if base != path)

    def _extended(self, path: str, raw: dict[str, object]) -> list[str]:
        """The files that a config extends, the strongest last. Packages are left out."""
        given = raw.get("extends")
        names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        local = [name for name in names[:MAX_BASES] if isinstance(name, str) and name.startswith(("./", "../"))]
        joined = [_joined(path, name) for name in local]
        found = [next((p for p in (base, f"{base}.json") if self._tree.kind(p) == "file"), None) for base in joined]
        return [base for base in found if base is not None]

    def _references(self, path: str, raw: dict[str, object]) -> tuple[str, ...]:
        given = raw.get("references")
        entries = given[:MAX_REFERENCES] if isinstance(given, list) else []
        names = [entry.get("path") for entry in entries if isinstance(entry, dict)]
        return tuple(self._target(path, name) for name in names if isinstance(name, str) and name)

    def _target(self, path: str, name: str) -> str:
        """A reference names a config, or the folder of a ``tsconfig.json``."""
        joined = _joined(path, name)
        if is_outside(joined) or (joined.endswith(".json") and self._tree.kind(joined) == "file"):
            return joined
        return posixpath.normpath(posixpath.join(joined, "tsconfig.json"))


def is_outside(path: str) -> bool:
    return path.startswith(("../", "/")) or path == ".."


def is_foreign(path: str) -> bool:
    return "node_modules" in path.split("/")


def folders_above(path: str) -> tuple[str, ...]:
    """The folders of ``path`` from the nearest to the root (``""``). What lies very deep counts as lying less deep."""
    parts = path.split("/")[:-1][:MAX_DEPTH]
    return tuple("/".join(parts[:size]) for size in range(len(parts), -1, -1))


def in_folder(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _joined(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _first_list(chain: list[dict[str, object]], key: str) -> tuple[str, ...] | None:
    for each in chain:
        value = each.get(key)
        if isinstance(value, list):
            return tuple(item for item in value if isinstance(item, str))
    return None
