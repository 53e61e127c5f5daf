"""Paths: one spelling each, and nothing that leads out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.verdict import Refused
from runner.text.paths import normalise, to_uri


@pytest.mark.parametrize(
    ("given_path", "path"),
    [
        ("src/a.ts", "src/a.ts"),
        ("file:///repo/src/a.ts", "src/a.ts"),
        ("file:///repo/src/a%20b.ts", "src/a b.ts"),
        ("file:///repo/%C3%A9.ts", "é.ts"),
        ("file:///repo/routes/%5Bid%5D.ts", "routes/[id].ts"),
        (".github/x.yml", ".github/x.yml"),
        ("a..b.ts", "a..b.ts"),
    ],
)
def test_a_path_is_made_repository_relative(given_path: str, path: str) -> None:
    assert normalise(given_path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../a.ts",
        "src/../a.ts",
        "./a.ts",
        "src/./a.ts",
        "src//a.ts",
        "src/",
        "src\\a.ts",
        "a\0.ts",
        "a\n.ts",
        "C:/a.ts",
        "c:a.ts",
        "https://host/a.ts",
        "file://host/repo/a.ts",
        "file:///etc/passwd",
        "file:///repo-evil/a.ts",
        "file:///repo/",
        "file:///repo",
        "file:/repo/a.ts",
        "FILE:///repo/a.ts",
        "file:///repo/../a.ts",
        "file:///repo/%2e%2e/a.ts",
        "file:///repo/..%2fa.ts",
        "file:///repo/a%2Fb.ts",
        "file:///repo/a%5Cb.ts",
        "file:///repo/a%00.ts",
        "file:///repo/a\ud800%20.ts",
        "a\ud800.ts",
        "file:///repo/a%252e.ts",
        "file:///repo/%252e%252e/a.ts",
        "file:///repo/a%ZZ.ts",
        "file:///repo/%ff.ts",
        "file:///repo//etc/passwd",
        "file:///repo/a.ts?x",
        "file:///repo/a.ts#x",
        "a%2e%2e/b.ts",
        "a\u202eb.ts",
        "a\u200bb.ts",
        "a\ud800.ts",
        "src /a.ts",
        "src./a.ts",
        "a.ts ",
        "x/" * 600 + "a.ts",
        "a" * 256,
    ],
)
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(Refused, match=r"path\.invalid"):
        normalise(path)


@given(st.text(max_size=30))
def test_a_path_either_is_refused_or_survives_its_uri(path: str) -> None:
    try:
        plain = normalise(path)
    except Refused:
        return
    assert normalise(to_uri(plain)) == plain
    assert not {"", ".", ".."} & set(plain.split("/"))
