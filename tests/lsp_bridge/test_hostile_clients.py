"""What a specialist that means harm can do to its endpoint: end its own connection."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_bridge.limits import EndpointLimits
from tests.lsp_bridge.fakes import TASK, ServedPass, error_of, everything, served_pass

LIMITS = EndpointLimits(
    message=1_000_000, question=10_000, values=10_000, connections=8, frame_s=0.3, drain_s=0.3, unread=100_000
)


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[ServedPass]:
    with served_pass(tmp_path, LIMITS) as opened:
        yield opened


def message(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def lives(opened: ServedPass) -> bool:
    return bool(opened.session().request("patchgate/task", {}) == TASK)


DEEP = b'{"jsonrpc":"2.0","id":1,"method":"patchgate/submit","params":%b}'


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"Content-Length: 1073741824\r\n\r\n", "at most 1000000"),
        (b"Content-Length: 99999999999999999999999\r\n\r\n", "not a number"),
        (b"Content-Length: -5\r\n\r\n", "not a number"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "without Content-Length"),
        (b"A" * 100_000, "header is longer"),
        (message(b"{"), "not JSON"),
        (message(b"\xff\xfe"), "not JSON"),
        (message(b'{"jsonrpc":"2.0","id":1,"method":"x","params":NaN}'), "not JSON"),
        (message(b"[]"), "not a JSON-RPC 2.0 object"),
        (message(b'{"jsonrpc":"1.0","id":1,"method":"x"}'), "not a JSON-RPC 2.0 object"),
        (message(b'{"jsonrpc":"2.0","id":{"a":1},"method":"x"}'), "the id"),
        (message(b'{"jsonrpc":"2.0","id":1,"method":["x"]}'), "the method"),
        (message(b"[" * 500_000), "nested deeper"),
        (message(DEEP % (b"[" * 300 + b"]" * 300)), "nested deeper"),
        (message(DEEP % (b"[" + b"0," * 20_000 + b"0]")), "more than 10000 values"),
        (message(b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":"%b"}' % (b"x" * 20_000)), "at most 10000"),
    ],
)
def test_what_is_no_message_ends_the_connection_with_a_reason(hostile: ServedPass, sent: bytes, said: str) -> None:
    connection = hostile.raw()
    connection.sendall(sent)
    assert said in error_of(everything(connection))
    assert said in hostile.endpoint.complaints[0]
    assert lives(hostile)


@pytest.mark.parametrize(
    "sent", [b"C", b"Content-Length: 10\r\n", message(b"{}")[:-1], b"Content-Length: 900000\r\n\r\n{"]
)
def test_a_client_that_dawdles_inside_a_message_is_cut_off(hostile: ServedPass, sent: bytes) -> None:
    connection = hostile.raw()
    connection.sendall(sent)
    assert "did not arrive within 0.3 s" in error_of(everything(connection))
    assert lives(hostile)


@pytest.mark.parametrize("sent", [b"Content-Le", b"Content-Length: 10\r\n\r\n{"])
def test_a_client_that_leaves_inside_a_message_is_noted(hostile: ServedPass, sent: bytes) -> None:
    connection = hostile.raw()
    connection.sendall(sent)
    connection.shutdown(socket.SHUT_WR)
    assert "ended in the middle" in error_of(everything(connection))
    assert lives(hostile)


def test_an_idle_client_is_left_alone(hostile: ServedPass) -> None:
    session = hostile.session()
    session.request("patchgate/task", {})
    waiting = hostile.raw()
    waiting.settimeout(3 * LIMITS.frame_s)
    with pytest.raises(TimeoutError):
        waiting.recv(1)
    assert session.request("patchgate/task", {}) == TASK
    waiting.close()


def test_a_client_that_never_reads_is_cut_off(hostile: ServedPass) -> None:
    hostile.languages.answers["textDocument/hover"] = {"contents": "x" * 200_000}
    place = {"textDocument": {"uri": "file:///repo/a.ts"}, "position": {"line": 0, "character": 0}}
    ask = message(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": place}).encode())
    connection = hostile.raw()
    with pytest.raises(ConnectionError):
        for _ in range(100_000):
            connection.sendall(ask)
    connection.close()
    assert set(hostile.endpoint.complaints) == {"a client does not read its answers"}
    assert lives(hostile)


def test_a_thousand_connections_leave_the_first_ones_alone(hostile: ServedPass) -> None:
    session = hostile.session()
    assert session.request("patchgate/task", {}) == TASK
    crowd: list[socket.socket] = []
    refused = 0
    for _ in range(1000):
        connection = hostile.raw()
        if len(crowd) < LIMITS.connections - 1:
            crowd.append(connection)
            continue
        assert "8 connections already" in error_of(everything(connection))
        refused += 1
    assert refused == 1000 - len(crowd)
    assert session.request("patchgate/task", {}) == TASK
    assert len(hostile.endpoint.complaints) == 50
    for connection in crowd:
        connection.close()


def test_bytes_held_by_one_client_are_given_back(tmp_path: Path) -> None:
    limits = EndpointLimits(message=1000, held=1000, frame_s=0.2, in_flight=1)
    with served_pass(tmp_path, limits) as opened:
        for _ in range(5):
            connection = opened.raw()
            connection.sendall(b"Content-Length: 1000\r\n\r\n{")
            assert "did not arrive" in error_of(everything(connection))
        session = opened.session()
        assert [session.request("patchgate/task", {}) for _ in range(5)] == [TASK] * 5


def test_responses_and_notifications_nobody_asked_for_are_read_over(hostile: ServedPass) -> None:
    connection = hostile.raw()
    for body in (
        b'{"jsonrpc":"2.0","id":1,"result":{"class":1}}',
        b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}',
        b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99}}',
        b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}',
        b'{"jsonrpc":"2.0","method":"nobody/knows"}',
        b'{"jsonrpc":"2.0","method":"exit"}',
    ):
        connection.sendall(message(body))
    assert everything(connection) == b""
    assert hostile.endpoint.complaints == ()
    assert lives(hostile)
