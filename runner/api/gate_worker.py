"""One gate, kept open between requests, so that the baseline is made once. One thread judges: one submission at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from runner.errors import PatchgateError

MAX_WAITING = 64


class OpenGate(Protocol):
    """What is used of ``runner.app.runner.Gate``."""

    @property
    def base(self) -> str: ...

    def submit(self, data: object) -> dict[str, object]: ...

    def close(self) -> None: ...


class Full(Exception):
    """More submissions wait than would be answered in reasonable time."""


class GateWorker:
    """``open_gate`` opens the repository's gate, ``head`` tells its commit now: when a person has committed, the gate is
    opened anew on that. Both are called in the judging thread only."""

    def __init__(self, open_gate: Callable[[], OpenGate], head: Callable[[], str]) -> None:
        self._open = open_gate
        self._head = head
        self._gate: OpenGate | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gate")
        self._places = threading.BoundedSemaphore(MAX_WAITING)

    def start(self) -> None:
        """Open the gate, so that what is wrong with the repository shows at once. Raises ``PatchgateError``."""
        self._thread.submit(self._current).result()

    def submit(self, data: object) -> Future[dict[str, Any]]:
        """The verdict, in time. The future raises ``PatchgateError``. Raises ``Full``."""
        if not self._places.acquire(blocking=False):
            raise Full
        judged = self._thread.submit(self._judge, data)
        judged.add_done_callback(lambda _done: self._places.release())
        return judged

    def close(self) -> None:
        """What is being judged is finished; what waits is dropped. Idempotent."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._close()

    def _current(self) -> OpenGate:
        if self._gate is not None and self._gate.base != self._head():
            self._close()
        if self._gate is None:
            self._gate = self._open()
        return self._gate

    def _judge(self, data: object) -> dict[str, Any]:
        try:
            return self._current().submit(data)
        except PatchgateError:
            # The engine or the disk failed: the next submission starts from scratch.
            self._close()
            raise

    def _close(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.close()
