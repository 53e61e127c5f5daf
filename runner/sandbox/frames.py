"""The framing of an attached socket, and output that is kept only up to a limit. Pure.

Engine API, "Attach to a container", stream format: an 8-byte header (stream type, three zero bytes, big-endian length
of the payload), then the payload. 1 is stdout, 2 is stderr.
"""

from __future__ import annotations

from collections.abc import Iterator

STDOUT = 1
STDERR = 2
_HEADER = 8


class Frames:
    """Takes the socket's bytes in pieces of any size. Payloads are passed on as they arrive, never collected up to a
    frame.
    """

    def __init__(self) -> None:
        self._header = bytearray()
        self._stream = STDOUT
        self._left = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The (stream, payload part) pairs in ``data``. Consume it all before feeding more."""
        at = 0
        while at < len(data):
            if self._left == 0:
                taken = data[at : at + _HEADER - len(self._header)]
                self._header += taken
                at += len(taken)
                if len(self._header) == _HEADER:
                    self._stream = STDERR if self._header[0] == STDERR else STDOUT
                    self._left = int.from_bytes(self._header[4:], "big")
                    self._header.clear()
                continue
            part = data[at : at + self._left]
            at += len(part)
            self._left -= len(part)
            yield self._stream, part


class Capture:
    """The first ``limit`` bytes of a stream. Anything beyond is dropped, and the overflow noted."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()
        self.overflowed = False

    def add(self, data: bytes) -> None:
        room = self._limit - len(self._kept)
        self._kept += data[:room]
        self.overflowed = self.overflowed or len(data) > room

    def result(self) -> bytes:
        """What was kept, with a mark at the end if it was cut."""
        if not self.overflowed:
            return bytes(self._kept)
        return bytes(self._kept) + f"\n[cut: more than {self._limit // 1024} KiB]\n".encode()


class Tail:
    """The last ``limit`` bytes of a stream."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = b""

    def add(self, data: bytes) -> None:
        self._kept = (self._kept + data)[-self._limit :]

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")
