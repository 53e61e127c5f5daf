"""Moves new lines to the depth of their surroundings. Only white space at the beginning of lines changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tree_sitter import Node

from runner.syntax.equivalence import is_reformatted
from runner.syntax.trees import Syntax, captures
from runner.text.blocks import indent_of
from runner.text.diffing import split_lines

# Moving a block may leave inner blocks at the wrong depth. Beyond this depth of nesting, nothing is moved.
ROUNDS = 12
_STRINGS = "[(template_string) (template_literal_type) (string) (regex)] @string"
_CLOSER = re.compile(r"\s*[\])}]")

Wanted = Sequence[tuple[int, str]]
"""Rows with the wrong indentation, each with the right one."""


def moves(text: str, path: str, rows: Collection[int], wrong: Callable[[str], Wanted]) -> dict[int, str]:
    """The new indentation for those of ``rows`` (0-based) that have to move until ``wrong`` finds nothing more in them.

    Empty if that state is never reached, or if the code would change. Lines inside strings and templates keep their
    bytes.
    """
    lines = split_lines(text)
    movable = frozenset(rows) - _inside_strings(Syntax(text, path))
    now = text
    for _ in range(ROUNDS):
        found = [(row, wanted) for row, wanted in wrong(now) if row in movable]
        if not found:
            break
        now = _moved(now, path, movable, found)
    else:
        return {}
    after = split_lines(now)
    changed = {row: indent_of(after[row]) for row in movable if after[row] != lines[row]}
    return changed if changed and is_reformatted(text, now, path) else {}


def _inside_strings(syntax: Syntax) -> frozenset[int]:
    found = captures(syntax, _STRINGS).get("string", [])
    spans = ((node.start_point.row, node.end_point.row) for node in found)
    return frozenset(row for first, last in spans for row in range(first + 1, last + 1))


def _moved(text: str, path: str, movable: frozenset[int], found: Wanted) -> str:
    """Move each wrong row and everything that begins there. What is nested in it moves along and is judged again."""
    lines, root = split_lines(text), Syntax(text, path).root
    done = -1
    for row, wanted in found:
        if row <= done:
            continue
        stands = indent_of(lines[row])
        done = _last(lines, root, row)
        for each in range(row, done + 1):
            own = indent_of(lines[each])
            if each in movable and lines[each].strip() and own.startswith(stands):
                lines[each] = wanted + lines[each].removeprefix(stands)
    return "".join(lines)


def _last(lines: Sequence[str], root: Node, row: int) -> int:
    """The last row of what begins in ``row``: of the largest node, or of the deeper lines if that node is only part of
    a line.
    """
    column = len(indent_of(lines[row]).encode())
    node = root.descendant_for_point_range((row, column), (row, column + 1))
    last = row
    # Asking for a parent takes time that grows with the depth, and a statement is never far up.
    for _ in range(ROUNDS):
        if node is None or node.parent is None or node.start_point != (row, column):
            break
        last = max(last, node.end_point.row)
        node = node.parent
    return last if last > row else _deeper(lines, row)


def _deeper(lines: Sequence[str], row: int) -> int:
    """The last of the deeper rows below, including a closing bracket at the row's own depth."""
    stands = indent_of(lines[row])
    if _CLOSER.match(lines[row]):
        return row
    last = row
    for below in range(row + 1, len(lines)):
        own = indent_of(lines[below])
        if lines[below].strip() and (own == stands or not own.startswith(stands)):
            return below if own == stands and below > row + 1 and _CLOSER.match(lines[below]) else last
        last = below if lines[below].strip() else last
    return last


def applied(text: str, indents: Mapping[int, str]) -> Iterable[tuple[int, int, str]]:
    """The moves as edits of the text: start and end of the white space, and its replacement."""
    at = 0
    for row, line in enumerate(split_lines(text)):
        if row in indents:
            yield at, at + len(indent_of(line)), indents[row]
        at += len(line)
