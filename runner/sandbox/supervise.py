"""Watches one started container until it ends: its output, its exit, its time, and requests to cancel."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runner.errors import SandboxError
from runner.model.order import Limits
from runner.sandbox.frames import STDERR, Capture, Frames

_CHUNK = 65536
# How long it may take until a killed container is reported as ended and its last output arrives.
_KILL_GRACE_S = 15.0
# Nobody can wait for a threading.Event and a queue together, so the event is polled at this interval.
_CANCEL_LOOK_S = 0.2


class Connection(Protocol):
    """The part of a socket's interface that is used here."""

    def recv(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """``limit_hit`` is ``wall``, ``pids``, ``output``, ``cancelled`` or None. Only the engine knows about memory."""

    exit_code: int
    limit_hit: str | None
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, slots=True)
class _Exit:
    code: int


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


_FLOOD = "flood"
_CLOSED = "closed"
_News = _Exit | _Failed | str


class Watch:
    """``wait_exit`` blocks until the container has ended and returns its exit code. ``kill`` ends it at once.

    ``is_full`` says whether the container has as many processes as it may have. A fork bomb looks like that when its
    time is up, and ``pids`` then describes it better than ``wall``.
    """

    def __init__(
        self,
        connection: Connection,
        limits: Limits,
        *,
        wait_exit: Callable[[], int],
        kill: Callable[[], None],
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._connection = connection
        self._limits = limits
        self._wait_exit = wait_exit
        self._kill = kill
        self._is_full = is_full
        self._news: queue.SimpleQueue[_News] = queue.SimpleQueue()
        self._stdout = Capture(limits.output_kb * 1024)
        self._stderr = Capture(limits.output_kb * 1024)

    def _pump(self) -> None:
        frames = Frames()
        reported = False
        try:
            while data := self._connection.recv(_CHUNK):
                for stream, part in frames.feed(data):
                    (self._stderr if stream == STDERR else self._stdout).add(part)
                if not reported and (self._stdout.overflowed or self._stderr.overflowed):
                    reported = True
                    self._news.put(_FLOOD)
        except OSError:
            pass  # The socket ends with the container; what matters is how the container ended.
        self._news.put(_CLOSED)

    def _await_exit(self) -> None:
        try:
            self._news.put(_Exit(self._wait_exit()))
        except Exception as error:  # noqa: BLE001 - carried to the waiting thread, which raises it
            self._news.put(_Failed(error))

    def until_end(self, cancel: threading.Event | None) -> Ended:
        """Returns when the container has ended or was killed. Raises ``SandboxError`` if the engine fails."""
        for work in (self._pump, self._await_exit):
            threading.Thread(target=work, name=f"sandbox-{work.__name__}", daemon=True).start()
        deadline = time.monotonic() + self._limits.wall_s
        exit_code: int | None = None
        limit_hit: str | None = None
        killed = closed = False
        while exit_code is None or not closed:
            news = self._next(deadline, None if killed else cancel)
            if isinstance(news, _Exit):
                exit_code = news.code
                # Output still on its way gets this long. The pipe ends with the last process of the container.
                killed, deadline = True, time.monotonic() + _KILL_GRACE_S
                continue
            if isinstance(news, _Failed):
                raise SandboxError("The engine lost a running container.") from news.error
            if news == _CLOSED:
                closed = True
                continue
            if killed and news != _FLOOD:
                if exit_code is not None:
                    break
                raise SandboxError("The engine did not end a container that it was told to kill.")
            if not killed:
                limit_hit = self._limit_behind(news)
                killed, deadline = True, time.monotonic() + _KILL_GRACE_S
                self._kill()
        if limit_hit is None and (self._stdout.overflowed or self._stderr.overflowed):
            limit_hit = "output"
        assert exit_code is not None
        return Ended(exit_code, limit_hit, self._stdout.result(), self._stderr.result())

    def _limit_behind(self, news: str) -> str:
        if news == _FLOOD:
            return "output"
        return "pids" if news == "wall" and self._is_full() else news

    def _next(self, deadline: float, cancel: threading.Event | None) -> _News:
        """The next message, or ``wall`` after ``deadline``, or ``cancelled``."""
        while True:
            left = deadline - time.monotonic()
            try:
                return self._news.get(timeout=max(0.0, left if cancel is None else min(left, _CANCEL_LOOK_S)))
            except queue.Empty:
                if cancel is not None and cancel.is_set():
                    return "cancelled"
                if time.monotonic() >= deadline:
                    return "wall"
