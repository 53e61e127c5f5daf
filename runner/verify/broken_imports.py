"""Imports of a declaration that the change removed: the removal was not finished, or not meant.

tsc finds them in the files of its projects. This finds them in the others too: JavaScript, and tests that no tsconfig names.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from runner.gate.inspection import text_of
from runner.model.tree import TreeReader
from runner.syntax.exports import exports, links
from runner.syntax.trees import is_source

_IMPORT = re.compile(
    r"\bimport\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^{}]*)\}\s*from\s*(['\"])(\.[^'\"\n]*)\2"
    r"|\bconst\s*\{([^{}]*)\}\s*=\s*require\(\s*(['\"])(\.[^'\"\n]*)\5\s*\)"
)
_STAR = re.compile(r"\bexport\s*\*\s*from\b|\bmodule\.exports\b|\bexports\.")
_SUFFIXES = ("", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.tsx", "/index.js")


def importers_of(head: TreeReader, removed: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """For each ``(path, name)`` that was removed and is still imported: a file that imports it. ``removed`` maps files of
    the head to the exported names that they lost.
    """
    wanted = {path: {name for name in names if not _still_there(head, path, name)} for path, names in removed.items()}
    wanted = {path: names for path, names in wanted.items() if names}
    found: dict[tuple[str, str], str] = {}
    if not wanted:
        return found
    words = [name.encode() for names in wanted.values() for name in names]
    for path in head.paths():
        state = head.read(path) if is_source(path) and "node_modules" not in path else None
        if state is None or not any(word in state.content for word in words):
            continue
        for target, names in _imports(text_of(state), path):
            for name in names & wanted.get(target, set()):
                found.setdefault((target, name), path)
    return found


def _still_there(head: TreeReader, path: str, name: str) -> bool:
    text = text_of(head.read(path))
    own, others = exports(text, path), links(text, path)
    named = own.values | own.types | others.values | others.types
    renamed = re.search(rf"\bas\s+{re.escape(name)}\b", text)
    return name in named or renamed is not None or _STAR.search(text) is not None


def _imports(text: str, path: str) -> Iterable[tuple[str, set[str]]]:
    """The files that ``path`` may mean, each with the names that it imports from it."""
    folder = posixpath.dirname(path)
    for found in _IMPORT.finditer(text):
        names = {
            re.split(r"\s+as\s+|:", each)[0].strip().removeprefix("type ") for each in (found[1] or found[4]).split(",")
        }
        there = posixpath.normpath(posixpath.join(folder, found[3] or found[6]))
        plain = re.sub(r"\.([cm]?)jsx?$", r".\1ts", there)
        for suffix in _SUFFIXES:
            yield there + suffix, names
        if plain != there:
            yield plain, names
