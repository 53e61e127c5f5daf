"""What outside tools read beside the ledger: one line and one diff a patch, and the state of each task."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.edits.changes.apply import apply_changes
from runner.ledger.mirror import LedgerMirror, tasks_json
from runner.ledger.mission_control import MissionControl
from runner.model.events import NOTE, PASS_ENDED, PATCH_APPLIED, PATCH_PREPARED, PATCH_REJECTED, Event
from runner.model.order import Order, Stage, Task
from runner.model.text import LineSpan
from runner.model.tree import ChangeSet, CreateFile
from runner.snapshots.memory import MemoryTree
from tests.snapshots.repositories import make_repository

AT = "2026-11-23T04:00:00.000Z"
CANDIDATE = apply_changes(ChangeSet((CreateFile("a.ts", b""),)), MemoryTree({}))


@pytest.fixture
def mission(tmp_path: Path) -> MissionControl:
    folder = make_repository(tmp_path / "repository", {"a.ts": "a"})
    return MissionControl.of(folder, folder / ".git")


def log(mission: MissionControl) -> list[dict[str, object]]:
    return [json.loads(line) for line in (mission.root / "patch_log.jsonl").read_text("utf-8").splitlines()]


def event(kind: str, **data: object) -> Event:
    return Event(kind, AT, "t1", "o1", "p1", "patch-1", data)


def test_a_patch_that_lands_is_one_line_and_one_diff(mission: MissionControl) -> None:
    shown: list[Event] = []
    mirror = LedgerMirror(mission, shown.append)
    prepared = event(PATCH_PREPARED, diff="+x\n")
    applied = event(PATCH_APPLIED, files=["a.ts"], task_id="T1", role="mine", reason="why", snapshot="s1")
    mirror(prepared)
    mirror.landed(applied, CANDIDATE)
    mirror(applied)
    assert shown == [prepared, applied]
    (line,) = log(mission)
    expected = {
        "version": 1, "ts": AT, "patch_id": "patch-1", "status": "applied", "files": ["a.ts"], "task_id": "T1",
        "trace_id": "t1", "order_id": "o1", "requester": "mine", "reason": "why", "snapshot": "s1", "violations": [],
        "diff_path": ".mission_control/patches/patch-1.diff",
    }  # fmt: skip
    assert {key: line[key] for key in expected} == expected
    assert (mission.root / "patches/patch-1.diff").read_text() == "+x\n"


def test_what_a_crash_left_out_is_written_once(mission: MissionControl) -> None:
    mirror = LedgerMirror(mission, lambda each: None)
    prepared = event(PATCH_PREPARED, diff="+x\n")
    applied = event(PATCH_APPLIED, files=["a.ts"])
    (mission.root / "patch_log.jsonl").write_text('{"patch_id":"patch-1","sta')  # cut off by a full disk
    for _ in range(3):
        mirror.complete(prepared, applied)
    cut, line = (mission.root / "patch_log.jsonl").read_text().splitlines()
    assert cut == '{"patch_id":"patch-1","sta' and json.loads(line)["patch_id"] == "patch-1"
    assert (mission.root / "patches/patch-1.diff").read_text() == "+x\n"


def test_a_patch_that_is_turned_away_is_logged_with_its_codes(mission: MissionControl) -> None:
    LedgerMirror(mission, lambda each: None)(
        event(PATCH_REJECTED, status="conflict", diff="", violations=[{"code": "PG401"}, {"code": "PG402"}])
    )
    (line,) = log(mission)
    assert (line["status"], line["violations"], line["snapshot"]) == ("conflict", ["PG401", "PG402"], None)


@pytest.mark.parametrize("status", ["done", "blocked", "failed"])
def test_the_end_of_a_pass_is_the_state_of_its_task(status: str, mission: MissionControl) -> None:
    mission.write_tasks([{"uuid": "T1", "status": "pending"}, {"uuid": "T2", "status": "pending"}])
    LedgerMirror(mission, lambda each: None)(event(PASS_ENDED, task_id="T1", status=status))
    assert [(task["uuid"], task["status"]) for task in mission.read_tasks()] == [("T1", status), ("T2", "pending")]


def test_other_events_are_only_passed_on(mission: MissionControl) -> None:
    shown: list[Event] = []
    LedgerMirror(mission, shown.append)(event(NOTE))
    assert len(shown) == 1
    assert not (mission.root / "patch_log.jsonl").exists()


def test_tasks_have_the_shape_that_is_promised() -> None:
    task = Task("T1", "do it", "a.ts", "###X###", "pending", (LineSpan("a.ts", 1, 2),), ("a.ts#f",), ("tests/**",))
    order = Order("o", "t", "p", ".", "HEAD", (task,), (Stage("custom"),))
    (found,) = tasks_json(order)
    expected = {
        "uuid": "T1", "file": "a.ts", "placeholder": "###X###", "instruction": "do it", "status": "pending",
        "allowed_spans": [{"file": "a.ts", "start": 1, "end": 2}], "allowed_symbols": ["a.ts#f"],
        "allowed_paths": ["tests/**"],
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected
