"""``patchgate serve`` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pygit2
import pytest

from tests.branch_gate.repositories import replace

COMMAND = [sys.executable, "-c", "from runner.cli.patchgate import main; main()", "serve", "--port", "0"]
TOKEN = "0123456789abcdef"


@contextmanager
def serving(
    repository: pygit2.Repository, folder: Path, **more: str
) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, its URL, and what it said before that."""
    environment = {key: value for key, value in os.environ.items() if key != "PATCHGATE_TOKEN"}
    environment |= {"PATCHGATE_STATE": str(folder / "state"), "PATCHGATE_WORK": str(folder / "work"), **more}
    command = [*COMMAND, "--repo", repository.workdir, "--typecheck", "never"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        try:
            for line in process.stderr:
                if found := re.search(r" on (http://\S+)", line):
                    yield process, found[1], said
                    break
                said += line
            else:
                raise AssertionError(said)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_with_the_given_token_and_ends_in_good_order(
    repository: pygit2.Repository, tmp_path: Path, number: signal.Signals
) -> None:
    with serving(repository, tmp_path, PATCHGATE_TOKEN=TOKEN) as (process, url, said):
        assert TOKEN not in said
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(
            f"{url}/apply-patch", json=replace("README.md", "hello", "hi"), headers=headers, trust_env=False
        )
        assert answer.json()["status"] == "applied"
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_new_token_is_shown_once_and_works(repository: pygit2.Repository, tmp_path: Path) -> None:
    with serving(repository, tmp_path) as (_, url, said):
        (token,) = re.findall(r"^token \(.*\): (\S{40,})$", said, re.MULTILINE)
        assert (
            httpx.get(f"{url}/orders", headers={"Authorization": f"Bearer {token}"}, trust_env=False).status_code == 200
        )
        assert httpx.get(f"{url}/orders", trust_env=False).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "PATCHGATE_TOKEN is not set"),
        (["--repo", "/proc"], "not in a git repository"),
    ],
)
def test_what_is_wrong_is_said_before_anything_listens(arguments: list[str], message: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PATCHGATE_STATE": str(tmp_path / "s"),
        "PATCHGATE_WORK": str(tmp_path / "w"),
    }
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
