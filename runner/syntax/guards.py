"""Guarded blocks: text between two markers that carry its hash.

    /* @hash:b8a32a6 START:pricing */
    …
    /* @hash:b8a32a6 END:pricing */

The hash covers the text between the ``*/`` of START and the ``/*`` of END, including indentation and the line breaks next
to the markers. Every CRLF and lone CR is read as LF, and the text is encoded in UTF-8. The hash is the first seven
hexadecimal digits of the SHA-256. So a change of line ends alone does not break a guard; any other change does. Names are
unique in a file, and blocks do not nest.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from runner.model.text import LineSpan, Replacement
from runner.text.positions import LineIndex

_MARKER = re.compile(r"/\*[ \t]*@hash:([0-9a-fA-F]{7})[ \t]+(START|END):([\w.-]+)[ \t]*\*/")
# A malformed marker must not pass for an ordinary comment.
_ALIKE = re.compile(r"/\*[ \t]*@hash:[^*\n]*\*/")
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Guard:
    """``start``..``end`` reaches from the first marker to the last, ``inner`` is what is between; code points, end
    exclusive.
    """

    name: str
    hash: str
    start: int
    end: int
    inner: str

    @property
    def right_hash(self) -> str:
        return guard_hash(self.inner)

    @property
    def holds(self) -> bool:
        return self.hash == self.right_hash


@dataclass(frozen=True, slots=True)
class Guards:
    """``broken`` says what is wrong with each marker whose partner is missing or does not match."""

    blocks: tuple[Guard, ...]
    broken: tuple[str, ...] = ()


def guard_hash(inner: str) -> str:
    plain = inner.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:7]


def find_guards(text: str) -> Guards:
    """Every guarded block in order."""
    if "@hash:" not in text:
        return Guards(())
    blocks: list[Guard] = []
    broken = [f"{alike[0]} is no marker" for alike in _ALIKE.finditer(text) if not _MARKER.fullmatch(alike[0])]
    opened: re.Match[str] | None = None
    for marker in _MARKER.finditer(text):
        value, side, name = marker[1].lower(), marker[2], marker[3]
        if side == "START":
            if opened is not None:
                broken.append(f"START:{opened[3]} has no END")
            opened = marker
        elif opened is None or opened[3] != name:
            broken.append(f"END:{name} has no START")
        else:
            if opened[1].lower() != value:
                broken.append(f"the markers of {name} carry two hashes")
            blocks.append(Guard(name, value, opened.start(), marker.end(), text[opened.end() : marker.start()]))
            opened = None
    if opened is not None:
        broken.append(f"START:{opened[3]} has no END")
    names = [block.name for block in blocks]
    broken += [f"{name} is guarded twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    return Guards(tuple(blocks), tuple(broken))


def add_guard(text: str, span: LineSpan, name: str) -> tuple[Replacement, ...]:
    """The two insertions that guard the lines ``span`` of ``text``. Each marker gets its own line, indented like the
    first line.

    Raises ``ValueError`` for an invalid name or invalid lines.
    """
    index = LineIndex(text)
    if not _NAME.fullmatch(name) or any(block.name == name for block in find_guards(text).blocks):
        raise ValueError(f"{name!r} is no name for a guard: letters, digits, _, . and -, not in use in the file")
    if not 1 <= span.start <= span.end <= index.count:
        raise ValueError(f"there are no lines {span.start}-{span.end}")
    start = index.offset(span.start - 1, 0)
    end = index.offset(span.end, 0) if span.end < index.count else len(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    body = text[start:end]
    if not body.endswith(("\n", "\r")):
        body += newline
    indent = body[: len(body) - len(body.lstrip(" \t"))]
    value = guard_hash(newline + body + indent)
    opening = f"{indent}/* @hash:{value} START:{name} */{newline}"
    closing = f"{indent}/* @hash:{value} END:{name} */{newline}"
    if not text[start:end].endswith(("\n", "\r")):
        closing = newline + closing.removesuffix(newline)
    return Replacement(start, start, opening), Replacement(end, end, closing)


def wrong_hashes(text: str) -> tuple[Guard, ...]:
    """The blocks whose text does not have the hash in their markers."""
    return tuple(block for block in find_guards(text).blocks if not block.holds)
