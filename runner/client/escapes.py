r"""``--block "…\n"``: in double quotes a shell leaves ``\n`` as two characters, and whoever wrote it meant a line break.

Only a block without any line break of its own that ends in ``\n`` is taken so: code never ends in a backslash and an n
(nor does a comment that anyone would write). What stands in a string, a template or a regular expression stays as it is.
"""

from __future__ import annotations

_ESCAPES = {"n": "\n", "t": "\t"}
# After one of these a slash begins a regular expression; after a name, a number or a closing bracket it divides.
_BEFORE_REGEX = "(,=:[!&|?{};+-*%<>~^\n"


def means_line_breaks(block: str) -> bool:
    """Whether the block was written with ``\\n`` for line breaks."""
    return "\n" not in block and block.endswith("\\n") and not block.endswith("\\\\n")


def with_line_breaks(block: str) -> str:
    """``\\n`` and ``\\t`` outside of literals as the characters they stand for."""
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
    """What ends the literal or comment that begins here; empty where none does. A comment ends with its line."""
    if pair in ("//", "/*"):
        return "\n" if pair == "//" else "*/"
    if pair[:1] in "'\"`":
        return pair[:1]
    return "/" if pair[:1] == "/" and last[-1:] in _BEFORE_REGEX else ""
