"""Request bodies: JSON of bounded size and depth, and the answers to anything else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from runner.model.violations import violation

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 200
SECONDS = 60.0


class Problem(Exception):
    """An answer other than 200. ``body`` is JSON; its shape is ``models.Problem``."""

    def __init__(self, status: int, message: str, hint: str = "", **more: object) -> None:
        super().__init__(message)
        self.status = status
        kind = "infrastructure" if status >= 500 else "usage"
        self.body: dict[str, object] = {
            "version": 1,
            "error": {"kind": kind, "message": message, "hint": hint},
            **more,
        }


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON in ASCII, so that any received text can be sent back, even a lone surrogate."""
    return Response(json.dumps(body) + "\n", status, headers, "application/json")


async def read_json(request: Request) -> Any:
    """Raises ``Problem``: 413 for too many bytes, 408 for a body that does not arrive, 400 for what is not JSON."""
    raw = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MAX_BYTES:
                    raise Problem(413, f"the body has more than {MAX_BYTES // 1024 // 1024} MiB", "Split it.")
    except TimeoutError:
        raise Problem(408, f"the body did not arrive within {SECONDS:.0f} seconds", "Send it again.") from None
    return parse(bytes(raw))


def parse(raw: bytes) -> Any:
    """Raises ``Problem`` (400)."""
    try:
        data = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except RecursionError:
        raise malformed("the JSON is nested too deeply") from None
    except ValueError as error:
        raise malformed(f"the body is not JSON: {error}") from error
    left = [(data, 0)]
    while left:
        value, depth = left.pop()
        if depth > MAX_DEPTH:
            raise malformed(f"the JSON is nested deeper than {MAX_DEPTH}")
        if isinstance(value, dict | list):
            left += [(each, depth + 1) for each in (value.values() if isinstance(value, dict) else value)]
    return data


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON's")


def malformed(message: str) -> Problem:
    """400, with the violation that a verdict would have had."""
    each = violation("submission.malformed", message)
    shown = {
        "code": each.code,
        "name": each.name,
        "message": each.message,
        "file": None,
        "range": None,
        "hint": each.hint,
    }
    return Problem(400, each.message, each.hint, violations=[shown])
