"""Reverses a unified diff. For diffs that ``diffing.unified_diff`` writes: no renames, and correct counts."""

from __future__ import annotations

import re

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)")
_NO_END = "\\"


def reversed_diff(diff: str) -> str:
    """Raises ``ValueError`` if a hunk is shorter than its header says."""
    lines = diff.split("\n")
    found: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        header = _HUNK.fullmatch(line)
        if header is not None:
            size = at + 1 + _size(lines, at + 1, _count(header[2]), _count(header[4]))
            new, old = _span(header[3], header[4]), _span(header[1], header[2])
            found += [f"@@ -{new} +{old} @@{header[5]}", *_swapped(lines[at + 1 : size])]
            at = size
        elif line.startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ "):
            old, new = line[4:], lines[at + 1][4:]
            found += [f"--- {_side(new, 'b/', 'a/')}", f"+++ {_side(old, 'a/', 'b/')}"]
            at += 2
        else:
            found.append(_head(line))
            at += 1
    return "\n".join(found)


def _head(line: str) -> str:
    for one, other in (("new file mode ", "deleted file mode "), ("new mode ", "old mode ")):
        for is_now, will_be in ((one, other), (other, one)):
            if line.startswith(is_now):
                return will_be + line.removeprefix(is_now)
    return line


def _side(name: str, one: str, other: str) -> str:
    for quote in ("", '"'):
        if name.startswith(quote + one):
            return quote + other + name.removeprefix(quote + one)
    return name  # /dev/null


def _count(text: str | None) -> int:
    return 1 if text is None else int(text)


def _span(start: str, count: str | None) -> str:
    return start if count is None else f"{start},{count}"


def _size(lines: list[str], at: int, old: int, new: int) -> int:
    """How many lines a hunk has. A removed line may look like a header, so the counts decide."""
    start = at
    while old > 0 or new > 0 or (at < len(lines) and lines[at].startswith(_NO_END)):
        if at >= len(lines):
            raise ValueError("the diff ends within a hunk")
        mark = lines[at][:1]
        old -= mark in ("-", " ")
        new -= mark in ("+", " ")
        at += 1
    return at - start


def _swapped(lines: list[str]) -> list[str]:
    """Removed lines before added ones, as every reader of diffs expects. A missing line end stays with its line."""
    found: list[str] = []
    removed: list[str] = []
    added: list[str] = []
    last = found
    for line in lines:
        if line.startswith(_NO_END):
            last.append(line)
            continue
        if line.startswith(" "):
            found += [*removed, *added, line]
            removed, added = [], []
            last = found
            continue
        last = removed if line.startswith("+") else added
        last.append(("-" if line.startswith("+") else "+") + line[1:])
    return [*found, *removed, *added]
