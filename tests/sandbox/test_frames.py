"""The attached stream's framing and the cutting of output, as values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.sandbox.frames import Capture, Frames, Tail

PARTS = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=40)), max_size=12)


def framed(parts: list[tuple[int, bytes]]) -> bytes:
    return b"".join(bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data for stream, data in parts)


@given(PARTS, st.integers(1, 17))
def test_however_the_bytes_arrive_each_stream_is_whole(parts: list[tuple[int, bytes]], portion: int) -> None:
    wire, frames = framed(parts), Frames()
    got = [pair for at in range(0, len(wire), portion) for pair in frames.feed(wire[at : at + portion])]
    for stream in (1, 2):
        assert b"".join(data for one, data in got if one == stream) == b"".join(
            data for one, data in parts if one == stream
        )


def test_a_huge_frame_is_passed_on_as_it_comes_and_never_gathered() -> None:
    frames = Frames()
    list(frames.feed(bytes([1, 0, 0, 0]) + (1 << 31).to_bytes(4, "big")))
    assert list(frames.feed(b"abc")) == [(1, b"abc")]


@given(st.lists(st.binary(max_size=700), max_size=10))
def test_a_capture_is_the_first_bytes_and_says_when_there_were_more(parts: list[bytes]) -> None:
    capture, whole = Capture(1024), b"".join(parts)
    for part in parts:
        capture.add(part)
    mark = b"\n[cut: more than 1 KiB]\n" if len(whole) > 1024 else b""
    assert capture.result() == whole[:1024] + mark
    assert capture.overflowed == (len(whole) > 1024)


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_a_tail_is_the_last_bytes(parts: list[bytes]) -> None:
    tail = Tail(20)
    for part in parts:
        tail.add(part)
    assert tail.text() == b"".join(parts)[-20:].decode("utf-8", "replace")
