"""One engine with its images for all tests of this room."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.model.container import ContainerSpec, Mount, Outcome
from runner.model.order import Limits
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.images import SPECIALIST, ensure_images

Run = Callable[..., Outcome]
PROBE = Path(__file__).parent / "probe.py"


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    found = connect("auto")
    assert isinstance(found, DockerEngine)
    ensure_images(found.api, lambda _line: None)
    yield found
    found.close()


@pytest.fixture
def run(engine: DockerEngine) -> Run:
    """Run a command on the specialists' image with limits given by name."""

    def call(*command: str, mounts: tuple[Mount, ...] = (), tmpfs_mb: int = 16, **limits: Any) -> Outcome:
        bounds = Limits(**{"wall_s": 20.0, "memory_mb": 128, "pids": 64, **limits})
        return engine.run(ContainerSpec(SPECIALIST, command, mounts, limits=bounds, tmpfs_mb=tmpfs_mb, working_dir="/"))

    return call


@pytest.fixture(scope="session")
def canaries() -> Iterator[None]:
    """Things of the host that nothing inside a container may see."""
    with pytest.MonkeyPatch.context() as patch, socket.socket(socket.AF_UNIX) as listener:
        patch.setenv("PATCHGATE_TEST_CANARY", "a host secret")
        listener.bind("\0patchgate-test-canary")
        listener.listen()
        yield


@pytest.fixture(scope="session")
def probed(engine: DockerEngine, canaries: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``probe.py`` found from inside one container that has a mount."""
    shown = tmp_path_factory.mktemp("shown")
    shown.chmod(0o755)
    (shown / "file.txt").write_text("as it was")
    (shown / "probe.py").write_text(PROBE.read_text())
    spec = ContainerSpec(
        SPECIALIST,
        ("python3", "/repo/probe.py"),
        (Mount(str(shown), "/repo"),),
        limits=Limits(wall_s=30, memory_mb=128),
    )
    outcome = engine.run(spec)
    assert outcome.exit_code == 0, outcome.stderr.decode()
    found: dict[str, Any] = json.loads(outcome.stdout)
    found["shown_after"] = sorted((path.name, path.stat().st_mode & 0o7777) for path in shown.iterdir())
    found["text_after"] = (shown / "file.txt").read_text()
    return found
