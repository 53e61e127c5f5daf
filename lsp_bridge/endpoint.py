"""The specialists' endpoint: a language server on a unix socket that the container of a pass sees."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from lsp_bridge.byte_budget import ByteBudget
from lsp_bridge.client_session import ClientSession, Workers
from lsp_bridge.features import Method, methods
from lsp_bridge.limits import EndpointLimits
from lsp_bridge.transport import frame
from runner.errors import BridgeError
from runner.ports import Languages, PassApi

_MAX_SOCKET_PATH = 107  # sockaddr_un on Linux, without its closing NUL
_MAX_COMPLAINTS = 50


class Endpoint:
    """Serves one pass while it is entered. Runs in a thread with its own event loop.

    Leaving it ends every connection, waits for a submission that is being judged, and removes the socket. The container
    mounts the socket's folder. The folder is created as 0755 and the socket as 0666, because the container's user is
    not the runner's.
    """

    def __init__(
        self, socket_path: Path, languages: Languages, api: PassApi, limits: EndpointLimits | None = None
    ) -> None:
        self._path = socket_path
        self._limits = limits or EndpointLimits()
        self._methods: Mapping[str, Method] = methods(languages, api, self._limits)
        self._complaints: list[str] = []
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name=f"endpoint-{socket_path.parent.name}", daemon=True)

    def __enter__(self) -> Endpoint:
        """Raises ``BridgeError`` if the socket cannot be created."""
        if len(str(self._path).encode()) > _MAX_SOCKET_PATH:
            raise BridgeError(f"the socket's path is too long for a unix socket: {self._path}", "use a shorter folder")
        # pygls logs whole messages. These are a stranger's bytes and must not go into the runner's log.
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            self._thread.join()
            raise BridgeError(f"the endpoint {self._path} could not be opened: {self._problem}") from self._problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def complaints(self) -> tuple[str, ...]:
        """Why connections were closed, at most fifty reasons, for the report of a pass that went wrong."""
        return tuple(self._complaints)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.parent.chmod(0o755)
        self._path.unlink(missing_ok=True)
        self._stop = asyncio.Event()
        budget = ByteBudget(self._limits.held)
        sessions: set[asyncio.Task[None]] = set()
        quick = ThreadPoolExecutor(self._limits.workers, thread_name_prefix="endpoint")
        # Submissions are judged one at a time. Their queue must not block questions from other connections.
        judging = ThreadPoolExecutor(1, thread_name_prefix="endpoint-submit")
        workers = Workers(quick, judging)

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(sessions) >= self._limits.connections:
                self._refuse(writer)
                return
            session = ClientSession(
                reader,
                writer,
                methods=self._methods,
                workers=workers,
                budget=budget,
                limits=self._limits,
                complain=self._complain,
            )
            task = asyncio.get_running_loop().create_task(session.run())
            sessions.add(task)
            task.add_done_callback(sessions.discard)

        server = await asyncio.start_unix_server(accept, self._path, limit=self._limits.header, backlog=128)
        self._path.chmod(0o666)
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            server.close()
            self._path.unlink(missing_ok=True)
            while sessions:
                for task in sessions:
                    task.cancel()
                await asyncio.wait(sessions, timeout=1.0)
            quick.shutdown(wait=False, cancel_futures=True)
            judging.shutdown(wait=True, cancel_futures=True)

    def _refuse(self, writer: asyncio.StreamWriter) -> None:
        message = f"there are {self._limits.connections} connections already; close one first"
        self._complain(message)
        writer.write(frame({"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": message}}))
        writer.close()

    def _complain(self, message: str) -> None:
        if len(self._complaints) < _MAX_COMPLAINTS:
            self._complaints.append(message)
