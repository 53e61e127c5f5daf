"""Versions and ranges, as npm means them."""

from __future__ import annotations

import pytest

from runner.checker.toolchain.versions import Version, allows, parse_range, parse_version


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("5.9.3", "5.9.3", "5.9.2"),
        ("^5.0.4", "5.9.3 5.0.4", "5.0.3 6.0.2"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("~5.4.2", "5.4.5", "5.5.2 5.4.1"),
        ("~5", "5.9.3", "6.0.2"),
        ("5.x", "5.0.2 5.9.3", "4.9.5 6.0.2"),
        ("5.9", "5.9.3", "5.8.3"),
        ("*", "5.0.2 7.0.2", ""),
        ("", "5.0.2", ""),
        (">=4.8.4 <5.9.0", "4.9.5 5.8.3", "5.9.2 4.8.3"),
        (">= 5.1 <= 5.3", "5.1.3 5.3.3", "5.0.4 5.4.2"),
        (">5.3", "5.4.2", "5.3.3"),
        ("5.0.0 - 5.2.x", "5.0.2 5.2.2", "5.3.2"),
        ("^4.9.5 || ^5.0.0 || ~6.0", "4.9.5 5.9.3 6.0.3", "7.0.2"),
        ("v5.1.6", "5.1.6", "5.1.5"),
        ("^5.5.0-beta", "5.5.2", "5.4.5"),
    ],
)
def test_a_range_allows_what_npm_would_take(text: str, yes: str, no: str) -> None:
    intervals = parse_range(text)
    assert intervals is not None
    for word in yes.split():
        assert allows(intervals, parse_version(word) or Version((0, 0, 0))), word
    for word in no.split():
        assert not allows(intervals, parse_version(word) or Version((0, 0, 0))), word


@pytest.mark.parametrize(
    "text", ["next", "latest", "npm:typescript@5", "git+ssh://x/y", "5.9.3.1", "^", "a || 5", "5 " * 200]
)
def test_what_is_no_range_is_told_apart(text: str) -> None:
    assert parse_range(text) is None


def test_only_releases_from_five_to_seven_can_judge() -> None:
    texts = ("4.9.5", "5.0.2", "7.0.2", "7.1.0-dev.20261101.1", "8.0.0")
    parsed = [parse_version(text) for text in texts]
    assert [version.supported for version in parsed if version] == [False, True, True, False, False]
    assert [str(version) for version in parsed] == list(texts)
    assert parse_version("1" * 5000) is None
