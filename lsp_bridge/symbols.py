"""The symbols of a file and their addresses (``src/a.ts#Shop.total``). Pure: the server's answers in, values out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lsprotocol import converters, types

from lsp_bridge.text import units

_CONVERTER = converters.get_converter()
_NUMBER = re.compile(r"@\d+\Z")
_SPAN = re.compile(r"^(?P<path>.+?):(?P<start>\d+)(?:-(?P<end>\d+))?$")


@dataclass(frozen=True, slots=True)
class Symbol:
    """One declaration. Lines and characters are LSP's: 0-based, UTF-16. ``end_line`` is inclusive.

    The server's range of a variable does not include ``export const``: use ``declarations.whole`` before showing its
    text.
    """

    path: str
    name: str
    kind: str
    address: str
    line: int
    character: int
    end_line: int
    end_character: int
    name_line: int
    name_character: int
    children: tuple[Symbol, ...] = ()


def symbols_of(path: str, answer: Any) -> tuple[Symbol, ...]:
    """The tree from a ``textDocument/documentSymbol`` answer (the hierarchical form)."""
    return tuple(_symbol(path, _CONVERTER.structure(item, types.DocumentSymbol), "") for item in answer or [])


def may_be_imported(symbol: Symbol) -> bool:
    """Whether a top-level symbol looks like an imported name: the server lists those as variables without a value."""
    ends_with_name = symbol.end_character == symbol.name_character + units(symbol.name)
    return symbol.kind == "variable" and symbol.end_line == symbol.name_line and ends_with_name


def walk(symbols: Sequence[Symbol]) -> Iterator[Symbol]:
    """Every symbol, parents before children."""
    for symbol in symbols:
        yield symbol
        yield from walk(symbol.children)


def numbered(symbols: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """Addresses made unique, as the gate reads them: if several symbols share one, ``@2`` is the second."""
    counts = Counter(symbol.address for symbol in walk(symbols))
    seen: Counter[str] = Counter()

    def number(symbol: Symbol) -> Symbol:
        address = symbol.address
        if counts[address] > 1:
            seen[address] += 1
            address = f"{address}@{seen[address]}"
        return replace(symbol, address=address, children=tuple(map(number, symbol.children)))

    return tuple(map(number, symbols))


def find(symbols: Sequence[Symbol], address: str) -> tuple[Symbol, ...]:
    """The symbols at ``address``. Without a number there may be several: overloads, a get/set pair, merged
    declarations.
    """
    wanted = _bare(address)
    return tuple(symbol for symbol in walk(symbols) if wanted in (symbol.address, _NUMBER.sub("", symbol.address)))


def overlapping(symbols: Sequence[Symbol], first: int, last: int) -> tuple[Symbol, ...]:
    """The innermost symbols that together contain the 0-based lines ``first``..``last``; members before their class."""
    found: list[Symbol] = []
    for symbol in symbols:
        if symbol.end_line < first or symbol.line > last:
            continue
        inner = overlapping(symbol.children, first, last) if symbol.kind in ("class", "namespace", "object") else ()
        inside = symbol.line < first or symbol.end_line > last
        found += inner if inner and inside else [symbol]
    return tuple(found)


def parse_span(address: str) -> tuple[str, int, int] | None:
    """``src/a.ts:80-140`` (1-based, inclusive) to its path and 0-based lines; None for any other address."""
    match = _SPAN.match(address)
    if match is None or "#" in address:
        return None
    start = int(match["start"])
    return match["path"], max(start - 1, 0), max(int(match["end"] or start) - 1, 0)


def as_json(symbols: Sequence[Symbol]) -> list[dict[str, object]]:
    """The tree for ``patchgate/outline``: LSP's ``DocumentSymbol`` with ``kind`` in words and an ``address``."""
    return [
        {
            "name": symbol.name,
            "kind": symbol.kind,
            "address": symbol.address,
            "range": _range(symbol.line, symbol.character, symbol.end_line, symbol.end_character),
            "selectionRange": _range(
                symbol.name_line,
                symbol.name_character,
                symbol.name_line,
                symbol.name_character + units(symbol.name),
            ),
            "children": as_json(symbol.children),
        }
        for symbol in symbols
    ]


def _symbol(path: str, node: types.DocumentSymbol, parent: str) -> Symbol:
    inner = f"{parent}.{node.name}" if parent else node.name
    symbol = Symbol(
        path=path,
        name=node.name,
        kind=_words(node.kind),
        address=f"{path}#{_bare(inner)}",
        line=node.range.start.line,
        character=node.range.start.character,
        end_line=node.range.end.line,
        end_character=node.range.end.character,
        name_line=node.selection_range.start.line,
        name_character=node.selection_range.start.character,
    )
    return replace(symbol, children=tuple(_symbol(path, child, inner) for child in node.children or []))


def _words(kind: types.SymbolKind) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", types.SymbolKind(kind).name).lower()


def _bare(address: str) -> str:
    return address.replace('"', "").replace("'", "")


def _range(line: int, character: int, end_line: int, end_character: int) -> dict[str, object]:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }
