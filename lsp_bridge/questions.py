"""Single questions to the language server, as the other modules here ask them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lsp_bridge.symbols import Symbol, may_be_imported, numbered, symbols_of
from lsp_bridge.uris import uri_of

Ask = Callable[[str, object], Any]
Read = Callable[[str], bytes | None]

_FENCE = re.compile(r"^```\w*\n(.*?)\n```[ \t]*\n?(.*)$", re.DOTALL)


def document(path: str) -> dict[str, Any]:
    return {"textDocument": {"uri": uri_of(path)}}


def at(path: str, line: int, character: int) -> dict[str, Any]:
    """0-based line, UTF-16 character."""
    return {**document(path), "position": {"line": line, "character": character}}


def hover(ask: Ask, path: str, line: int, character: int) -> tuple[str, str]:
    """The signature and the doc comment (Markdown) at a place; empty strings if there are none."""
    answer = ask("textDocument/hover", at(path, line, character)) or {}
    contents = answer.get("contents") or {}
    text = contents.get("value", "") if isinstance(contents, dict) else str(contents)
    match = _FENCE.match(text)
    return (match[1].strip(), match[2].strip()) if match else ("", text.strip())


def outline(ask: Ask, path: str) -> tuple[Symbol, ...]:
    """The symbols that a file declares. The server also lists imported names as variables; those are left out."""
    symbols = symbols_of(path, ask("textDocument/documentSymbol", document(path)))
    return numbered([symbol for symbol in symbols if not (may_be_imported(symbol) and _is_imported(ask, symbol))])


def _is_imported(ask: Ask, symbol: Symbol) -> bool:
    signature, _ = hover(ask, symbol.path, symbol.name_line, symbol.name_character)
    return not signature or signature.startswith("(alias)")
