r"""``--block "…\n"``: a shell passes ``\n`` in double quotes as two characters, but its author meant a line break.

Only a block that ends in ``\n`` and has no real line break is converted: code never ends in a backslash and an n (and
no real comment does). The content of strings, templates and regular expressions stays.
"""

from __future__ import annotations

_ESCAPES = {"n": "\n", "t": "\t"}
# After one of these a slash begins a regular expression; after a name, a number or a closing bracket it means division.
_BEFORE_REGEX = "(,=:[!&|?{};+-*%<>~^\n"


def means_line_breaks(block: str) -> bool:
    """Whether the block was written with ``\\n`` for line breaks."""
    return "\n" not in block and block.endswith("\\n") and not block.endswith("\\\\n")


def with_line_breaks(block: str) -> str:
    r"""Converts ``\n`` and ``\t`` outside literals to the characters that they stand for."""
    out = []
    closing = ""
    last = "\n"
    at = 0
    while at < len(block):
        char, pair = block[at], block[at : at + 2]
        if closing in ("", "\n", "*/") and char == "\\" and pair[1:] in _ESCAPES:
            char = _ESCAPES[pair[1:]]
            at += 2
            closing = "" if closing == char else closing
        elif closing:
            size = 2 if char == "\\" or pair == closing else 1
            if block[at : at + size] == closing:
                closing = ""
            char = block[at : at + size]
            at += size
        else:
            closing = _opened(pair, last)
            char = pair if closing in ("\n", "*/") else char
            at += len(char)
        out.append(char)
        last = char if char.strip() or char == "\n" else last
    return "".join(out)


def _opened(pair: str, last: str) -> str:
    """What ends the literal or comment that begins here; empty if none begins. A comment ends with its line."""
    if pair in ("//", "/*"):
        return "\n" if pair == "//" else "*/"
    if pair[:1] in "'\"`":
        return pair[:1]
    return "/" if pair[:1] == "/" and last[-1:] in _BEFORE_REGEX else ""
