"""Choosing an engine, and what is said when none answers."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from runner.errors import SandboxError, UsageError
from runner.sandbox.docker_engine import engine_problems
from runner.sandbox.engines import connect


@pytest.fixture
def nothing_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Both engines are looked for at sockets that do not exist."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setenv("CONTAINER_HOST", f"unix://{tmp_path}/podman.sock")
    return tmp_path


def test_without_an_engine_the_commands_to_type_are_named(nothing_answers: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        connect("auto")
    assert caught.value.exit_code == 4
    assert f"{nothing_answers}/docker.sock" in caught.value.message
    for command in ("apt-get install -y docker.io", "setsid dockerd", "make engine"):
        assert command in caught.value.hint


def test_a_dead_socket_is_told_with_its_reason(nothing_answers: Path) -> None:
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(nothing_answers / "docker.sock"))
    with pytest.raises(SandboxError, match="refused"):
        connect("docker")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:2375", "ssh://host"])
def test_an_engine_on_another_machine_is_not_used(
    monkeypatch: pytest.MonkeyPatch, nothing_answers: Path, address: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    with pytest.raises(SandboxError, match="not on this machine"):
        connect("docker")


def test_bwrap_and_unknown_names_are_wrong_usage() -> None:
    for name in ("bwrap", "lxc", "Docker"):
        with pytest.raises(UsageError, match=name) as caught:
            connect(name)
        assert caught.value.exit_code == 2
        assert "docker" in caught.value.hint


@pytest.mark.docker
def test_auto_takes_the_one_that_answers() -> None:
    assert connect("auto").name in ("docker", "podman")


@pytest.mark.docker
def test_the_module_says_which_engine_answers() -> None:
    asked = subprocess.run([sys.executable, "-m", "runner.sandbox.engines"], capture_output=True, text=True, timeout=60)
    assert (asked.returncode, asked.stderr.split()[0]) == (0, connect("auto").name)


def test_the_module_says_what_to_do_without_one(nothing_answers: Path) -> None:
    asked = subprocess.run([sys.executable, "-m", "runner.sandbox.engines"], capture_output=True, text=True, timeout=60)
    assert asked.returncode == 4
    assert "make engine" in asked.stderr


def test_what_an_engine_cannot_enforce_is_a_problem() -> None:
    able = {
        "SecurityOptions": ["name=seccomp,profile=default"],
        "MemoryLimit": True,
        "PidsLimit": True,
        "OSType": "linux",
    }
    assert engine_problems(able) == ()
    assert engine_problems({**able, "SecurityOptions": None})[0].startswith("It has no seccomp")
    assert "memory" in engine_problems({**able, "MemoryLimit": False})[0]
    assert "Linux containers" in engine_problems({**able, "OSType": "windows"})[0]
