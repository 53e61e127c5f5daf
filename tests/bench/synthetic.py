"""Honest changes for a folder that has no history: small edits of its own files, made by rule and the same in every run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.corpus import Change, as_text, is_source, seed_of

MOST = 200
_SKIPPED = frozenset(("node_modules", "dist", "build", "out", "coverage"))
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|class|interface|const|type) (\w+)", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.\"'`-])[1-9]\d{0,5}(?![\w.\"'`])")
_STATEMENT = re.compile(r"^([ \t]+)(?:return\b|this\.\w+ = ).*;$", re.MULTILINE)


def synthetic_changes(folder: Path) -> Iterator[Change]:
    """One change for each of up to ``MOST`` source files; those that no rule fits are left out."""
    found = sorted(_sources(folder), key=lambda path: seed_of("synthetic", path))
    for path in found[:MOST]:
        before = as_text((folder / path).read_bytes())
        if before is None:
            continue
        before = before.replace("\r\n", "\n")
        turn = seed_of("rule", path)
        after = next((new for step in range(len(_RULES)) if (new := _RULES[(turn + step) % len(_RULES)](before))), None)
        if after is not None:
            yield Change(folder.name, "base", "synthetic", path, before, after)


def _sources(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
        yield from (Path(place, name).relative_to(folder).as_posix() for name in files if is_source(name))


def _documented(text: str) -> str | None:
    """A doc comment above the first declaration that has none."""
    for found in _TOP_LEVEL.finditer(text):
        if not text[: found.start()].rstrip().endswith("*/"):
            return f"{text[: found.start()]}/** What {found[1]} stands for. */\n{text[found.start() :]}"
    return None


def _extended(text: str) -> str | None:
    """A function at the end."""
    return f"{text}\nexport function addedAtTheEnd(first: number): number {{\n  return first + 1;\n}}\n"


def _renumbered(text: str) -> str | None:
    """Another number in place of one."""
    found = _NUMBER.search(text)
    return None if found is None else f"{text[: found.start()]}{int(found[0]) + 1}{text[found.end() :]}"


def _traced(text: str) -> str | None:
    """A statement before another one, as deep as it."""
    found = _STATEMENT.search(text)
    return (
        None if found is None else f'{text[: found.start()]}{found[1]}console.debug("here");\n{text[found.start() :]}'
    )


_RULES: tuple[Callable[[str], str | None], ...] = (_documented, _extended, _renumbered, _traced)
