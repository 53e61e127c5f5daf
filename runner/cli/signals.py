"""Handles requests to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType


def interrupt_on_sigterm(
    install: Callable[[int, Callable[[int, FrameType | None], None]], object] = signal.signal,
) -> None:
    """SIGTERM ends the command the same way as Ctrl-C, so that containers and folders are cleaned up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    install(signal.SIGTERM, stop)
    install(signal.SIGHUP, stop)


class Cancelling:
    """Ctrl-C and SIGTERM during a run. Once it ``began``, the first signal sets ``cancel``, and later ones interrupt.

    Before that there is nothing to report, and the first signal interrupts.
    """

    def __init__(
        self, install: Callable[[int, Callable[[int, FrameType | None], None]], object] = signal.signal
    ) -> None:
        self.cancel = threading.Event()
        self.began = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            install(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.cancel.is_set() or not self.began:
            raise KeyboardInterrupt
        self.cancel.set()
