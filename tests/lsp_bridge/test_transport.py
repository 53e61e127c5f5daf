"""Framing: whole messages out of whatever pieces the bytes come in, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_bridge.transport import FrameReader, frame
from runner.errors import BridgeError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def reader(pieces: Iterable[bytes], **limits: int) -> FrameReader:
    waiting = iter(pieces)
    return FrameReader(lambda: next(waiting, b""), **limits)


@given(st.lists(st.dictionaries(st.text(max_size=9), JSON, max_size=3), max_size=3), st.integers(1, 7))
def test_messages_survive_being_cut_into_pieces(messages: list[dict[str, object]], size: int) -> None:
    stream = b"".join(map(frame, messages))
    frames = reader(stream[at : at + size] for at in range(0, len(stream), size))
    assert [frames.read() for _ in messages] == messages
    assert frames.read() is None


def test_the_length_counts_bytes_and_not_characters() -> None:
    header, _, body = frame({"a": "é🎉"}).partition(b"\r\n\r\n")
    assert header == b"Content-Length: %d" % len(body)
    assert json.loads(body) == {"a": "é🎉"}


def test_a_lone_surrogate_is_sent_as_an_escape() -> None:
    assert reader([frame({"a": "\ud800"})]).read() == {"a": "\ud800"}


def test_other_headers_and_other_cases_are_read_over() -> None:
    assert reader([b"Content-Type: x\r\ncontent-length:  2\r\n\r\n{}"]).read() == {}


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([b"Content-Length: 5\r\n\r\n{}"], "in the middle of a message"),
        ([b"Content-Length: 5\r\n"], "in the middle of a message"),
        ([b"x" * 9000], "not a message"),
        ([b"Content-Length: -1\r\n\r\n"], "not a number"),
        ([b"Content-Length: 99999999999999999999\r\n\r\n"], "not a number"),
        ([b"Content-Length: 1000\r\n\r\n"], "at most 100"),
        ([b"Other: 1\r\n\r\n"], "without Content-Length"),
        ([b"Content-Length: 2\r\n\r\n[]"], "not an object"),
        ([b"Content-Length: 2\r\n\r\nxx"], "not JSON"),
        ([b"Content-Length: 100\r\n\r\n" + b"[" * 100], "not JSON"),
    ],
)
def test_what_is_no_message_is_an_error(pieces: list[bytes], said: str) -> None:
    with pytest.raises(BridgeError, match=said):
        reader(pieces, max_body=100).read()
