"""A lock file means the same on every day and with every pip."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.setup.packages import CHECKOUT, Environment, Index, pip_wheels

OLD = {"app": "1.0", "cover": "7.17.3", "tomlreader": "2.0"}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """``app`` asks for ``cover`` with an extra. A newer ``cover`` came out after the lock file was made."""
    found = Index(tmp_path / "index")
    found.release("app", "1.0", ["cover[toml]>=7"])
    for version in ("7.17.3", "7.17.4"):
        found.release("cover", version, ["tomlreader; extra == 'toml'"], extras=["toml"])
    found.release("tomlreader", "2.0")
    found.release("tomlreader", "2.1")
    return found


@pytest.mark.parametrize("wheel", pip_wheels(), ids=lambda wheel: wheel.name.split("-")[1])
def test_the_lock_is_installed_as_it_stands_whatever_was_released_since(
    wheel: Path, index: Index, tmp_path: Path
) -> None:
    environment = Environment(tmp_path / "venv", wheel, index)
    done = environment.install(index.lock(tmp_path / "lock.txt", OLD))
    assert done.returncode == 0, done.stderr
    assert environment.installed() == OLD


def test_the_newer_release_is_a_trap_for_a_pip_that_resolves(index: Index, tmp_path: Path) -> None:
    wheel = next(wheel for wheel in pip_wheels() if wheel.name.startswith("pip-23.2.1-"))
    environment = Environment(tmp_path / "venv", wheel, index)
    done = environment.resolve(index.lock(tmp_path / "lock.txt", OLD))
    assert done.returncode != 0
    assert "cover" in done.stderr


def test_a_lock_that_lacks_a_package_fails(index: Index, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv", pip_wheels()[-1], index)
    done = environment.install(index.lock(tmp_path / "lock.txt", {"app": "1.0"}))
    assert done.returncode != 0
    assert "cover" in done.stdout


def test_another_wheel_than_the_locked_one_is_refused(index: Index, tmp_path: Path) -> None:
    lock = index.lock(tmp_path / "lock.txt", OLD)
    index.release("tomlreader", "2.0", ["app"])
    environment = Environment(tmp_path / "venv", pip_wheels()[-1], index)
    assert environment.install(lock).returncode != 0
    assert environment.installed() == {}


def test_every_pip_that_is_tried_is_there() -> None:
    wanted = (CHECKOUT / "tests/setup/pips.txt").read_text("utf-8").splitlines()
    assert {wheel.name.split("-")[1] for wheel in pip_wheels()} == {line.split("==")[1].split()[0] for line in wanted}


def _tracked(pattern: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


@pytest.mark.parametrize("name", _tracked("*package-lock.json"))
def test_npm_locks_pin_every_package_by_integrity_and_name_no_registry(name: str) -> None:
    packages = json.loads((CHECKOUT / name).read_text("utf-8"))["packages"]
    pinned = {place: entry for place, entry in packages.items() if place}
    assert pinned
    assert [place for place, entry in pinned.items() if not entry.get("integrity") or "resolved" in entry] == []
