"""Base-protocol framing (LSP 3.18, "Base Protocol") over a stream of bytes.

A frame is ``Content-Length: N`` (bytes, not characters), other headers, an empty line, and N bytes of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from runner.errors import BridgeError

MAX_HEADER = 8 * 1024
MAX_BODY = 256 * 1024 * 1024
_END_OF_HEADER = b"\r\n\r\n"


def frame(message: object) -> bytes:
    """One message as bytes. A lone surrogate in a string stays an escape, because UTF-8 cannot encode it."""
    try:
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        body = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def content_length(header: bytes, limit: int = MAX_BODY) -> int:
    """The body's size in bytes from a header block. Raises ``ValueError`` if it is absent, malformed or above
    ``limit``.
    """
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if not digits.isdigit() or len(digits) > 12:
                raise ValueError("Content-Length is not a number")
            if int(digits) > limit:
                raise ValueError(f"message of {int(digits)} bytes; at most {limit} are taken")
            return int(digits)
    raise ValueError("a message without Content-Length")


class FrameReader:
    """Reads whole messages from ``receive``, which returns some bytes at a time and ``b""`` at the end.

    Both the header and the body are bounded, so that a faulty server cannot fill the host's memory.
    """

    def __init__(self, receive: Callable[[], bytes], max_header: int = MAX_HEADER, max_body: int = MAX_BODY) -> None:
        self._receive = receive
        self._max_header = max_header
        self._max_body = max_body
        self._pending = bytearray()

    def read(self) -> dict[str, Any] | None:
        """The next message, or None once the stream has ended between two messages. Raises ``BridgeError``."""
        while (end := self._pending.find(_END_OF_HEADER)) < 0:
            if len(self._pending) > self._max_header:
                raise BridgeError("the language server sent something that is not a message")
            if not self._more():
                if self._pending:
                    raise BridgeError("the language server's output ended in the middle of a message")
                return None
        try:
            size = content_length(bytes(self._pending[:end]), self._max_body)
        except ValueError as problem:
            raise BridgeError(f"the language server sent a bad header: {problem}") from problem
        start = end + len(_END_OF_HEADER)
        while len(self._pending) < start + size:
            if not self._more():
                raise BridgeError("the language server's output ended in the middle of a message")
        body = bytes(self._pending[start : start + size])
        del self._pending[: start + size]
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as problem:
            raise BridgeError("the language server sent a message that is not JSON") from problem
        if not isinstance(message, dict):
            raise BridgeError("the language server sent a message that is not an object")
        return message

    def _more(self) -> bool:
        chunk = self._receive()
        self._pending += chunk
        return bool(chunk)
