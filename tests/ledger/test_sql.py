"""The ledger on disk: what was recorded stays, several processes share it, and tampering shows."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runner.errors import LedgerError
from runner.ledger.sql import SqlLedger
from runner.model.events import Event
from runner.model.tags import undoes

AT = "2026-11-23T04:00:00.000Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    for number in range(5):
        ledger.record(Event("note", AT, "t", data={"n": number}))
    return tmp_path / "ledger.sqlite"


def tamper(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    changed = connection.execute(statement).rowcount
    connection.close()
    assert changed > 0


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE events_v1 SET data = '{\"n\": 9}' WHERE seq = 3", 3),
        ("UPDATE events_v1 SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2", 2),
        ("UPDATE events_v1 SET kind = 'patch.applied' WHERE seq = 1", 1),
        ("UPDATE events_v1 SET trace_id = NULL WHERE seq = 5", 5),
        ("UPDATE events_v1 SET hash = (SELECT hash FROM events_v1 WHERE seq = 1) WHERE seq = 4", 4),
        ("DELETE FROM events_v1 WHERE seq = 2", 3),
        ("DELETE FROM events_v1 WHERE seq = 1", 2),
        ("UPDATE events_v1 SET data = 'no JSON' WHERE seq = 3", 3),
        ("UPDATE events_v1 SET seq = seq + 100", 101),
    ],
)
def test_tampering_is_found_and_the_entry_named(statement: str, entry: int, path: Path) -> None:
    assert SqlLedger.at(path).verify() == 5
    tamper(path, statement)
    with pytest.raises(LedgerError, match=f"entry {entry} of the ledger"):
        SqlLedger.at(path).verify()


def test_what_was_recorded_is_there_in_the_next_process(path: Path) -> None:
    assert [event.data["n"] for event in SqlLedger.at(path).events()] == [0, 1, 2, 3, 4]


def append(path: Path, name: str) -> None:
    ledger = SqlLedger.at(path)
    for number in range(15):
        ledger.record(Event("note", AT, name, data={"n": number}))


def test_four_processes_keep_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=append, args=(path, f"t{number}")) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    ledger = SqlLedger.at(path)
    assert ledger.verify() == 60
    assert [event.data["n"] for event in ledger.events(trace_id="t2")] == list(range(15))


def test_a_reader_does_not_wait_for_a_writer(path: Path) -> None:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    found: list[int] = []
    reader = threading.Thread(target=lambda: found.append(len(SqlLedger.at(path).events())))
    reader.start()
    reader.join(timeout=5)
    writer.close()
    assert found == [5]


def test_the_log_is_written_ahead_and_synced(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_ledger_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("this is no database, whatever it is called" * 50)
    with pytest.raises(LedgerError, match="could not be opened"):
        SqlLedger.at(tmp_path / "ledger.sqlite")


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="could not be opened"):
        SqlLedger.at(tmp_path / "none" / "ledger.sqlite")


def test_an_entry_that_is_cut_out_and_closed_over_is_missed(path: Path) -> None:
    tamper(path, "DELETE FROM events_v1 WHERE seq = 2")
    for number in (3, 4, 5):
        tamper(path, f"UPDATE events_v1 SET seq = {number - 1} WHERE seq = {number}")
    with pytest.raises(LedgerError, match="entry 2 of the ledger"):
        SqlLedger.at(path).verify()


def test_a_ledger_that_an_earlier_version_wrote_opens_with_all_that_can_be_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = SqlLedger.at(path)
    for kind, patch in (("patch.prepared", "p1"), ("patch.applied", "p1"), ("patch.prepared", "p2")):
        meta: dict[str, object] = {"meta": {"undoes": "p0"}} if kind == "patch.applied" else {}
        ledger.record(Event(kind, AT, "t", None, None, patch, meta))
    for table in ("unsettled_v1", "tags_v1"):
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(f"DROP TABLE {table}")
        connection.close()
    opened = SqlLedger.at(path)
    assert [event.patch_id for event in opened.unsettled()] == ["p2"]
    assert [event.patch_id for event in opened.events(tag=undoes("p0"))] == ["p1"]
    assert opened.verify() == 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda ledger: ledger.unsettled(),
        lambda ledger: ledger.newest(tag=undoes("p5")),
        lambda ledger: ledger.events(patch_start="p5"),
        lambda ledger: ledger.after(3990, ("patch.applied",)),
        lambda ledger: ledger.last(),
    ],
    ids=["unsettled", "newest", "patch_start", "after", "last"],
)
def test_no_question_walks_the_whole_record(ask: Callable[[SqlLedger], object], tmp_path: Path) -> None:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    plans: list[str] = []
    engine = ledger._engine

    def explain(connection: Any, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(str(row[3]) for row in rows)

    sa.event.listen(engine, "before_cursor_execute", explain)
    ask(ledger)
    assert plans
    assert [
        plan for plan in plans if plan.startswith("SCAN") and "unsettled_v1" not in plan and "CONSTANT" not in plan
    ] == []


def test_what_need_not_be_synced_is_one_entry_like_any_other(path: Path) -> None:
    SqlLedger.at(path).record(Event("note", AT, "t", data={"n": 5}), durable=False)
    ledger = SqlLedger.at(path)
    assert [event.data["n"] for event in ledger.events()] == [0, 1, 2, 3, 4, 5]
    assert ledger.verify() == 6


def test_only_an_entry_that_need_not_be_durable_is_not_synced(tmp_path: Path) -> None:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    levels: list[int] = []

    def look(connection: sa.Connection) -> None:
        levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    sa.event.listen(ledger._engine, "commit", look)
    for durable in (True, False, True, False, False, True):
        ledger.record(Event("note", AT), durable=durable)
    assert levels == [2, 1, 2, 1, 1, 2]


def test_wherever_a_power_cut_ends_the_log_the_chain_holds_and_only_the_last_entry_is_lost(tmp_path: Path) -> None:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    log = tmp_path / "ledger.sqlite-wal"
    ledger.record(Event("patch.prepared", AT, "t", patch_id="p", data={"n": 1}))
    synced = log.stat().st_size
    ledger.record(Event("patch.applied", AT, "t", patch_id="p", data={"n": 2}), durable=False)
    whole = log.read_bytes()
    found = set()
    for end in (*range(synced, len(whole), 700), len(whole)):
        folder = tmp_path / str(end)
        folder.mkdir()
        (folder / "ledger.sqlite").write_bytes((tmp_path / "ledger.sqlite").read_bytes())
        (folder / "ledger.sqlite-wal").write_bytes(whole[:end])
        after = SqlLedger.at(folder / "ledger.sqlite")
        found.add((after.verify(), len(after.unsettled())))
    assert found == {(1, 1), (2, 0)}


def test_syncing_syncs_the_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = SqlLedger.at(path)
    ledger.record(Event("note", AT), durable=False)
    synced: list[str] = []
    real = os.fsync

    def fsync(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    ledger.sync()
    assert synced == [f"{path}-wal"]


def test_a_ledger_without_a_log_on_disk_has_nothing_to_sync(tmp_path: Path) -> None:
    ledger = SqlLedger.at(tmp_path / "ledger.sqlite")
    ledger._engine.dispose()
    (tmp_path / "ledger.sqlite-wal").unlink(missing_ok=True)
    ledger.sync()
