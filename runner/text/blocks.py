"""Blocks of whole lines: adapts the text of a payload to the lines of a file."""

from __future__ import annotations

import re

_INDENT = re.compile(r"[ \t]*")


def without_last_break(block: str) -> str:
    r"""``"x"`` and ``"x\n"`` are both the single line x."""
    for end in ("\r\n", "\n"):
        if block.endswith(end):
            return block[: -len(end)]
    return block


def indent_of(line: str) -> str:
    """The white space at the beginning of ``line``."""
    found = _INDENT.match(line)
    return found[0] if found else ""


def reindented(block: str, indent: str) -> str:
    r"""``block`` (lines ending in ``\n``), moved as a whole so that its least indented line has the indentation
    ``indent``.

    Blank lines lose their white space. Lines inside template literals move too, because a fragment does not show what
    is inside a string. So this is done on request only.
    """
    lines = block.split("\n")
    common = _shared([indent_of(line) for line in lines if line.strip()])
    return "\n".join(indent + line.removeprefix(common) if line.strip() else "" for line in lines)


def trimmed(block: str) -> str:
    """The block without blank lines at either end, and without the indentation of its first line: it goes where text
    has already begun.
    """
    lines = block.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines).lstrip(" \t").rstrip(" \t\r")


def _shared(indents: list[str]) -> str:
    """The longest common prefix."""
    if not indents:
        return ""
    least, most = min(indents), max(indents)
    same = 0
    while same < len(least) and least[same] == most[same]:
        same += 1
    return least[:same]
