"""``ServerClient``: requests and answers over a container's stdio, one JSON object a line."""

from __future__ import annotations

import itertools
import json
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

from runner.errors import CheckerError, SandboxError
from runner.ports import Stream

MAX_ANSWER = 256 * 1024 * 1024
_POLL_S = 0.1
CANCELLED = "the check was cancelled"


class NoVerdict(Exception):
    """The server crashed, ran out of time, or said something unexpected: ask a cold compiler.

    ``kind`` is the server's own word for it (``usage``, ``compiler``, ``crash``, ``memory``), or empty.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class TimedOut(NoVerdict):
    """The compiler took too long."""


class ServerClient:
    """Not thread-safe. After ``NoVerdict``, or a cancelled request, the client is ``dead``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ids = itertools.count(1)
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.dead = False
        threading.Thread(target=self._receive, name="checker-server", daemon=True).start()

    def request(
        self, method: str, params: object, *, cancel: threading.Event | None = None, limit_s: float = 600.0
    ) -> Any:
        """The result. Raises ``NoVerdict``, as ``TimedOut`` if ``limit_s`` pass, and ``CheckerError`` if ``cancel`` is set."""
        if self.dead:
            raise NoVerdict("the checker server has ended")
        number = next(self._ids)
        try:
            self._stream.send(json.dumps({"id": number, "method": method, "params": params}).encode() + b"\n")
            answer = json.loads(self._line(method, cancel, time.monotonic() + limit_s))
        except (SandboxError, ValueError) as error:
            raise self._ended(f"the checker server failed in {method}: {error}") from error
        if not isinstance(answer, dict) or answer.get("id") != number:
            raise self._ended(f"the checker server answered something else than {method}")
        if "error" in answer:
            told = answer["error"] if isinstance(answer["error"], dict) else {}
            raise self._ended(f"{method}: {told.get('message', answer['error'])}", str(told.get("kind", "")))
        return answer.get("result")

    def close(self) -> None:
        """Ends the container. Idempotent."""
        self.dead = True
        self._stream.close()

    def _line(self, method: str, cancel: threading.Event | None, end: float) -> bytes:
        while True:
            try:
                line = self._lines.get(timeout=_POLL_S)
            except queue.Empty:
                if cancel is not None and cancel.is_set():
                    self.close()
                    raise CheckerError(CANCELLED) from None
                if time.monotonic() > end:
                    self.close()
                    raise TimedOut(f"the compiler reached its time limit in {method}") from None
                continue
            except BaseException:
                self.close()
                raise
            if line is None:
                raise self._ended(f"the checker server ended in {method}: {self._stream.tail()[-2000:]}")
            return line

    def _ended(self, why: str, kind: str = "") -> NoVerdict:
        self.close()
        return NoVerdict(why, kind)

    def _receive(self) -> None:
        try:
            for line in _lines(self._stream):
                self._lines.put(line)
        except (SandboxError, OSError):
            pass
        finally:
            self._lines.put(None)


def _lines(stream: Stream) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    while data := stream.receive():
        *whole, rest = data.split(b"\n")
        for line in whole:
            yield b"".join([*waiting, line])
            waiting, size = [], 0
        waiting.append(rest)
        size += len(rest)
        if size > MAX_ANSWER:
            return
