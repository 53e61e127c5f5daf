"""Connections that do not finish their request: a time limit for headers and bodies, and room for others."""

from __future__ import annotations

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
# A little longer than a route waits for its body, so that the route's own answer comes first.
BODY_SECONDS = 70.0
MOST_CONNECTIONS = 512
_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class TimedProtocol(H11Protocol):
    """uvicorn's protocol; by itself it waits for a request for ever.

    The time runs from the first byte, not from the last one. Beyond ``MOST_CONNECTIONS``, the oldest connection that
    has not sent a complete request makes room for a new one.
    """

    _deadline: asyncio.TimerHandle | None = None
    _waits_for: object | None = None
    opened = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.opened = self.loop.time()
        self._wait_for(h11.IDLE)
        if len(self.connections) > most_connections():
            waiting = [each for each in self.connections if isinstance(each, TimedProtocol) and each.is_half_open]
            oldest = min((each for each in waiting if each is not self), key=lambda each: each.opened, default=None)
            if oldest is not None:
                self.connections.discard(oldest)
                oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        state = self.conn.their_state
        self._wait_for(state if state in (h11.IDLE, h11.SEND_BODY) else None)

    @property
    def is_half_open(self) -> bool:
        return self._waits_for is h11.IDLE

    def _wait_for(self, state: object | None) -> None:
        """Start the timer of ``state`` unless it is running."""
        if state is self._waits_for:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._waits_for = state
        if state is not None:
            seconds = HEADER_SECONDS if state is h11.IDLE else BODY_SECONDS
            self._deadline = self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            if self.conn.our_state is h11.IDLE:
                self.transport.write(_LATE)
            self.transport.close()


def most_connections() -> int:
    """Each connection takes a file descriptor, and the gate needs some too."""
    return min(MOST_CONNECTIONS, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))
