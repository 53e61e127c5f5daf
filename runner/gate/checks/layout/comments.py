"""Checks that a line comment on its own line is aligned with the code above or below it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from tree_sitter import Node

from runner.gate.checks.layout.rows import Rows
from runner.syntax.trees import captures

_OPENERS = ("{", "(", "[", "=>", "=", ":", "<", "?", ",", "|", "&")
_CLOSERS = ("}", ")", "]")


def astray(rows: Rows, base: Rows) -> Iterator[tuple[int, str]]:
    """New line comments aligned neither with the code above nor with the code below, with the indentation of the
    latter. If the base has such comments, more are allowed. Commented-out code may be anywhere.
    """
    if not any(rows.text[row].startswith("//", len(rows.indent(row))) for row in rows.fresh):
        return
    found = [each for each in _astray(rows) if each[0] in rows.fresh]
    if found and next(_astray(base), None) is None:
        code = frozenset(line.strip() for line in base.text)
        yield from (each for each in found if not _is_old_code(rows.text[each[0]], code))


def _astray(rows: Rows) -> Iterator[tuple[int, str]]:
    nodes = captures(rows.syntax, "(comment) @comment").get("comment", [])
    remarks = [node.start_point.row for node in nodes if rows.opens(node) and _is_remark(rows, node)]
    known = frozenset(remarks)
    code = [row for row, line in enumerate(rows.text) if line.strip() and row not in known]
    for row in remarks:
        at = bisect_left(code, row)
        above, below = (code[at - 1] if at else None), (code[at] if at < len(code) else None)
        if not any(_fits(rows, row, above, below)):
            yield row, rows.indent(row if below is None else below)


def _is_remark(rows: Rows, node: Node) -> bool:
    return rows.text[node.start_point.row].startswith("//", len(rows.indent(node.start_point.row)))


def _fits(rows: Rows, row: int, above: int | None, below: int | None) -> Iterator[bool]:
    indent = rows.indent(row)
    if above is not None:
        stands = rows.indent(above)
        # A comment may be the first line of a block or a list, and the only one.
        yield indent == stands or (indent.startswith(stands) and rows.text[above].rstrip().endswith(_OPENERS))
    if below is not None:
        stands = rows.indent(below)
        # The last line of a block is deeper than its closing bracket.
        yield indent == stands or (indent.startswith(stands) and rows.text[below].startswith(_CLOSERS, len(stands)))
    yield above is None and below is None


def _is_old_code(line: str, code: frozenset[str]) -> bool:
    said = line.strip().lstrip("/").strip()
    return not said or said in code
