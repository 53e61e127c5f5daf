"""What is checked before every route: the Host header, the bearer token, the announced size of the request."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runner.api.bodies import MAX_BYTES, Problem, answer
from runner.api.counters import Counters

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# It only says that the server is up, and service managers cannot keep secrets.
OPEN = ("/healthz",)
MOST_REQUESTS = 100
# A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port (RFC 9110, 7.2).
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?)\.?)(?::(?P<port>[0-9]{0,5}))?"
)


class Guard:
    """ASGI middleware. ``hosts`` are the names by which the server may be addressed; with ``addresses``, so may any IP
    address.

    DNS rebinding: a web page lets its own name resolve to 127.0.0.1. The name in the Host header gives it away, because
    the browser always sends it and the page cannot choose it. An IP address in the header is not a name that could be
    rebound.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: Iterable[str], addresses: bool, counters: Counters) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = {host.lower() for host in hosts}
        self._addresses = addresses
        self._counters = counters
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counters.add("patchgate_http_responses_total", f'code="{message["status"]}"')
            await send(message)

        problem = self._problem(scope["path"], Headers(scope=scope))
        if problem is None and scope["path"] in OPEN:
            await self._app(scope, receive, counted)
            return
        if problem is None and self._running >= MOST_REQUESTS:
            problem = Problem(503, f"{MOST_REQUESTS} requests are being answered", "Try again in a while.")
        if problem is None:
            self._running += 1
            try:
                await self._app(scope, receive, counted)
            finally:
                self._running -= 1
            return
        headers = {"www-authenticate": "Bearer"} if problem.status == 401 else {}
        # The body of a refused request is not read, so the connection cannot be used again.
        refusal = answer(problem.body, problem.status, {**headers, "connection": "close"})
        await refusal(scope, receive, counted)

    def _problem(self, path: str, headers: Headers) -> Problem | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return Problem(400, "the Host header does not name this server", "Start it with --allow-host NAME.")
        if path not in OPEN and not self._knows(headers.getlist("authorization")):
            return Problem(401, "the bearer token is missing or wrong", "Send: Authorization: Bearer <PATCHGATE_TOKEN>")
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BYTES:
            return Problem(413, f"the body has more than {MAX_BYTES // 1024 // 1024} MiB", "Split it.")
        return None

    def _knows(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        scheme, _, token = given[0].partition(" ")
        # compare_digest takes the same time for every wrong token.
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        return name in self._hosts or (self._addresses and is_address(name))


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case; empty if the header is malformed."""
    found = _HOST.fullmatch(host.lower()) if host.isascii() else None
    if found is None or int(found["port"] or 0) > 65535:
        return ""
    if found["six"] is None:
        return found["name"]
    try:
        return str(ipaddress.IPv6Address(found["six"]))
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
