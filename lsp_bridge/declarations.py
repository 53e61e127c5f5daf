"""From the server's range of a symbol to the whole statement that a reader wants to see. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsp_bridge.symbols import Symbol

_COMMENT = re.compile(r"^\s*(/\*|\*|//)")
_DECORATOR = re.compile(r"^\s*@[\w$.]+")
_WORD = re.compile(
    r"/\*[\s\S]*?\*/|//[^\n\r]*"  # comments
    r"|'(?:\\.|[^'\\\n\r])*'|\"(?:\\.|[^\"\\\n\r])*\""  # strings
    r"|(?P<name>[^\W\d][\w$]*|\$(?!\{)[\w$]*)"
)
_KEYWORDS = frozenset(
    """
    abstract any as asserts async await bigint boolean break case catch class const constructor continue debugger
    declare default delete do else enum export extends false finally for from function get if implements import in
    infer instanceof interface is keyof let module namespace never new null number object of override private
    protected public readonly require return satisfies set static string super switch symbol this throw true try
    type typeof undefined unique unknown using var void while with yield
    """.split()  # noqa: SIM905 - a table of words reads better than seventy quoted ones
)


def whole(symbol: Symbol, lines: Sequence[str]) -> tuple[int, int]:
    """The 0-based lines of the declaration with its doc comment and decorators, both ends inclusive."""
    first = min(symbol.line, symbol.name_line)
    end = min(symbol.end_line, len(lines) - 1)
    while first > 0 and (_DECORATOR.match(lines[first - 1]) or _ends_comment(lines[first - 1])):
        first -= 1
        if lines[first].rstrip().endswith("*/") and not lines[first].lstrip().startswith("/*"):
            first = _opening(lines, first)
    return first, end


def _opening(lines: Sequence[str], last: int) -> int:
    """The line where the comment begins that ends line ``last``. The comment may mention ``/api/*``."""
    first = last
    while first > 0 and not lines[first].lstrip().startswith("/*"):
        if first < last and "*/" in lines[first]:
            break
        first -= 1
    behind_code = not lines[first].lstrip().startswith("/*")
    return next((n for n in range(last, first, -1) if "/*" in lines[n]), last) if behind_code else first


def doc_lines(symbol: Symbol, lines: Sequence[str]) -> tuple[int, int] | None:
    """The lines of the doc comment (``/** … */``) above a symbol, 0-based and inclusive, or None."""
    first, _ = whole(symbol, lines)
    start = next((n for n in range(first, symbol.name_line + 1) if lines[n].lstrip().startswith("/**")), None)
    if start is None:
        return None
    end = next((n for n in range(start, symbol.name_line + 1) if "*/" in lines[n]), start)
    return start, end


def names(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """Each identifier in the lines ``first``..``last`` once, with its line and code point index.

    Words in strings and comments are left out. Words in template literals are kept (the server says what they are).
    """
    text = "\n".join(lines[first : last + 1])
    starts = [0]
    for line in lines[first : last + 1]:
        starts.append(starts[-1] + len(line) + 1)
    seen: set[str] = set()
    row = 0
    for match in _WORD.finditer(text):
        name = match["name"]
        if name is None or name in _KEYWORDS or name in seen:
            continue
        seen.add(name)
        while starts[row + 1] <= match.start():
            row += 1
        yield name, first + row, match.start() - starts[row]


def is_import(line: str) -> bool:
    """Whether a line imports or re-exports names, which says little about how they are used."""
    return bool(re.match(r"\s*(import\b|export\s*(type\s*)?[{*].*\bfrom\b)|.*\}\s*from\s*['\"]", line))


def _ends_comment(line: str) -> bool:
    return bool(_COMMENT.match(line)) or line.rstrip().endswith("*/")
