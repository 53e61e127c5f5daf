"""Being told to stop, politely."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def interrupt_on_sigterm(
    install: Callable[[int, Callable[[int, FrameType | None], None]], object] = signal.signal,
) -> None:
    """A polite kill takes the same way out as Ctrl-C, so that containers and folders are cleaned up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    install(signal.SIGTERM, stop)
    install(signal.SIGHUP, stop)
