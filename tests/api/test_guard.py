"""Who may come in, by which name, and with how much."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import httpx
import pytest

from runner.api import bodies, guard, half_open, models
from runner.api.guard import LOOPBACK, host_name, is_loopback
from runner.api.server import open_door
from runner.errors import UsageError
from tests.api.servers import TOKEN, Served
from tests.branch_gate.repositories import replace

ROUTES = [
    ("POST", "/apply-patch"),
    ("POST", "/simulate-patch"),
    ("GET", "/patches/x"),
    ("GET", "/orders"),
    ("GET", "/orders/x"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/nothing-there"),
]


def problem(answer: httpx.Response, status: int) -> models.Problem:
    assert answer.status_code == status, answer.text
    return models.Problem.model_validate(answer.json())


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "sent", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer é{TOKEN}"]
)
def test_without_the_token_nothing_is_answered(server: Served, method: str, path: str, sent: str | None) -> None:
    with server.client(token=None) as client:
        headers = [] if sent is None else [(b"authorization", sent.encode())]
        answer = client.request(method, path, headers=headers)
    assert problem(answer, 401).error.hint
    assert answer.headers["www-authenticate"] == "Bearer"


def test_two_tokens_are_none(server: Served) -> None:
    with server.client() as client:
        assert (
            client.get("/orders", headers=[("authorization", f"Bearer {TOKEN}"), ("authorization", "x")]).status_code
            == 401
        )


def test_health_needs_no_token(server: Served) -> None:
    with server.client(token=None) as client:
        assert client.get("/healthz").json() == {"version": 1, "status": "ok"}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1", ""]
)
def test_a_name_that_is_not_ours_is_refused_even_with_the_token(server: Served, host: str) -> None:
    with server.client() as client:
        assert "Host" in problem(client.get("/healthz", headers={"Host": host}), 400).error.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "localhost."])
def test_the_loopbacks_names_are_ours(server: Served, host: str) -> None:
    with server.client() as client:
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "[::1].evil.com", "[localhost].evil.com", "localhost:x@y", "localhost:80@evil.com", "[::1]x", "[::1]:", "[::1",
        "::1", "::1]", "[]", "[localhost]", "[127.0.0.1]", "[::1%lo]", "[[::1]]", "localhost:", "localhost:80:80",
        "localhost:-1", "localhost:+80", "localhost:65536", "localhost:999999", "localhost:８０", "localhost: 80",
        " localhost", "localhost ", "localhost..", ".localhost", "localhost/x", "x@localhost", "localhost?", "localhost#x",
        "localhost,evil.com", "localhost evil.com", "localhost\t", "localhost\n", "localhost\\", "ｌocalhost", "ſocalhost",
        "127.0.0.1.", "127.1", "127.0.0.1:x", "0x7f.0.0.1", "2130706433", "http://localhost", "localhost%00", "*", ":", ".", "",
    ],
)  # fmt: skip
def test_a_host_header_names_us_only_in_the_spellings_that_are_one(host: str) -> None:
    ours = {"[::1]:": "::1", "localhost:": "localhost", "127.0.0.1.": "127.0.0.1"}
    name = host_name(host)
    assert (name if name in LOOPBACK else None) == ours.get(host)


@pytest.mark.parametrize("host", ["[::1].evil.com", "[localhost].evil.com", "localhost:x@y", "[localhost]"])
def test_a_host_that_only_begins_like_ours_is_refused(server: Served, host: str) -> None:
    with server.client() as client:
        assert "Host" in problem(client.get("/healthz", headers={"Host": host}), 400).error.message


def test_half_open_requests_leave_room_for_others(server: Served) -> None:
    beginnings = (b"", b"GET / HT", b"GET /orders HTTP/1.1\r\nHost: localhost\r\n")
    opened = []
    try:
        for number in range(600):
            half = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            opened.append(half)
            half.sendall(beginnings[number % 3])
        with server.client(token=None) as client:
            assert client.get("/healthz").status_code == 200
        with server.client() as client:
            assert client.get("/orders").status_code == 200
    finally:
        for half in opened:
            half.close()


def test_headers_and_bodies_have_a_time_that_no_trickle_extends(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half_open, "HEADER_SECONDS", 0.5)
    monkeypatch.setattr(half_open, "BODY_SECONDS", 0.5)
    head = f"POST /apply-patch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 999"
    for beginning, answered in ((b"GET / HTTP/1.1\r\nX: ", b"HTTP/1.1 408"), (f"{head}\r\n\r\n".encode(), b"")):
        with socket.create_connection(("127.0.0.1", server.port), timeout=0.1) as slow:
            slow.sendall(beginning)
            end, said = time.monotonic() + 5, None
            while said is None and time.monotonic() < end:
                with suppress(TimeoutError):
                    said = slow.recv(4096)
                if said is None:
                    slow.sendall(b"x")
            assert said is not None and said.startswith(answered)


def test_too_many_requests_at_once_are_told_so_and_health_is_not(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_REQUESTS", 0)
    with server.client() as client:
        assert problem(client.get("/orders"), 503).error.hint == "Try again in a while."
        assert client.get("/healthz").status_code == 200


def test_hosts_are_read_with_ports_and_brackets() -> None:
    assert [host_name(each) for each in ("A.b:80", "[::1]:80", "[::1]", "1.2.3.4")] == ["a.b", "::1", "::1", "1.2.3.4"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 300 + b"]" * 300,
        b'{"edit": {"format": "line-ops", "payload": ' + b"[" * 250 + b"]" * 250 + b"}}",
    ],
    ids=range(13),
)
def test_what_is_not_json_of_a_sane_depth_is_400_with_the_violation(client: httpx.Client, body: bytes) -> None:
    found = problem(client.post("/apply-patch", content=body), 400)
    assert [each.code for each in found.violations] == ["PG101"]


def test_wrong_parameters_are_400(client: httpx.Client) -> None:
    assert "limit" in problem(client.get("/orders?limit=0"), 400).error.message
    assert problem(client.get("/orders?limit=x"), 400)


def test_what_is_not_there_is_404_and_a_wrong_method_405(client: httpx.Client) -> None:
    assert problem(client.get("/nothing-there"), 404)
    assert problem(client.get("/patches/no-such-patch"), 404)
    assert problem(client.get("/orders/no-such-order"), 404)
    assert problem(client.get("/apply-patch"), 405)


def head_of(length: int) -> bytes:
    lines = (
        "POST /apply-patch HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {TOKEN}",
        f"Content-Length: {length}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def test_a_body_that_announces_too_much_is_not_even_read(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head_of(10**9))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_grows_too_large_on_the_way_is_refused(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_BYTES", 1000)
    chunks = (b" " * 500 for _ in range(8))
    assert problem(client.post("/apply-patch", content=chunks), 413)


def test_a_body_that_does_not_come_ends_the_wait(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head_of(10))
        assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")


def test_the_server_lives_on_after_broken_requests(server: Served, client: httpx.Client) -> None:
    for rubbish in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000,
        b"POST /apply-patch HTTP/1.1\r\nHost: x",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(rubbish)
    assert client.post("/simulate-patch", json=replace("src/a.ts", "a + 1", "a + 2")).json()["status"] == "simulated"


def door(host: str, token: str | None = None, allowed: tuple[str, ...] = ()) -> tuple[bool, tuple[str, ...], bool]:
    found = open_door(host, allowed, {} if token is None else {"PATCHGATE_TOKEN": token})
    assert len(found.token) >= 16
    return found.generated, found.hosts, found.addresses


def test_on_the_loopback_a_token_is_made_when_none_is_given() -> None:
    assert door("127.0.0.1") == (True, ("localhost", "127.0.0.1", "::1"), False)
    assert open_door("::1", (), {}).token != open_door("::1", (), {}).token
    assert door("localhost", "x" * 16)[0] is False


def test_off_the_loopback_the_token_must_be_chosen() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "build.example"):
        with pytest.raises(UsageError, match="PATCHGATE_TOKEN is not set"):
            open_door(host, (), {})
    assert door("0.0.0.0", "x" * 16, ("ci.example",)) == (False, ("localhost", "127.0.0.1", "::1", "ci.example"), True)
    assert door("build.example", "x" * 16)[1][-1] == "build.example"


@pytest.mark.parametrize("token", ["short", "with spaces in it, sixteen", "é" * 20])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    with pytest.raises(UsageError, match="no usable token"):
        open_door("127.0.0.1", (), {"PATCHGATE_TOKEN": token})


def test_loopback_is_told_from_what_looks_like_it() -> None:
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "local"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/patches", 404),
        ("GET", "/orders/x/events", 404),
        ("POST", "/recommendations/x/decision", 404),
        ("POST", "/orders", 405),
        ("GET", "/apply-patch", 405),
    ],
)
def test_a_route_that_is_not_there_is_told_with_those_that_are(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    error = answer.json()["error"]
    assert (answer.status_code, error["kind"]) == (status, "usage")
    assert f"{method} {path}" in error["message"]
    assert "POST /apply-patch" in error["hint"] and "/openapi.json" in error["hint"]
    assert status == 404 or answer.headers["allow"] in error["message"]
