"""Limits the load of the endpoint: bytes held over all connections, and requests in flight on each."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

LEASE: ContextVar[Lease | None] = ContextVar("lease", default=None)


class ByteBudget:
    """The bytes of all messages that are being read or answered. Lives on one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 0
        self._freed = asyncio.Condition()

    async def take(self, size: int) -> None:
        """Wait until ``size`` more bytes fit. A message larger than the whole budget is handled alone."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._now == 0 or self._now + size <= self._most)
            self._now += size

    async def give(self, size: int) -> None:
        async with self._freed:
            self._now -= size
            self._freed.notify_all()


class Lease:
    """What one message holds: its bytes, and its place among the requests of its connection. Given back exactly once.

    The handler that answers the message claims the lease. If no handler does, the reader gives it back.
    """

    def __init__(self, budget: ByteBudget, places: asyncio.Semaphore, size: int) -> None:
        self._budget = budget
        self._places = places
        self._size = size
        self._open = True
        self.claimed = False

    async def give_back(self) -> None:
        if self._open:
            self._open = False
            self._places.release()
            await self._budget.give(self._size)


async def lease(budget: ByteBudget, places: asyncio.Semaphore, size: int) -> Lease:
    """Wait for a place and for room. The caller has both until ``give_back``."""
    await places.acquire()
    try:
        await budget.take(size)
    except BaseException:
        places.release()
        raise
    return Lease(budget, places, size)
