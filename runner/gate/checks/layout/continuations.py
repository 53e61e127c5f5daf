"""Checks that a line which continues a statement is indented deeper than the line it continues."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from runner.gate.checks.layout.rows import DEEPEST, Rows
from runner.syntax.trees import captures

_BRANCHES = ("ternary_expression", "conditional_type")
# For each kind of continuation: the tokens that such a line begins with, or follows.
_TOKENS = {
    "branch": '(ternary_expression ["?" ":"] @token) (conditional_type ["?" ":"] @token)',
    "member": '(member_expression ["." (optional_chain)] @token)',
    "value": '["=" "=>"] @token',
}


def shallow(rows: Rows, base: Rows) -> Iterator[tuple[int, str]]:
    """New rows that are no deeper than the line they continue, with that line's indentation. If the base has
    continuation lines of the same kind that do this, it is the file's own style and nothing is reported.
    """
    usual: dict[str, bool] = {}
    for row in sorted(rows.fresh):
        kind, above = _continued(rows, row)
        if kind and not _deeper(rows, row, above):
            if kind not in usual:
                usual[kind] = _is_usual(kind, base)
            if not usual[kind]:
                yield row, rows.indent(above)


def _is_usual(kind: str, base: Rows) -> bool:
    for token in captures(base.syntax, _TOKENS[kind]).get("token", []):
        row = token.start_point.row + (kind == "value")
        if row < len(base.text) and base.text[row].strip():
            found, above = _continued(base, row)
            if found == kind and not _deeper(base, row, above):
                return True
    return False


def _deeper(rows: Rows, row: int, above: int) -> bool:
    indent, least = rows.indent(row), rows.indent(above)
    return len(indent) > len(least) and indent.startswith(least)


def _continued(rows: Rows, row: int) -> tuple[str, int]:
    """The kind of continuation and the row that it continues; the kind is empty if the row continues nothing."""
    ahead = rows.text[row - 1].rstrip() if row else ""
    if not ahead.endswith(("=", "=>")) and not rows.text[row].lstrip().startswith(("?", ":", ".")):
        return "", row
    first = rows.token(row, len(rows.indent(row).encode()))
    # The opening bracket of a body may be on its own line.
    if first is None or first.type == "{":
        return "", row
    parent = first.parent
    if first.type in ("?", ":") and parent is not None and parent.type in _BRANCHES:
        for _ in range(DEEPEST):
            if parent.parent is None or parent.parent.type not in _BRANCHES:
                return "branch", parent.start_point.row
            parent = parent.parent
        return "", row
    if first.type in (".", "?.") and parent is not None:
        chain = parent.parent if parent.type == "optional_chain" else parent
        if chain is not None and chain.type == "member_expression":
            return "member", chain.start_point.row
    if ahead.endswith(("=", "=>")):
        last = rows.token(row - 1, len(ahead.encode()) - 1)
        if last is not None and last.type in ("=", "=>") and not _is_curried(last):
            return "value", row - 1
    return "", row


def _is_curried(arrow: Node) -> bool:
    """``a =>`` followed by another function: the two may have the same indentation."""
    body = None if arrow.parent is None else arrow.parent.child_by_field_name("body")
    return body is not None and body.type == "arrow_function"
