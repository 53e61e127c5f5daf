"""One connection of a specialist: messages in, answers out, both bounded. A bad message ends it with an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_bridge.byte_budget import LEASE, ByteBudget, lease
from lsp_bridge.features import Method
from lsp_bridge.inbound import BadMessage, read_body, read_header
from lsp_bridge.limits import EndpointLimits
from lsp_bridge.protocol import new_server
from lsp_bridge.transport import frame
from runner.errors import PatchgateError

_LOG = logging.getLogger(__name__)
_SUBMIT = "patchgate/submit"


@dataclass(frozen=True, slots=True)
class Workers:
    """Threads for blocking calls. Submissions have their own thread."""

    quick: Executor
    judging: Executor


class BoundedWriter:
    """What pygls writes to. A client that leaves more than ``unread`` bytes unread is disconnected."""

    def __init__(self, writer: asyncio.StreamWriter, unread: int, complain: Callable[[str], None]) -> None:
        self._transport = writer.transport
        self._unread = unread
        self._complain = complain

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > self._unread:
            self._complain("a client does not read its answers")
            self._transport.abort()
            return
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()


class ClientSession:
    """``run`` returns when the client disconnects or breaks the protocol, or when the endpoint closes."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        methods: Mapping[str, Method],
        workers: Workers,
        budget: ByteBudget,
        limits: EndpointLimits,
        complain: Callable[[str], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._workers = workers
        self._budget = budget
        self._limits = limits
        self._complain = complain
        self._places = asyncio.Semaphore(limits.in_flight)
        self._server = new_server()
        self._converter = self._server.protocol._converter
        for name, method in methods.items():
            self._server.feature(name)(self._handler(name, method))
        self._server.protocol.set_writer(BoundedWriter(writer, limits.unread, complain))

    async def run(self) -> None:
        try:
            while (size := await read_header(self._reader, self._limits)) is not None:
                await self._one(size)
                # Not wait_for: in Python 3.11 it swallows a cancellation that arrives as the drain ends, and the
                # session lives on.
                async with asyncio.timeout(self._limits.drain_s):
                    await self._writer.drain()
            self._writer.close()
        except BadMessage as problem:
            self._complain(str(problem))
            error = {"code": int(types.ErrorCodes.ParseError), "message": str(problem)}
            self._writer.write(frame({"jsonrpc": "2.0", "id": None, "error": error}))
            self._writer.close()
        except TimeoutError:
            self._complain("a client does not read its answers")
            self._writer.transport.abort()
        except ConnectionError:
            self._writer.transport.abort()
        except asyncio.CancelledError:
            self._writer.transport.abort()
            raise

    async def _one(self, size: int) -> None:
        taken = await lease(self._budget, self._places, size)
        try:
            message = await read_body(self._reader, size, self._limits)
            context = copy_context()
            context.run(LEASE.set, taken)
            context.run(self._dispatch, message, size)
            # The handler's task was scheduled before this sleep. So afterwards the lease is claimed, or nobody wants
            # it.
            await asyncio.sleep(0)
        finally:
            if not taken.claimed:
                await taken.give_back()

    def _dispatch(self, message: dict[str, Any], size: int) -> None:
        method = message.get("method")
        if method is None:
            return  # A response: specialists are never sent requests.
        if method == types.EXIT:
            self._writer.close()
            return
        protocol = self._server.protocol
        if size > self._limits.question and not method.startswith("patchgate/"):
            raise BadMessage(f"{method} of {size} bytes; at most {self._limits.question} are taken")
        try:
            structured = protocol.structure_message(message)
        except JsonRpcException as problem:
            if "id" in message:
                error = types.ResponseError(code=problem.code, message=f"{method}: bad parameters")
                protocol._send_response(message["id"], error=error)
            return
        protocol.handle_message(structured)

    def _handler(self, name: str, method: Method) -> Callable[[Any], Awaitable[Any]]:
        executor = self._workers.judging if name == _SUBMIT else self._workers.quick

        async def handle(params: Any) -> Any:
            taken = LEASE.get()
            if taken is not None:
                taken.claimed = True
            try:
                plain = self._converter.unstructure(params) if hasattr(params, "__attrs_attrs__") else params
                return await asyncio.get_running_loop().run_in_executor(executor, _call, name, method, plain)
            finally:
                if taken is not None:
                    await taken.give_back()

        return handle


def _call(name: str, method: Method, params: Any) -> Any:
    """Turns every failure into a JSON-RPC error without a traceback, since tracebacks name the host's files."""
    try:
        return method(params)
    except ValueError as problem:
        raise JsonRpcException(str(problem), int(types.ErrorCodes.InvalidParams)) from None
    except PatchgateError as problem:
        text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        raise JsonRpcException(text, int(types.LSPErrorCodes.RequestFailed)) from None
    except Exception:  # noqa: BLE001 - whatever a question runs into, the runner lives and the specialist gets an answer
        _LOG.exception("%s failed", name)
        raise JsonRpcException(f"{name} failed inside the runner", int(types.ErrorCodes.InternalError)) from None
