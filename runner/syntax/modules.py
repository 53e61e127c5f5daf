"""The modules that a file names, and which file of a tree a relative name means."""

from __future__ import annotations

import posixpath
from collections.abc import Container

from runner.syntax.kept import kept
from runner.syntax.trees import Syntax, captures

_QUERY = """
(import_statement source: (string) @name)
(export_statement source: (string) @name)
(import_require_clause source: (string) @name)
(call_expression function: (import) arguments: (arguments . (string) @name))
"""
_SOURCES = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".d.mts", ".d.cts", ".js", ".jsx", ".mjs", ".cjs")
# ``./a.js`` names the file that is compiled to it.
_COMPILED = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx", ".d.ts"), ".mjs": (".mts", ".d.mts"), ".cjs": (".cts",)}


@kept(32)
def module_names(text: str, path: str) -> tuple[str, ...]:
    """As written, in order and without repeats. Raises ``Refused`` if ``path`` is not a source file."""
    syntax = Syntax(text, path)
    nodes = captures(syntax, _QUERY).get("name", ())
    return tuple(dict.fromkeys(syntax.source(node)[1:-1] for node in nodes))


def resolve(name: str, importer: str, paths: Container[str]) -> str | None:
    """The file among ``paths`` that the relative ``name`` means in ``importer``. None for a package, and if there is
    none.
    """
    if not name.startswith("."):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
    path = "" if path == "." else path
    stem, extension = posixpath.splitext(path)
    tried = [stem + each for each in _COMPILED.get(extension, ())]
    tried += [path + each for each in _SOURCES] if path else []
    tried += [path] if extension else []
    tried += [posixpath.join(path, f"index{each}") for each in _SOURCES]
    return next((each for each in tried if each in paths), None)
