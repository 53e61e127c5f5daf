"""The socket, the token, and uvicorn."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from runner.api.guard import LOOPBACK, is_address, is_loopback
from runner.api.half_open import TimedProtocol
from runner.errors import UsageError

TOKEN = "PATCHGATE_TOKEN"
SHORTEST_TOKEN = 16
BACKLOG = 100
SECONDS_TO_END = 30


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and who may connect. If ``generated``, the token is new and has to be shown."""

    host: str
    token: str
    generated: bool
    hosts: tuple[str, ...]
    addresses: bool


def open_door(host: str, allowed: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> Door:
    """Raises ``UsageError``: outside the loopback, a person must have chosen the token."""
    given = environment.get(TOKEN, "").strip()
    if given and (len(given) < SHORTEST_TOKEN or not given.isascii() or " " in given):
        raise UsageError(
            f"{TOKEN} is no usable token: it needs {SHORTEST_TOKEN} or more characters, in ASCII and without spaces",
            "Make one: openssl rand -hex 32",
        )
    inside = is_loopback(host)
    if not inside and not given:
        raise UsageError(
            f"{host} can be reached from other machines, and {TOKEN} is not set",
            f"Set {TOKEN} to a secret of your own (openssl rand -hex 32), or leave --host out.",
        )
    names = (*LOOPBACK, *allowed) if inside or is_address(host) else (*LOOPBACK, host, *allowed)
    return Door(host, given or secrets.token_urlsafe(32), not given, names, not inside)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ``UsageError``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(found[4][:2], family=found[0], backlog=BACKLOG)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}", "Is it taken? Choose another --port."
        ) from error
    return listener


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server_of(app: ASGIApp) -> uvicorn.Server:
    """``run(sockets=[…])`` serves until SIGINT or SIGTERM; the submission that is being judged then is finished."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="on",
            # uvicorn's limit would count connections that sent nothing, and answer /healthz with 503. ``Guard`` counts
            # requests.
            limit_concurrency=None,
            http=TimedProtocol,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
    )
