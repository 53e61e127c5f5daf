"""Bytes in, the same bytes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.verdict import Refused
from runner.text.encoding import TextFile, decode, encode, newline_of, with_newline
from tests.edits.strategies import texts


@pytest.mark.parametrize(
    ("content", "text", "newline"),
    [
        (b"", "", "\n"),
        (b"a", "a", "\n"),
        (b"\xef\xbb\xbfa\r\nb\r\n", "a\r\nb\r\n", "\r\n"),
        (b"\xff\xfea\x00\n\x00", "a\n", "\n"),
        (b"\xfe\xff\x00a\x00\n", "a\n", "\n"),
        (b"a\r\nb\n", "a\r\nb\n", "mixed"),
        (b"a\rb", "a\rb", "mixed"),
        ("é😀".encode(), "é😀", "\n"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa", "\n"),
    ],
)
def test_files_decode_and_encode_to_the_same_bytes(content: bytes, text: str, newline: str) -> None:
    file = decode(content)
    assert (file.text, file.newline, encode(file)) == (text, newline, content)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"a\x00b",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xff\xfea",
        b"\xff\xfe\x00\xd8",
        b"\xff\xfe\x00\x00a\x00\x00\x00",
    ],
)
def test_binary_and_invalid_files_are_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"edit\.not-text"):
        decode(content, "a.ts")


@given(st.binary(max_size=40))
def test_whatever_decodes_encodes_to_the_same_bytes(content: bytes) -> None:
    try:
        file = decode(content)
    except Refused:
        return
    assert encode(file) == content


@given(
    texts,
    st.sampled_from(
        ((b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
    ),
)
def test_whatever_encodes_decodes_to_the_same_text(text: str, form: tuple[bytes, str]) -> None:
    file = TextFile(text, form[1], form[0])
    assert decode(encode(file)) == file


def test_a_text_cannot_grow_a_mark_or_a_lone_surrogate() -> None:
    for text in ("\ufeffa", "\ud800"):
        with pytest.raises(Refused):
            encode(TextFile(text))


def test_payload_text_takes_the_line_ends_of_its_file() -> None:
    assert with_newline("a\nb\r\n", "\r\n") == "a\r\nb\r\n"
    assert with_newline("a\r\nb", "\n") == "a\nb"
    assert with_newline("a\r\nb\n", "mixed") == "a\r\nb\n"
    assert newline_of("a\n\r\n") == "mixed"
