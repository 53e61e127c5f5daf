"""One gate, kept open between requests so that the baseline is made once. One thread judges, one submission at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from runner.errors import PatchgateError

MAX_WAITING = 64


class OpenGate(Protocol):
    """The part of ``runner.app.branch_gate.Gate`` that is used."""

    @property
    def base(self) -> str: ...

    def submit(self, data: object) -> dict[str, object]: ...

    def close(self) -> None: ...


class Full(Exception):
    """More submissions are waiting than could be answered in reasonable time."""


class GateWorker:
    """``open_gate`` opens the repository's gate; ``head`` gives its current commit. If a person has committed, the gate
    is opened again on the new commit. Both are called only in the judging thread.
    """

    def __init__(self, open_gate: Callable[[], OpenGate], head: Callable[[], str]) -> None:
        self._open = open_gate
        self._head = head
        self._gate: OpenGate | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gate")
        self._places = threading.BoundedSemaphore(MAX_WAITING)

    def start(self) -> None:
        """Open the gate, so that problems with the repository show at once. Raises ``PatchgateError``."""
        self._thread.submit(self._current).result()

    def submit(self, data: object) -> Future[dict[str, Any]]:
        """A future for the verdict; it may raise ``PatchgateError``. Raises ``Full``."""
        if not self._places.acquire(blocking=False):
            raise Full
        judged = self._thread.submit(self._judge, data)
        judged.add_done_callback(lambda _done: self._places.release())
        return judged

    def close(self) -> None:
        """Finish the submission that is being judged and drop those that wait. Idempotent."""
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
