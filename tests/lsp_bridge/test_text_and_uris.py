"""Columns, line ends, and URIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_bridge.text import column_of, decode, index_of, split_lines, units
from lsp_bridge.uris import moved, path_of, uri_of


@given(st.text(alphabet="aé🎉\u2028"))
def test_a_column_leads_back_to_its_index(line: str) -> None:
    for index in range(len(line) + 1):
        assert index_of(line, column_of(line, index)) == index


def test_columns_count_utf16_code_units() -> None:
    assert units("a🎉b") == 4
    assert column_of("a🎉b", 2) == 3
    assert index_of("a🎉b", 99) == 3


def test_only_the_three_line_ends_of_lsp_end_a_line() -> None:
    assert split_lines("a\r\nb\rc\nd\u2028e\x0cf\x85g\n") == ["a", "b", "c", "d\u2028e\x0cf\x85g", ""]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfx", b"x", b"\xff\xfex\x00", b"\xfe\xff\x00x"])
def test_a_byte_order_mark_is_no_part_of_the_text(content: bytes) -> None:
    assert decode(content) == "x"


@given(st.text(min_size=1, alphabet="ab %é@#🎉+"))
def test_a_path_survives_its_uri(path: str) -> None:
    assert path_of(uri_of(f"src/{path}")) == f"src/{path}"


def test_a_uri_that_escapes_more_than_needed_is_understood() -> None:
    assert path_of("file:///repo/node_modules/%40scope/a%2eb.ts") == "node_modules/@scope/a.b.ts"


@pytest.mark.parametrize(
    "uri",
    [
        "file:///repo-evil/a.ts",
        "file:///etc/passwd",
        "untitled:x",
        "file:///repo",
        "file://host/repo/a",
        "file:///repo/../x",
        "file:///repo/a/%2e%2e/x",
    ],
)
def test_a_uri_outside_the_repository_has_no_path(uri: str) -> None:
    assert path_of(uri) is None


def test_uris_move_in_keys_and_values_and_nothing_else_does() -> None:
    value = {"changes": {"file:///repo/a.ts": [{"newText": "file:///repo"}]}, "x": ["file:///repo2/b.ts", 1, None]}
    there = moved(value, "/repo", "/tmp/w")
    assert there == {
        "changes": {"file:///tmp/w/a.ts": [{"newText": "file:///tmp/w"}]},
        "x": ["file:///repo2/b.ts", 1, None],
    }
    assert moved(there, "/tmp/w", "/repo") == value
