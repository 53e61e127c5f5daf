"""Bytes to text and back, byte for byte. A byte order mark is kept separately: TypeScript's positions do not count it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from runner.model.verdict import Refused
from runner.model.violations import violation

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

ENCODINGS = tuple(name for _, name in _MARKS)


@dataclass(frozen=True, slots=True)
class TextFile:
    """``text`` is without ``bom``. ``encoding`` is ``utf-8``, ``utf-16-le`` or ``utf-16-be`` (the last two only with a
    BOM).
    """

    text: str
    encoding: str = "utf-8"
    bom: bytes = b""

    @property
    def newline(self) -> str:
        r"""``"\n"`` or ``"\r\n"`` if every line ends so (``"\n"`` if there is no line end), else ``"mixed"``."""
        return newline_of(self.text)


def newline_of(text: str) -> str:
    r"""``"\n"``, ``"\r\n"`` or ``"mixed"``. A lone CR means mixed."""
    returns = text.count("\r")
    if returns == 0:
        return "\n"
    pairs = text.count("\r\n")
    return "\r\n" if pairs == returns == text.count("\n") else "mixed"


def with_newline(text: str, newline: str) -> str:
    r"""The ``text`` of a payload with the line ends of its target file. A ``"mixed"`` file takes it as it is."""
    if newline == "mixed":
        return text
    plain = text.replace("\r\n", "\n") if "\r" in text else text
    return plain if newline == "\n" else plain.replace("\n", newline)


def decode(content: bytes, path: str | None = None) -> TextFile:
    """Strict. Raises ``Refused`` (``edit.not-text``) for invalid bytes and for a NUL, which means a binary file."""
    bom, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        message = f"The file is not valid {encoding}: {error.reason} at byte {len(bom) + error.start}."
        raise Refused(violation("edit.not-text", message, file=path)) from error
    if "\0" in text:
        raise Refused(violation("edit.not-text", "The file is binary: it has a NUL character.", file=path))
    return TextFile(text, encoding, bom)


def encode(file: TextFile, path: str | None = None) -> bytes:
    """The exact bytes. Raises ``Refused`` (``edit.not-text``) for a lone surrogate, and for text that begins with a
    byte order mark.
    """
    if not file.bom and file.text.startswith("\ufeff"):
        raise Refused(violation("edit.not-text", "The new text begins with a byte order mark.", file=path))
    try:
        return file.bom + file.text.encode(file.encoding)
    except UnicodeEncodeError as error:
        message = f"The new text has a lone surrogate at character {error.start}."
        raise Refused(violation("edit.not-text", message, file=path)) from error
