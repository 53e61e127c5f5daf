"""npm itself: one small fetch from the registry, and answers of programs in its place."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from runner.checker.toolchain import npm as npm_module
from runner.checker.toolchain.npm import NoSuchRelease, Npm, NpmSilent
from runner.checker.toolchain.store import ToolchainStore
from runner.checker.toolchain.unpack import check_integrity


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def program(folder: Path, body: str) -> Npm:
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return Npm(str(path))


@pytest.mark.registry
def test_the_registry_answers_and_its_bytes_are_what_it_promised(work: Path) -> None:
    # A package of a few KB: it takes the same way as a compiler.
    (release,) = Npm().releases("is-number", "7.0.0", work)
    assert release.version == "7.0.0"
    check_integrity(Npm().tarball("is-number", "7.0.0", work), release.integrity)
    several = Npm().releases("typescript", "~5.0.0", work)
    assert {"5.0.2", "5.0.4"} <= {one.version for one in several}
    with pytest.raises(NoSuchRelease, match=r"5\.9\.99"):
        Npm().releases("typescript", "5.9.99", work)


@pytest.mark.registry
def test_a_compiler_comes_from_the_registry_whole(tmp_path: Path) -> None:
    store = ToolchainStore(tmp_path / "store")
    found = store.add("5.0.4")
    assert found.integrity.startswith("sha512-")
    assert (found.folder / "lib/lib.es5.d.ts").is_file()
    assert [one.version for one in store.list()] == ["5.0.4"]


def test_an_npmrc_of_the_folder_that_a_person_stands_in_does_not_count(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = tmp_path / "repository"
    hostile.mkdir()
    (hostile / ".npmrc").write_text("registry=http://127.0.0.1:1/\n")
    (hostile / "package.json").write_text("{}")
    monkeypatch.chdir(hostile)
    inside = hostile / "work"
    inside.mkdir()
    monkeypatch.setenv("npm_config_registry", "")
    found = npm_module._run((str(npm_module.find_npm()), "config", "get", "registry", f"--prefix={inside}"), inside, 60)
    assert "127.0.0.1:1" not in found[1]


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        ('echo \'{"error": {"code": "E404", "summary": "no match"}}\'; exit 1', NoSuchRelease, "no match"),
        ('echo \'{"error": {"code": "ENOTFOUND", "summary": "getaddrinfo"}}\'; exit 1', NpmSilent, "getaddrinfo"),
        ("echo 'npm error network' >&2; exit 1", NpmSilent, "npm error network"),
        ("echo '<html>'", NpmSilent, "cannot be read"),
        ("echo '[]'", NoSuchRelease, "knows no"),
        ("exit 0", NoSuchRelease, "knows no"),
        ("kill -9 $$", NpmSilent, "ended with"),
    ],
)
def test_what_npm_says_is_told_apart(work: Path, tmp_path: Path, body: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        program(tmp_path, body).releases("typescript", "^5.0.0", work)


def test_npm_that_hangs_is_ended_with_its_children(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm_module, "_ASK_LIMIT_S", 0.5)
    hanging = program(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with pytest.raises(NpmSilent, match="took longer"):
        hanging.releases("typescript", "^5.0.0", work)
    assert time.monotonic() - began < 10
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    assert not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"


def test_npm_that_says_done_and_brings_nothing_is_an_error(work: Path, tmp_path: Path) -> None:
    with pytest.raises(NpmSilent, match="no tarball"):
        program(tmp_path, "echo '[]'").tarball("typescript", "5.9.3", work)


def test_without_npm_the_error_says_so(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm_module, "find_npm", lambda: None)
    with pytest.raises(NpmSilent, match="npm is not there"):
        Npm().releases("typescript", "^5.0.0", work)
    with pytest.raises(NpmSilent, match="could not be started"):
        Npm("/nowhere/npm").releases("typescript", "^5.0.0", work)


def test_npm_is_the_one_beside_python_else_that_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy("/bin/true", tmp_path / "npm")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "elsewhere/python"))
    assert npm_module.find_npm() == str(tmp_path / "npm")
    (tmp_path / "elsewhere").mkdir()
    shutil.copy("/bin/true", tmp_path / "elsewhere/npm")
    assert npm_module.find_npm() == str(tmp_path / "elsewhere/npm")
    assert os.access(tmp_path / "elsewhere/npm", os.X_OK)
