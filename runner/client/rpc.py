"""JSON-RPC with Content-Length framing over a unix socket, as in LSP."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path
from typing import Any

SOCKET = "/run/patchgate/gate.sock"
INVALID_PARAMS = -32602
_MAX_BODY = 256 * 1024 * 1024


class RpcError(Exception):
    """The runner answered with an error. ``code`` is JSON-RPC's (or LSP's)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def socket_path() -> str:
    return os.environ.get("PATCHGATE_SOCKET", SOCKET)


class RpcClient:
    """One connection, opened at the first request. Requests from several threads take turns.

    ``OSError`` means that there is no runner (any more); every later request raises it too.
    """

    def __init__(self, path: str | None = None, timeout_s: float | None = None) -> None:
        self._path = path or socket_path()
        self._timeout_s = timeout_s
        self._turn = threading.Lock()
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._last_id = 0

    def request(self, method: str, params: Any) -> Any:
        """The result. Raises ``RpcError`` for an error response, and ``OSError`` if the runner is gone."""
        with self._turn:
            connection = self._connect()
            self._last_id += 1
            message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
            body = json.dumps(message, separators=(",", ":")).encode("ascii")
            try:
                connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            except OSError:
                # The runner says why before it closes a connection that it refuses.
                return self._answer(connection)
            return self._answer(connection)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        if self._socket is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._timeout_s)
            try:
                connection.connect(self._path)
            except OSError:
                connection.close()
                raise
            self._socket = connection
            self._received.clear()
        return self._socket

    def _answer(self, connection: socket.socket) -> Any:
        while True:
            message = self._read(connection)
            if "method" in message or message.get("id") not in (self._last_id, None):
                continue
            error = message.get("error")
            if error is not None:
                raise RpcError(int(error.get("code", 0)), str(error.get("message", error)))
            return message.get("result")

    def _read(self, connection: socket.socket) -> dict[str, Any]:
        while b"\r\n\r\n" not in self._received:
            self._more(connection)
        header, _, rest = bytes(self._received).partition(b"\r\n\r\n")
        size = -1
        for line in header.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                size = int(value)
        if not 0 <= size <= _MAX_BODY:
            raise ConnectionError("the runner sent something that is not a message")
        self._received = bytearray(rest)
        while len(self._received) < size:
            self._more(connection)
        body = bytes(self._received[:size])
        del self._received[:size]
        message = json.loads(body)
        if not isinstance(message, dict):
            raise ConnectionError("the runner sent something that is not a message")
        return message

    def _more(self, connection: socket.socket) -> None:
        chunk = connection.recv(1 << 16)
        if not chunk:
            self.close()
            raise ConnectionError(f"the runner closed the connection at {self._path}")
        self._received += chunk


def exists(path: str | None = None) -> bool:
    """Whether the socket exists. In a container it does."""
    return Path(path or socket_path()).is_socket()
