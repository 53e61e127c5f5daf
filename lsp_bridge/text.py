"""Text as the language server sees it: decoding, the three line ends of LSP, UTF-16 columns. Pure."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n|\n|\r")


def decode(content: bytes) -> str:
    """The text that tsc sees: a BOM selects UTF-16 or UTF-8 and is dropped. Invalid bytes become U+FFFD."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")


def split_lines(text: str) -> list[str]:
    r"""The lines without their ends. Only ``\n``, ``\r\n`` and ``\r`` end a line (LSP 3.18)."""
    return _LINE_END.split(text)


def units(text: str) -> int:
    """How many UTF-16 code units ``text`` takes."""
    return len(text) + sum(character > "\uffff" for character in text)


def index_of(line: str, character: int) -> int:
    """The code point index of a UTF-16 column. Past the end means the end; inside a pair means after it."""
    if line.isascii():
        return min(character, len(line))
    seen = 0
    for index, point in enumerate(line):
        if seen >= character:
            return index
        seen += 2 if point > "\uffff" else 1
    return len(line)


def column_of(line: str, index: int) -> int:
    """The UTF-16 column of a code point index."""
    return index if line.isascii() else units(line[:index])
