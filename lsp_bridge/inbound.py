"""Reads messages from a client that may be hostile: every size, depth and delay is bounded."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

from lsp_bridge.limits import EndpointLimits
from lsp_bridge.transport import content_length


class BadMessage(Exception):
    """The connection cannot continue: the message is malformed or too large. The text may be sent to the client."""


async def read_header(reader: asyncio.StreamReader, limits: EndpointLimits) -> int | None:
    """The size of the next body; None at a clean end. Waiting for a message is unlimited, a pause inside one is not.

    Raises ``BadMessage``. ``reader`` must have been made with ``limit`` equal to ``limits.header``.
    """
    first = await reader.read(1)
    if not first:
        return None
    try:
        async with asyncio.timeout(limits.frame_s):
            rest = await reader.readuntil(b"\r\n\r\n")
        return content_length((first + rest).removesuffix(b"\r\n\r\n"), limits.message)
    except asyncio.LimitOverrunError:
        raise BadMessage(f"the header is longer than {limits.header} bytes") from None
    except asyncio.IncompleteReadError:
        raise BadMessage("the connection ended in the middle of a header") from None
    except TimeoutError:
        raise BadMessage(f"the header did not arrive within {limits.frame_s:g} s") from None
    except ValueError as problem:
        raise BadMessage(str(problem)) from None


async def read_body(reader: asyncio.StreamReader, size: int, limits: EndpointLimits) -> dict[str, Any]:
    """One JSON object of ``size`` bytes. Raises ``BadMessage``."""
    try:
        async with asyncio.timeout(limits.frame_s):
            body = await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        raise BadMessage("the connection ended in the middle of a message") from None
    except TimeoutError:
        raise BadMessage(f"the message did not arrive within {limits.frame_s:g} s") from None
    return parse(body, limits)


def parse(body: bytes, limits: EndpointLimits) -> dict[str, Any]:
    """A JSON-RPC message: an object with ``"jsonrpc": "2.0"``. Raises ``BadMessage``."""
    try:
        message = json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise BadMessage(f"the message is nested deeper than {limits.depth} levels") from None
    except ValueError as problem:
        raise BadMessage(f"the message is not JSON: {problem}") from None
    _measure(message, limits)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise BadMessage("the message is not a JSON-RPC 2.0 object")
    if "method" in message and not isinstance(message["method"], str):
        raise BadMessage("the method is not a string")
    if "id" in message and not isinstance(message["id"], int | str):
        raise BadMessage("the id is neither a number nor a string")
    return message


def _measure(message: object, limits: EndpointLimits) -> None:
    """Depth and number of values, without recursion, because recursive code parses the message later."""
    level: list[object] = [message]
    values = 0
    for _ in range(limits.depth + 1):
        values += len(level)
        if values > limits.values:
            raise BadMessage(f"the message has more than {limits.values} values")
        deeper: list[object] = []
        for value in level:
            if isinstance(value, dict):
                deeper += value.values()
            elif isinstance(value, list):
                deeper += value
        if not deeper:
            return
        level = deeper
    raise BadMessage(f"the message is nested deeper than {limits.depth} levels")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
