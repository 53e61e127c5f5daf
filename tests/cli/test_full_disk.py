"""A disk that is full, wherever it is met: one clear message, exit code 4, and nothing landed."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from runner.cli.patchgate import app
from runner.sandbox.memory_engine import MemoryEngine
from tests.branch_gate.word_server import CountingServer
from tests.cli.commands import Shell
from tests.snapshots.repositories import git

# A part of the path of what cannot be written any more, and what is told.
PLACES = ["/w/", "/.mission_control/.tasks", "/.mission_control/reports", "/tree-"]


@pytest.fixture
def here(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """This process as the command's, with containers that are functions."""
    for name, value in shell.environment({}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(shell.folder)

    engine = MemoryEngine({"patchgate/checker": CountingServer(), "patchgate/specialist": lambda process: 1})
    monkeypatch.setattr("runner.app.engine.connect", lambda name: engine)
    return shell


def fill(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """From now on nothing can be written below a path with ``part`` in it."""

    def full(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            place = str(arguments[0])
            folder = named.get("dir_fd") or named.get("src_dir_fd")
            if folder is not None:
                place = f"{Path(f'/proc/self/fd/{folder}').readlink()}/{place}"
            if part in f"{place}/":
                raise OSError(errno.ENOSPC, "No space left on device", place)
            return real(*arguments, **named)

        return call

    for name in ("mkdir", "replace", "symlink"):
        monkeypatch.setattr(os, name, full(getattr(os, name)))


@pytest.mark.parametrize("part", PLACES)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_is_exit_4_with_what_to_do(
    part: str, as_json: bool, here: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = git(here.folder / "repository", "for-each-ref")
    with monkeypatch.context() as patch:
        fill(patch, part)
        told = CliRunner().invoke(app, ["run", "order.json", *(["--json"] if as_json else [])])
    assert told.exit_code == 4, told.output
    assert "No space left" in told.stderr and "df -h" in told.stderr
    assert "Traceback" not in told.output
    if as_json:
        assert json.loads(told.stdout)["error"]["kind"] == "infrastructure"
    assert git(here.folder / "repository", "for-each-ref") == before
    assert [path for path in here.work.glob("*") if path.is_dir()] == []


def test_with_room_the_same_run_ends_with_a_report(here: Shell) -> None:
    told = CliRunner().invoke(app, ["run", "order.json", "--json"])
    assert (told.exit_code, json.loads(told.stdout)["status"]) == (1, "failed")
