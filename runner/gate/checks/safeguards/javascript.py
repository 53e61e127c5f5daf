"""Whether tsc looks for type errors in a JavaScript file."""

from __future__ import annotations

import posixpath
import re

from runner.gate.inspection import Inspection
from runner.syntax.jsonc import parse_jsonc
from runner.syntax.tokens import comments

JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
_PRAGMA = re.compile(r"//[/\s]*@ts-(check|nocheck)", re.IGNORECASE)
# A longer chain of configurations that extend one another is a cycle.
_DEPTH = 20


def checks_javascript(inspection: Inspection, path: str) -> bool:
    """Decided by the file's own ``@ts-check``, or by ``checkJs`` in the nearest configuration above it, as in the
    candidate.
    """
    if said := pragma(_text(inspection, path), path):
        return said == "check"
    folder = posixpath.dirname(path)
    while True:
        for name in ("tsconfig.json", "jsconfig.json"):
            config = posixpath.join(folder, name)
            if _text(inspection, config):
                return _option(inspection, config, _DEPTH) is True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def pragma(text: str, path: str) -> str | None:
    """``check`` or ``nocheck``, whichever comes last."""
    found = [said[1].lower() for each in comments(text, path) if (said := _PRAGMA.match(each.text))]
    return found[-1] if found else None


def _option(inspection: Inspection, path: str, depth: int) -> object:
    """``checkJs`` as ``path`` sets it, itself or through what it extends. Packages are not read."""
    try:
        config = parse_jsonc(_text(inspection, path).removeprefix("\ufeff"))
    except ValueError:
        return None
    if not isinstance(config, dict) or depth == 0:
        return None
    options = config.get("compilerOptions")
    if isinstance(options, dict) and "checkJs" in options:
        return options["checkJs"]
    bases = config.get("extends")
    for name in reversed(bases if isinstance(bases, list) else [bases]):
        if isinstance(name, str) and name.startswith("."):
            base = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            base = base if _text(inspection, base) else f"{base}.json"
            if (said := _option(inspection, base, depth - 1)) is not None:
                return said
    return None


def _text(inspection: Inspection, path: str) -> str:
    files = inspection.candidate.files
    return inspection.text(files[path] if path in files else inspection.tree.read(path))
