"""Which paths the tree's tsconfig files name, read from the files alone. Pure.

tsc decides what a project contains. This module answers one question before tsc runs: is a file that moves still among
the files that some project checks?
"""

from __future__ import annotations

import posixpath
import re

from runner.model.globs import matches
from runner.model.tree import TreeReader
from runner.syntax.jsonc import parse_jsonc

_TSCONFIG = re.compile(r"[jt]sconfig(\.[\w.-]+)?\.json")
_SUFFIX = re.compile(r"\.(json|[cm]?[jt]sx?)$")


def leaves_projects(tree: TreeReader, old: str, new: str) -> bool:
    """Whether a project names the path ``old`` and none names ``new``."""
    configs = [
        path
        for path in tree.paths()
        if _TSCONFIG.fullmatch(posixpath.basename(path)) and "node_modules" not in path.split("/")
    ]
    return any(_names(tree, path, old) for path in configs) and not any(_names(tree, path, new) for path in configs)


def _names(tree: TreeReader, config: str, path: str) -> bool:
    files, include, exclude = (_patterns(tree, config, key, ()) for key in ("files", "include", "exclude"))
    if files is not None and path in files:
        return True
    if include is None:
        include = [] if files is not None else [posixpath.normpath(posixpath.join(posixpath.dirname(config), "**/*"))]
    return _any(include, path) and not _any(exclude or [], path) and "node_modules" not in path.split("/")


def _patterns(tree: TreeReader, config: str, key: str, seen: tuple[str, ...]) -> list[str] | None:
    """The key's patterns relative to the repository root: the config's own, or those of the configs that it extends."""
    state = None if config in seen else tree.read(config)
    try:
        parsed = None if state is None else parse_jsonc(state.content.decode("utf-8").removeprefix("\ufeff"))
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return None
    folder = posixpath.dirname(config)
    own = parsed.get(key)
    if isinstance(own, list):
        return [posixpath.normpath(posixpath.join(folder, each)) for each in own if isinstance(each, str)]
    bases = parsed.get("extends")
    for name in reversed(bases if isinstance(bases, list) else [bases]):
        if isinstance(name, str) and name.startswith("."):
            joined = posixpath.normpath(posixpath.join(folder, name))
            base = joined if tree.kind(joined) == "file" else f"{joined}.json"
            found = _patterns(tree, base, key, (*seen, config))
            if found is not None:
                return found
    return None


def _any(patterns: list[str], path: str) -> bool:
    for pattern in patterns:
        if pattern == "." or matches(pattern, path):
            return True
        # A folder stands for everything in it.
        if not _SUFFIX.search(pattern) and not pattern.endswith("*") and matches(f"{pattern}/**", path):
            return True
    return False
