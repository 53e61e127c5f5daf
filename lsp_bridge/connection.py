"""A JSON-RPC client of one language server: requests by id, a reader thread, deadlines, and a clean end."""

from __future__ import annotations

import threading
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from lsp_bridge.answers import answer
from lsp_bridge.transport import FrameReader, frame
from runner.errors import BridgeError, PatchgateError
from runner.ports import Stream


class Connection:
    """Requests may come from any thread. Once the server has died, every call raises ``BridgeError`` with its last
    words.
    """

    def __init__(self, stream: Stream, timeout_s: float) -> None:
        self._stream = stream
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._pending: dict[int, Future[Any]] = {}
        self._next_id = 0
        self._death: BridgeError | None = None
        self._reader = threading.Thread(target=self._read, name="language-server-reader", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """False once the server has died or was closed."""
        with self._lock:
            return self._death is None

    def request(self, method: str, params: object, timeout_s: float | None = None) -> Any:
        """The ``result``. Raises ``BridgeError`` for an error response, a passed deadline, or a dead server."""
        future: Future[Any] = Future()
        with self._lock:
            if self._death is not None:
                raise BridgeError(self._death.message, self._death.hint)
            self._next_id += 1
            request_id = self._next_id
            self._pending[request_id] = future
        limit = self._timeout_s if timeout_s is None else timeout_s
        try:
            self._send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
            return future.result(limit)
        except FutureTimeout:
            self.notify("$/cancelRequest", {"id": request_id})
            raise BridgeError(
                f"the language server did not answer {method} within {limit:g} s",
                "ask about a smaller place, or give the language server more time",
            ) from None
        finally:
            with self._lock:
                self._pending.pop(request_id, None)

    def notify(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def close(self) -> None:
        """End the server and every waiting request. Idempotent."""
        self._die(BridgeError("the language server was closed"))
        self._stream.close()
        if threading.current_thread() is not self._reader:
            self._reader.join(timeout=5)

    def _send(self, message: dict[str, Any]) -> None:
        data = frame(message)
        try:
            with self._sending:
                self._stream.send(data)
        except (PatchgateError, OSError) as problem:
            raise self._die(BridgeError(f"the language server is gone: {problem}{self._last_words()}")) from problem

    def _read(self) -> None:
        reader = FrameReader(self._stream.receive)
        try:
            while (message := reader.read()) is not None:
                self._dispatch(message)
        except (PatchgateError, OSError) as problem:
            self._die(BridgeError(f"the language server failed: {problem}{self._last_words()}"))
            self._stream.close()
        else:
            self._die(BridgeError(f"the language server ended{self._last_words()}"))

    def _dispatch(self, message: dict[str, Any]) -> None:
        if "method" in message:
            if "id" in message:
                self._send(answer(message))
            return
        with self._lock:
            future = self._pending.get(message.get("id", -1))
        if future is None:
            return
        try:
            if "error" in message:
                error = message["error"] or {}
                future.set_exception(BridgeError(f"the language server refused: {error.get('message', error)}"))
            else:
                future.set_result(message.get("result"))
        except InvalidStateError:
            return  # If there are two responses to one request, the first one counts.

    def _die(self, why: BridgeError) -> BridgeError:
        with self._lock:
            if self._death is None:
                self._death = why
            pending = list(self._pending.values())
            death = self._death
        for future in pending:
            if not future.done():
                try:
                    future.set_exception(BridgeError(death.message, death.hint))
                except InvalidStateError:
                    continue
        return BridgeError(death.message, death.hint)

    def _last_words(self) -> str:
        words = self._stream.tail().strip()
        return f"; it said: {words[-2000:]}" if words else ""
