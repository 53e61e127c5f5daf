"""The outline of one file, from its text alone: the addresses that symbol operations accept."""

from __future__ import annotations

from typing import Any

from runner.errors import UsageError
from runner.model.text import Range
from runner.model.verdict import Refused
from runner.syntax.outline import Declaration, outline
from runner.text.encoding import decode
from runner.text.positions import LineIndex


def outline_json(content: bytes, path: str) -> list[dict[str, Any]]:
    """The tree of declarations: ``address``, ``name``, ``kind``, 1-based ``start_line`` and ``end_line``, LSP ranges.

    The range is the whole statement, including ``export`` and decorators. Raises ``UsageError`` if the file is not a
    source file.
    """
    try:
        text = decode(content, path).text
        index = LineIndex(text)
        return [_symbol(each, index, path) for each in outline(text, path)]
    except Refused as refused:
        raise UsageError(refused.violations[0].message, refused.violations[0].hint) from refused


def _symbol(found: Declaration, index: LineIndex, path: str) -> dict[str, Any]:
    whole = index.range(found.start, found.end)
    return {
        "address": f"{path}#{found.key}",
        "name": found.name,
        "kind": found.kind,
        "exported": found.exported,
        "start_line": whole.start.line + 1,
        "end_line": whole.end.line + 1,
        "range": _range(whole),
        "selectionRange": _range(index.range(found.name_start, found.name_start + len(found.name))),
        "children": [_symbol(child, index, path) for child in found.children],
    }


def _range(place: Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": place.start.line, "character": place.start.character},
        "end": {"line": place.end.line, "character": place.end.character},
    }
