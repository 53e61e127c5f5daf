"""The language server of the workbench. It is started at the first question, and again after it has died."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from runner.errors import BridgeError
from runner.ports import Languages
from runner.text.paths import ROOTS, plain_address

Answer = TypeVar("Answer")


class RestartingLanguages:
    """``runner.ports.Languages`` over a server that may be killed at any time.

    A request that finds the server dead is sent once to a new one. A new server reads the workbench from disk, so it
    does not need to be told of earlier changes.
    """

    def __init__(self, start: Callable[[], Languages], roots: Sequence[str] = ROOTS) -> None:
        """``roots`` are the folders below which an absolute path is one of the repository."""
        self._start, self._roots = start, roots
        self._lock = threading.RLock()
        self._server: Languages | None = None

    def request(self, method: str, params: object) -> object:
        return self._asked(lambda server: server.request(method, params))

    def rename(self, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
        return self._asked(lambda server: server.rename(path, line, character, new_name))

    def context(self, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
        named = [plain_address(each, self._roots) for each in symbols]
        paths = [plain_address(each, self._roots) for each in files]
        return self._asked(lambda server: server.context(named, paths, budget))

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None:
        with self._lock:
            if self._server is None:
                return
            try:
                self._server.files_changed(changed, created, deleted)
            except BridgeError:
                self._drop()

    @property
    def alive(self) -> bool:
        return True

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _asked(self, question: Callable[[Languages], Answer]) -> Answer:
        server = self._running()
        try:
            return question(server)
        except BridgeError:
            if server.alive:
                raise
            with self._lock:
                if self._server is server:
                    self._drop()
            return question(self._running())

    def _running(self) -> Languages:
        with self._lock:
            if self._server is None:
                self._server = self._start()
            return self._server

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
