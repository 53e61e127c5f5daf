"""The tsconfig files that the scripts of ``package.json`` name. The scripts are read as text and never run."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from runner.checker.configs import in_folder, is_outside
from runner.model.tree import TreeReader

MAX_MANIFEST = 256 * 1024
MAX_SCRIPTS = 500
MAX_SCRIPT = 8192
COMPILERS = frozenset({"tsc", "tsgo", "vue-tsc", "tspc"})
_ENDS = re.compile(r"[;&|\n]+")
_CONFIG = re.compile(r"(?:^|/)[jt]sconfig[^/]*\.json$")
_PROJECT = ("-p", "--project", "--tsconfig", "--tsConfig")
_BUILD = ("-b", "--build")


def named_by_scripts(tree: TreeReader, manifest: str) -> tuple[str, ...]:
    """The configs that the scripts of one ``package.json`` name and that exist, repository-relative."""
    state = tree.read(manifest)
    if state is None or len(state.content) > MAX_MANIFEST:
        return ()
    try:
        data = json.loads(state.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    scripts = data.get("scripts") if isinstance(data, dict) else None
    texts = [text for text in scripts.values() if isinstance(text, str)] if isinstance(scripts, dict) else []
    folder = posixpath.dirname(manifest)
    found = (path for text in texts[:MAX_SCRIPTS] for path in named_by_script(text[:MAX_SCRIPT], folder))
    return tuple(dict.fromkeys(path for each in found if (path := _existing(tree, each))))


def named_by_script(script: str, folder: str) -> tuple[str, ...]:
    """What one script names, from ``folder`` on: a config, or a folder with a ``tsconfig.json``."""
    found: list[str] = []
    here = folder
    for command in _ENDS.split(script):
        words = [word.strip("'\"()") for word in command.split()]
        if words[:1] == ["cd"] and len(words) > 1:
            here = posixpath.normpath(posixpath.join(here, words[1]))
            continue
        found += [posixpath.normpath(posixpath.join(here, name)) for name in _named(words)]
    return tuple(dict.fromkeys(found))


def _named(words: list[str]) -> Iterator[str]:
    """A compiler means ``tsconfig.json`` if it is told nothing. Other programs have to name a tsconfig file in full."""
    start = next((at for at, word in enumerate(words) if posixpath.basename(word) in COMPILERS), None)
    if start is None:
        yield from (name for name in _values(words, _PROJECT) if _CONFIG.search(name))
        return
    words = words[start + 1 :]
    building = any(word in _BUILD for word in words)
    # ``tsc -b`` takes only paths; ``tsc a.ts`` looks at no config.
    plain = [word for word in words if not word.startswith("-") and "$" not in word]
    sources = [word for word in plain if word.endswith((".ts", ".tsx", ".mts", ".cts"))]
    named = [*_values(words, _PROJECT), *(plain if building else ())]
    yield from named or (() if sources else ("tsconfig.json",))


def _values(words: list[str], options: tuple[str, ...]) -> Iterator[str]:
    for at, word in enumerate(words):
        name, mark, value = word.partition("=")
        if name in options and (mark or at + 1 < len(words)):
            yield value.strip("'\"") if mark else words[at + 1]


def _existing(tree: TreeReader, path: str) -> str | None:
    if is_outside(path) or "*" in path:
        return None
    inside = "tsconfig.json" if path == "." else in_folder(path, "tsconfig.json")
    found = next((each for each in (path, inside) if tree.kind(each) == "file"), None)
    return found if found is not None and found.endswith(".json") else None
