"""An order run tells an outside orchestrator of its verdicts; what it could not tell, a later command does."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from runner.notify.outbox import Outbox
from runner.sandbox.docker_engine import DockerEngine
from tests.cli.commands import Shell
from tests.cli.conftest import AGENT
from tests.notify.orchestrators import orchestrator

pytestmark = pytest.mark.docker
TOLD = ["/api/patches/events", "/api/tasks/T1/patched", "/api/patches/events", "/api/patches/events"]


@pytest.fixture(autouse=True)
def agent_that_waits_for_nobody(folder: Path, engine: DockerEngine) -> None:
    (folder / "agent/go").unlink()
    (folder / "agent/main.py").write_text(AGENT.replace('Path("/agent/go").read_text()', ""))


def test_an_order_tells_its_verdicts_as_they_happen(shell: Shell) -> None:
    with orchestrator() as server:
        told = shell.run("run", "order.json", "--json", ORCHESTRATOR_URL=server.url, ORCHESTRATOR_TOKEN="t0ken")
    assert told.exit == 0, told.err
    assert server.paths() == TOLD
    bodies = [body for _, _, body in server.requests]
    assert [body.get("status") for body in bodies] == ["applied", None, "rejected", "rejected"]
    assert {body["order_id"] for body in bodies if "order_id" in body} == {"ord-test"}
    assert {body["trace_id"] for body in bodies if "trace_id" in body} == {told.json["trace_id"]}
    first = bodies[0]
    assert (first["task_id"], first["file"], first["ts_check_ok"], first["ts_check_out"]) == (
        "T1",
        "src/a.ts",
        True,
        "ok",
    )
    assert bodies[1]["patch_id"] == first["patch_id"] and bodies[2]["ts_check_ok"] is False
    assert (shell.folder / "repository" / first["diff_path"]).exists()
    assert {headers["authorization"] for _, headers, _ in server.requests} == {"Bearer t0ken"}
    assert len(set(server.keys())) == len(TOLD)


def test_what_an_order_could_not_tell_is_told_by_the_next_command(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}"
    told = shell.run("run", "order.json", "--json", ORCHESTRATOR_URL=address)
    assert told.exit == 0, told.err
    path = shell.folder / "repository/.mission_control/outbox.sqlite"
    assert [message.path for message in Outbox(path).messages()] == TOLD
    with sqlite3.connect(path) as connection:  # the time for which the back-off has it wait is over
        connection.execute("UPDATE message_v1 SET not_before = 0")
    with orchestrator() as server:
        line = [sys.executable, "-c", "from runner.cli.patchctl import main; main()", "done", "--task-id", "T1"]
        environment = shell.environment({"ORCHESTRATOR_URL": server.url})
        subprocess.run(
            line, cwd=shell.folder / "repository", env=environment, check=True, capture_output=True, timeout=60
        )
    assert server.paths() == TOLD
    assert list(Outbox(path).messages()) == []
