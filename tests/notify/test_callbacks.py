"""The orchestrator is told of every patch at least once, whatever it answers and whenever the process ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.ledger.memory import MemoryLedger
from runner.ledger.sql import SqlLedger
from runner.model.events import NOTE, PATCH_APPLIED, PATCH_REJECTED, Event
from runner.notify.callbacks import Callbacks, callbacks_of
from runner.notify.callbacks import Orchestrator as Target
from runner.notify.outbox import Outbox
from tests.branch_gate.repositories import make_repository, replace, settings_in, write_tasks
from tests.notify.orchestrators import orchestrator


def applied(patch: str, task: str = "") -> Event:
    data: dict[str, object] = {"task_id": task, "format": "line-ops", "files": ["a.ts"], "role": "me", "reason": "why"}
    return Event(PATCH_APPLIED, "2026-01-01T00:00:00Z", "trace", "order", None, patch, data)


def rejected(patch: str, status: str) -> Event:
    data: dict[str, object] = {"status": status, "role": "me", "diff": "+secret code", "violations": [{"code": "PG1"}]}
    return Event(PATCH_REJECTED, "2026-01-01T00:00:00Z", "trace", None, None, patch, data)


def tell(callbacks: Callbacks, ledger: MemoryLedger | SqlLedger, *events: Event) -> None:
    for event in events:
        ledger.record(event)
        callbacks(event)


def left(path: Path) -> list[str]:
    return [message.key for message in Outbox(path).messages()]


def test_an_applied_patch_is_told_with_its_key_and_its_task(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with orchestrator() as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url, "t0ken"))
        tell(callbacks, ledger, applied("p1", "A1/x"))
        callbacks.close()
    assert server.paths() == ["/api/patches/events", "/api/tasks/A1%2Fx/patched"]
    assert server.keys() == ["p1:patch.applied", "p1:task.patched"]
    _, headers, body = server.requests[0]
    assert headers["authorization"] == "Bearer t0ken"
    assert (body["patch_id"], body["kind"], body["status"], body["files"]) == (
        "p1",
        "patch.applied",
        "applied",
        ["a.ts"],
    )
    assert server.requests[1][2]["task_id"] == "A1/x"
    assert left(tmp_path / "outbox.sqlite") == []


def test_a_rejection_is_told_without_the_code_and_a_simulation_is_not(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with orchestrator() as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, rejected("p1", "simulated"), rejected("p2", "rejected"), Event(NOTE, "now"))
        callbacks.close()
    assert server.keys() == ["p2:patch.rejected"]
    assert "secret" not in json.dumps(server.requests[0][2])
    assert "authorization" not in server.requests[0][1]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_server_that_fails_first_is_asked_again_with_the_same_key(tmp_path: Path, status: int) -> None:
    ledger = MemoryLedger()
    with orchestrator([status, status]) as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, applied("p1"), applied("p2"))
        callbacks.close()
    assert server.keys() == ["p1:patch.applied"] * 3 + ["p2:patch.applied"]


def test_what_the_server_will_never_take_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with orchestrator([422]) as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, applied("p1"), applied("p2"))
        callbacks.close()
    assert server.keys() == ["p1:patch.applied", "p2:patch.applied"]
    ((kept, why),) = Outbox(tmp_path / "outbox.sqlite").not_taken()
    assert (kept.key, why) == ("p1:patch.applied", "the orchestrator answered 422")


def test_the_token_does_not_follow_a_redirect(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with orchestrator([302]) as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url, "t0ken"))
        tell(callbacks, ledger, applied("p1"))
        callbacks.close()
    assert server.paths() == ["/api/patches/events"]


def test_no_server_costs_seconds_at_most_and_the_next_command_delivers(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, and never answers
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(address, "t0ken"), close_s=0.3)
        tell(callbacks, ledger, applied("p1", "T1"), applied("p2"))
        began = time.monotonic()
        callbacks.close()
        assert time.monotonic() - began < 2
    assert len(left(tmp_path / "outbox.sqlite")) == 3
    assert all(b"t0ken" not in path.read_bytes() for path in tmp_path.iterdir())
    with orchestrator() as server:
        Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url), clock=lambda: time.time() + 300).close()
    assert server.keys() == ["p1:patch.applied", "p1:task.patched", "p2:patch.applied"]


def test_while_a_server_is_down_commands_do_not_wait_for_it_each_time(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    ledger.record(applied("p1"))
    outbox = tmp_path / "outbox.sqlite"
    old = tmp_path / "outbox"
    old.mkdir()
    (old / ".cursor").write_text("0")
    for _command in range(2):
        began = time.monotonic()
        Callbacks(outbox, ledger, Target("http://127.0.0.1:1"), close_s=0.5, clock=lambda: 1000.0).close()
        assert time.monotonic() - began < 2
        assert next(Outbox(outbox).messages()).attempts == 1


def test_a_patch_that_the_ledger_has_and_the_outbox_has_not_is_told_by_the_next_command(tmp_path: Path) -> None:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    with orchestrator() as server:
        Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url)).close()
        child = os.fork()
        if child == 0:
            SqlLedger.at(tmp_path / "ledger.sqlite").record(applied("p1"))
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        assert server.requests == []
        Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url)).close()
    assert server.keys() == ["p1:patch.applied"]


def test_history_from_before_the_first_callback_is_not_told(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    ledger.record(applied("old"))
    with orchestrator() as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, applied("new"))
        callbacks.close()
    assert server.keys() == ["new:patch.applied"]


def old_outbox(folder: Path, cursor: int, *keys: str) -> Path:
    """As version 0.1 left it."""
    folder.mkdir()
    (folder / ".cursor").write_text(str(cursor))
    for number, key in enumerate(keys):
        message = {"path": "/api/patches/events", "key": key, "body": {}, "attempts": 3, "not_before": 9e9}
        (folder / f"{number:010d}-0.json").write_text(json.dumps(message))
    return folder


def test_what_an_earlier_version_had_not_sent_is_sent_and_its_folder_goes(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    for event in (Event(NOTE, "now"), applied("sent"), applied("waits"), Event(NOTE, "now"), applied("unwritten")):
        ledger.record(event)
    folder = old_outbox(tmp_path / "outbox", 2, "waits:patch.applied")
    with orchestrator() as server:
        Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url)).close()
    assert server.keys() == ["waits:patch.applied", "unwritten:patch.applied"]
    assert not folder.exists()


def test_an_old_file_that_is_no_message_does_not_hold_up_the_others(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    folder = old_outbox(tmp_path / "outbox", 0)
    (folder / "0000000000-0.json").write_text("{")
    with orchestrator() as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, *(applied(f"p{number}") for number in range(3)))
        callbacks.close()
    assert server.keys() == [f"p{number}:patch.applied" for number in range(3)]


def test_a_message_that_names_another_host_is_set_aside_and_the_token_goes_nowhere(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    folder = old_outbox(tmp_path / "outbox", 0)
    with orchestrator() as server, orchestrator() as other:
        message = {"path": f"{other.url}/api/patches/events", "key": "theirs", "body": {}}
        (folder / "0000000000-0.json").write_text(json.dumps(message))
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url, "t0ken"))
        tell(callbacks, ledger, applied("p1"))
        callbacks.close()
    assert other.requests == []
    assert server.keys() == ["p1:patch.applied"]
    assert [message.key for message, _ in Outbox(tmp_path / "outbox.sqlite").not_taken()] == ["theirs"]


@pytest.mark.parametrize("cursor", ["", "many", "-1", "1" * 5000])
def test_an_old_folder_whose_cursor_is_no_number_is_none(cursor: str, tmp_path: Path) -> None:
    folder = old_outbox(tmp_path / "outbox", 0, "theirs")
    (folder / ".cursor").write_text(cursor)
    with orchestrator() as server:
        Callbacks(tmp_path / "outbox.sqlite", MemoryLedger(), Target(server.url)).close()
    assert server.requests == []


def test_an_old_message_that_is_a_fifo_or_a_link_is_none(tmp_path: Path) -> None:
    folder = old_outbox(tmp_path / "outbox", 0)
    (tmp_path / "secret.json").write_text(json.dumps({"path": "/api/patches/events", "key": "secret", "body": {}}))
    (folder / "1.json").symlink_to(tmp_path / "secret.json")
    os.mkfifo(folder / "2.json")
    with orchestrator() as server:
        Callbacks(tmp_path / "outbox.sqlite", MemoryLedger(), Target(server.url)).close()
    assert server.requests == []


def test_an_event_is_read_once_however_long_the_ledger_is(tmp_path: Path) -> None:
    class Counting(MemoryLedger):
        read = 0

        def after(self, number: int, kinds: Iterable[str]) -> tuple[tuple[int, Event], ...]:
            found = super().after(number, kinds)
            self.read += len(found)
            return found

    ledger = Counting()
    with orchestrator() as server:
        callbacks = Callbacks(tmp_path / "outbox.sqlite", ledger, Target(server.url))
        tell(callbacks, ledger, *(applied(f"p{number}") for number in range(20)))
        callbacks.close()
    assert ledger.read == 20


def test_without_a_url_there_are_no_callbacks(tmp_path: Path) -> None:
    assert callbacks_of(tmp_path, MemoryLedger(), {"ORCHESTRATOR_TOKEN": "x"}) is None
    assert not (tmp_path / "outbox.sqlite").exists()


@pytest.mark.parametrize("url", ["ftp://x", "orchestrator", "http://", "http://me:pw@x", "http://x:port"])
def test_a_bad_url_is_wrong_usage_and_is_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        callbacks_of(tmp_path, MemoryLedger(), {"ORCHESTRATOR_URL": url})
    assert "pw" not in str(caught.value)


def test_patchctl_tells_of_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runner.app.worktree_gate import WorktreeGate

    folder = tmp_path / "repo"
    make_repository(folder)
    write_tasks(folder, {"uuid": "T1", "file": "src/a.ts"})
    with orchestrator([503]) as server:
        monkeypatch.setenv("ORCHESTRATOR_URL", server.url)
        with WorktreeGate(folder, typecheck="never", settings=settings_in(tmp_path)) as gate:
            verdict = gate.submit(replace("src/a.ts", "a + 1", "a + 2", task_id="T1"))
    patch = verdict["patch_id"]
    assert server.keys() == [f"{patch}:patch.applied", f"{patch}:patch.applied", f"{patch}:task.patched"]
    assert server.paths()[-1] == "/api/tasks/T1/patched"


def test_the_gate_on_head_tells_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runner import Gate

    make_repository(tmp_path / "repo")
    with orchestrator() as server:
        monkeypatch.setenv("ORCHESTRATOR_URL", server.url)
        with Gate.open(tmp_path / "repo", typecheck="never", settings=settings_in(tmp_path)) as gate:
            verdict = gate.submit(replace("src/a.ts", "a + 1", "a + 2"))
    assert server.requests[0][2]["snapshot"] == verdict["snapshot"]
