"""The stdio of a running container over its engine's framed connection."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from runner.errors import SandboxError
from runner.sandbox.frames import STDERR, Frames, Tail

_CHUNK = 65536
_TAIL_BYTES = 8192


class Wire(Protocol):
    """The part of a socket's interface that is used here."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...


class FramedStream:
    """Implements ``runner.ports.Stream``. One thread receives, any thread may send or close."""

    def __init__(
        self,
        container_id: str,
        connection: Wire,
        disconnect: Callable[[], None],
        remove: Callable[[], None],
    ) -> None:
        self._container_id = container_id
        self._connection = connection
        self._disconnect = disconnect
        self._remove = remove
        self._frames = Frames()
        self._ready: deque[bytes] = deque()
        self._tail = Tail(_TAIL_BYTES)
        self._sending = threading.Lock()
        self._receiving = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        self._ended = False

    @property
    def container_id(self) -> str:
        return self._container_id

    def send(self, data: bytes) -> None:
        if self._ended:  # the engine may go on taking bytes for a container that has ended, for a minute or more
            raise self._gone()
        try:
            with self._sending:
                self._connection.sendall(data)
        except OSError as error:
            raise self._gone() from error

    def _gone(self) -> SandboxError:
        return SandboxError(f"The container {self._container_id[:12]} is gone. {self.tail()}".rstrip())

    def receive(self) -> bytes:
        with self._receiving:
            while not self._ready:
                data = self._more()
                if not data:
                    return b""
                for stream, part in self._frames.feed(data):
                    if stream == STDERR:
                        self._tail.add(part)
                    else:
                        self._ready.append(part)
            return self._ready.popleft()

    def _more(self) -> bytes:
        # A reset is an end like any other: the container is gone, and tail() has its last words.
        with contextlib.suppress(OSError):
            if data := self._connection.recv(_CHUNK):
                return data
        self._ended = True
        return b""

    def tail(self) -> str:
        return self._tail.text()

    def close(self) -> None:
        with self._closing:
            if self._closed:
                return
            # Removing first would leave a blocked receive waiting until the engine has killed the container.
            self._disconnect()
            self._remove()
            self._closed = True
