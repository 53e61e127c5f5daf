"""Paths: one spelling each, and nothing that leads out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.verdict import Refused
from runner.text.paths import ROOTS, normalise, relative, relative_address, roots_of, to_uri


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
        ("/repo/src/a.ts", "src/a.ts"),
        ("/repo/repo/a.ts", "repo/a.ts"),
    ],
)
def test_a_path_is_made_repository_relative(given_path: str, path: str) -> None:
    assert normalise(given_path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "/repo",
        "/repo/",
        "/repo-evil/a.ts",
        "/repo/../etc/passwd",
        "/repo/src/../../etc/passwd",
        "/repo//etc/passwd",
        "/repo/a%2e%2e/b.ts",
        "/repo\\src\\a.ts",
        "/repo/a\0.ts",
        "/REPO/a.ts",
        "//repo/a.ts",
        "//host/repo/a.ts",
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


FOLDER = "/home/me/my shop"


@pytest.mark.parametrize(
    "written",
    [
        "src/a.ts",
        "/repo/src/a.ts",
        f"{FOLDER}/src/a.ts",
        "file:///repo/src/a.ts",
        "file:///home/me/my%20shop/src/a.ts",
        f"file://{FOLDER}/src/a.ts",
    ],
)
def test_a_path_below_the_real_folder_means_that_file(written: str) -> None:
    assert normalise(written, roots_of([FOLDER])) == "src/a.ts"


@pytest.mark.parametrize(
    "path",
    [
        FOLDER,
        f"{FOLDER}/",
        f"{FOLDER}-evil/a.ts",
        f"{FOLDER}/../other/a.ts",
        f"{FOLDER}/src//a.ts",
        "/home/me/a.ts",
        "file:///home/me/my%20shop/../a.ts",
        "file:///home/me/my%20shop%2fsrc/a.ts",
        "file:///home/me/my%20shop-evil/a.ts",
        "file://host/home/me/my%20shop/a.ts",
    ],
)
def test_an_absolute_path_that_is_not_below_the_real_folder_is_refused(path: str) -> None:
    with pytest.raises(Refused, match=r"path\.invalid"):
        normalise(path, roots_of([FOLDER]))


def test_a_path_with_two_readings_is_refused_and_a_uri_of_ours_has_one() -> None:
    roots = roots_of(["/repo/app"])
    with pytest.raises(Refused, match=r"can be read as a\.ts and as app/a\.ts"):
        normalise("/repo/app/a.ts", roots)
    assert normalise("file:///repo/app/a.ts", roots) == "app/a.ts"
    assert normalise("/repo/b.ts", roots) == "b.ts"


def test_the_root_of_the_file_system_is_no_root() -> None:
    assert roots_of(["/", "relative", "/repo/"]) == ROOTS
    with pytest.raises(Refused):
        normalise("/etc/passwd", roots_of(["/"]))


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("src/a.ts#Shop.total", "src/a.ts#Shop.total"),
        ("/repo/src/a.ts#Shop.#total@2", "src/a.ts#Shop.#total@2"),
        ("/home/c#/shop/src/a.ts#f", "src/a.ts#f"),
        ("/home/c#/shop/src/a.ts:80-140", "src/a.ts:80-140"),
        ("file:///repo/src/a%20b.ts:3", "src/a b.ts:3"),
        ("/home/c#/shop/src/a.ts", "src/a.ts"),
    ],
)
def test_an_address_is_made_relative_and_keeps_its_name(written: str, address: str) -> None:
    assert relative_address(written, roots_of(["/home/c#/shop"])) == address


def test_a_relative_glob_stays_as_it_is() -> None:
    assert [relative(glob) for glob in ("src/**", "/repo/src/**/*.ts")] == ["src/**", "src/**/*.ts"]
