"""A short folder with a repository, an agent and an order in it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.sandbox.docker_engine import DockerEngine
from tests.cli.commands import FILES, Shell, order
from tests.containers import real_engine
from tests.snapshots.repositories import make_repository

AGENT = """
import json, subprocess, tempfile
from pathlib import Path

def submit(search, replace, file):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as edit:
        json.dump([{"file": file, "search": search, "replace": replace}], edit)
        edit.flush()
        ended = subprocess.run(["patchctl", "search-replace", edit.name, "--reason", f"{search} to {replace}"],
                               stdout=subprocess.PIPE)
    return json.loads(ended.stdout)["status"]

# The test writes to this pipe once it has seen what it wants to see.
Path("/agent/go").read_text()
said = [
    submit("two: number = 2", "two: number = 22", "src/a.ts"),
    submit("two: number = 22", "two: number = 'no number'", "src/a.ts"),
    submit("three", "four", "src/b.ts"),
]
assert said == ["applied", "rejected", "rejected"], said
subprocess.run(["patchctl", "done"], check=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Below /tmp itself: a socket's path has 107 bytes at most, and pytest's folders are long.
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        made = Path(name).resolve()
        made.chmod(0o755)
        make_repository(made / "repository", FILES)
        (made / "agent").mkdir()
        (made / "agent/main.py").write_text(AGENT)
        os.mkfifo(made / "agent/go")
        (made / "order.json").write_text(json.dumps(order()))
        yield made


@pytest.fixture
def shell(folder: Path) -> Shell:
    return Shell(folder)


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    with real_engine() as found:
        yield found
