"""Text of a stranger, made harmless for a terminal and for the log of a CI runner."""

from __future__ import annotations

import re

from runner.model.plain import safe

# Runners of GitHub and Azure also obey ``##[name]`` and ``##vso[name]`` in the middle of a line.
_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)

# GitHub's runner obeys ``::name`` at the beginning of a line.
_AT_THE_START = re.compile(r"^([ \t]*)::", re.MULTILINE)


def shown(text: str, *, keep_lines: bool = False) -> str:
    """Control and format characters become visible, and no CI runner finds a command in it."""
    harmless = _COMMAND.sub("# #", safe(text, keep_lines=keep_lines))
    return _AT_THE_START.sub(r"\1: :", harmless) if keep_lines else harmless


def json_line(text: str) -> str:
    """The same for a line of JSON, which keeps its meaning: ``#`` may be written as an escape."""
    return _COMMAND.sub(r"#\\u0023", text)
