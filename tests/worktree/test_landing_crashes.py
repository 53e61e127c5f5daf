"""A landing is more than files and a branch: the log line, the diff, the task's status and the spans of other tasks. After
a kill at any moment all of it is there, once, or nothing is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner import Gate
from runner.app.opened import OpenedRepository
from runner.app.settings import read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.ledger.mission_control import MissionControl
from runner.ledger.sql import SqlLedger
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, Event
from runner.snapshots.git.objects import Objects
from tests.branch_gate.repositories import make_repository, replace, write_tasks
from tests.worktree.killing import killed_at
from tests.worktree.patching import found

N = "src/n.ts"
LINES = "".join(f"export const n{number} = {number};\n" for number in range(1, 21))
OLD = {N: LINES, "src/gone.ts": "export const gone = 1;\n"}
EDIT = "n2 = 2;\nexport const extra = 1;\nexport const more = 2;"
NEW = {N: LINES.replace("n2 = 2;", EDIT), "src/gone.ts": OLD["src/gone.ts"]}
BRANCH = "patches/mine"


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))


def make(folder: Path) -> Path:
    make_repository(folder, OLD)
    spans = {"own": (1, 4), "other": (10, 10), "elsewhere": (1, 1)}
    write_tasks(
        folder,
        *(
            {
                "uuid": name,
                "status": "pending",
                "allowed_spans": [{"file": N if name != "elsewhere" else "src/gone.ts", "start": start, "end": end}],
            }
            for name, (start, end) in spans.items()
        ),
    )
    return folder


def submission(number: int, text: str, task: str) -> dict[str, object]:
    return replace(N, f"n{number} = {number};", text, task_id=task, reason="why")


@dataclass(frozen=True)
class Way:
    """One way of landing a patch. ``has_landed`` looks at what makes it real: the files, or the branch."""

    land: Callable[[Path], dict[str, Any]]
    has_landed: Callable[[Path], bool]


def on_the_tree(folder: Path) -> dict[str, Any]:
    with WorktreeGate(folder, typecheck="never") as gate:
        return gate.submit(submission(2, EDIT, "own"))


def on_the_tree_and_a_branch(folder: Path) -> dict[str, Any]:
    with WorktreeGate(folder, typecheck="never", git_branch=BRANCH) as gate:
        return gate.submit(submission(2, EDIT, "own"))


def on_a_branch(folder: Path) -> dict[str, Any]:
    with Gate.open(folder, typecheck="never") as gate:
        return gate.submit(submission(2, EDIT, "own"))


def files_are_new(folder: Path) -> bool:
    files = {path: content.decode() for path, content in found(folder).items()}
    assert files in (OLD, NEW)
    return files == NEW


def branch_is_there(folder: Path) -> bool:
    assert not files_are_new(folder)
    return any(name.startswith("fix/") for name in pygit2.Repository(str(folder)).branches.local)


WAYS = {
    "tree": Way(on_the_tree, files_are_new),
    "tree and branch": Way(on_the_tree_and_a_branch, files_are_new),
    "branch": Way(on_a_branch, branch_is_there),
}


def beside(folder: Path) -> dict[str, object]:
    """What a landing leaves beside the files, without what differs from run to run. Tasks stay as they are in a file, for
    a submission that makes a branch."""
    mission = folder / ".mission_control"
    log = mission / "patch_log.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    diffs = {path.stem: path.read_text() for path in (mission / "patches").glob("*.diff")}
    ledger = OpenedRepository.find(folder, read_settings()).ledger
    applied = [event.patch_id for event in ledger.events(kinds=(PATCH_APPLIED,))]
    settled = {event.patch_id for event in ledger.events(kinds=(PATCH_APPLIED, PATCH_ABANDONED))}
    assert settled == {event.patch_id for event in ledger.events(kinds=(PATCH_PREPARED,))}
    assert [line["patch_id"] for line in lines] == applied
    tip = pygit2.Repository(str(folder)).branches.local.get(BRANCH)
    for line in lines:
        line["diff"] = diffs[line["patch_id"]].split("\n")
    tasks = json.loads((mission / "tasks.json").read_text())["tasks"]
    volatile = ("ts", "patch_id", "trace_id", "snapshot", "diff_path", "branch")
    return {
        "lines": [{key: value for key, value in line.items() if key not in volatile} for line in lines],
        "tasks": [{**task, "note": bool(task.get("note"))} for task in tasks],
        "tree": None if tip is None else str(tip.peel(pygit2.Commit).tree_id),
    }


@pytest.mark.parametrize("name", ["tree and branch", "branch"])
def test_killed_at_any_call_a_landing_is_whole_or_not_there(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    fresh = make(tmp_path / "fresh")
    OpenedRepository.find(fresh, read_settings())
    untouched = beside(fresh)
    assert way.land(fresh)["status"] == "applied"
    expected = beside(fresh)
    outcomes, died = list[bool](), True
    while died:
        folder = make(tmp_path / str(len(outcomes)))
        died = killed_at(lambda folder=folder: way.land(folder), len(outcomes))  # type: ignore[misc]
        OpenedRepository.find(folder, read_settings())
        outcomes.append(way.has_landed(folder))
        assert beside(folder) == (expected if outcomes[-1] else untouched)
    # Git makes folders by hash, so that not every run has the same number of calls.
    assert len(outcomes) > 30 and set(outcomes) == {False, True} and outcomes[-1] and not outcomes[0]


@pytest.mark.parametrize(
    ("name", "first"), [("tree", "tasks.json"), ("tree and branch", "patch_log.jsonl"), ("branch", "patch_log.jsonl")]
)
def test_killed_again_at_any_call_of_the_recovery_the_next_one_completes_it(
    name: str, first: str, tmp_path: Path
) -> None:
    way = WAYS[name]
    fresh = make(tmp_path / "fresh")
    way.land(fresh)
    expected, died, again = beside(fresh), True, 0
    while died:
        folder = make(tmp_path / str(again))
        assert killed_at(lambda folder=folder: way.land(folder), first)  # type: ignore[misc]
        died = killed_at(lambda folder=folder: OpenedRepository.find(folder, read_settings()), again)  # type: ignore[misc]
        OpenedRepository.find(folder, read_settings())
        assert way.has_landed(folder) and beside(folder) == expected
        again += 1
    assert again > 2


def test_killed_with_the_intent_recorded_and_no_object_written_the_patch_is_abandoned(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    fresh = beside(folder)

    def never_written() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Objects, "_flush", lambda self: time.sleep(60))
            on_a_branch(folder)

    assert killed_at(never_written, "after record")
    ledger = SqlLedger.at(MissionControl.of(folder, folder / ".git").ledger)
    (prepared,) = ledger.unsettled()
    assert str(prepared.data["snapshot"]) not in pygit2.Repository(str(folder))
    assert beside(folder) == fresh and not branch_is_there(folder)
    assert [event.kind for event in ledger.events()] == [PATCH_PREPARED, PATCH_ABANDONED]
    assert on_a_branch(folder)["status"] == "applied"


def test_killed_with_the_objects_written_and_no_intent_recorded_nothing_happened(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    fresh = beside(folder)

    def never_recorded() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(SqlLedger, "record", lambda self, event, durable=True: time.sleep(60))
            patched.setattr(Objects, "_flush", lambda self: os.kill(os.getpid(), signal.SIGKILL))
            on_a_branch(folder)

    assert killed_at(never_recorded, "no such call")
    assert beside(folder) == fresh and not branch_is_there(folder)
    assert SqlLedger.at(MissionControl.of(folder, folder / ".git").ledger).events() == ()
    assert on_a_branch(folder)["status"] == "applied"


def test_a_power_cut_that_takes_the_last_entry_leaves_a_landing_that_the_next_start_completes(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    path = MissionControl.of(folder, folder / ".git").ledger
    OpenedRepository.find(folder, read_settings())
    kept = tmp_path / "kept"
    kept.mkdir()

    def cut() -> None:
        with pytest.MonkeyPatch.context() as patched:
            real = SqlLedger.record

            def record(self: SqlLedger, event: Event, *, durable: bool = True) -> None:
                real(self, event, durable=durable)
                if durable:  # what has reached the disk by then
                    for name in (path.name, f"{path.name}-wal"):
                        shutil.copy(path.parent / name, kept / name)

            patched.setattr(SqlLedger, "record", record)
            on_a_branch(folder)
            os.kill(os.getpid(), signal.SIGKILL)

    assert killed_at(cut, "no such call")
    expected = beside(folder)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        (path.parent / name).unlink(missing_ok=True)
    for each in kept.iterdir():
        shutil.copy(each, path.parent / each.name)
    assert len(SqlLedger.at(path).unsettled()) == 1
    assert branch_is_there(folder) and beside(folder) == expected
    (applied,) = SqlLedger.at(path).events(kinds=(PATCH_APPLIED,))
    assert applied.data["recovered"] is True


def test_after_a_kill_before_the_log_other_tasks_may_touch_their_own_declaration_only(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    assert killed_at(lambda: on_the_tree(folder), "patch_log.jsonl")
    with WorktreeGate(folder, typecheck="never") as gate:
        wrong: dict[str, Any] = gate.submit(submission(8, "n8 = 88;", "other"))  # it stands on line 10 now
        assert wrong["status"] == "rejected" and wrong["violations"][0]["name"].startswith("scope.")
        assert gate.submit(submission(10, "n10 = 1010;", "other"))["status"] == "applied"


def test_a_gate_that_is_open_already_settles_what_another_process_left(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    with WorktreeGate(folder, typecheck="never") as gate:
        assert killed_at(lambda: on_the_tree(folder), "tasks.json")
        other = {**replace("src/gone.ts", "gone = 1", "gone = 2"), "task_id": "elsewhere"}
        assert gate.submit(other)["status"] == "applied"
    tasks = json.loads((folder / ".mission_control/tasks.json").read_text())["tasks"]
    assert [task["status"] for task in tasks] == ["patched", "pending", "patched"]
    assert tasks[1]["allowed_spans"] == [{"file": N, "start": 12, "end": 12}]


def test_what_the_disk_does_not_take_beside_the_files_is_written_by_the_next_patch(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    log = folder / ".mission_control/patch_log.jsonl"
    with WorktreeGate(folder, typecheck="never") as gate:
        log.mkdir()
        first: dict[str, Any] = gate.submit(submission(2, EDIT, "own"))
        assert first["status"] == "applied" and "landed, but" in str(first["notes"])
        stuck: dict[str, Any] = gate.submit(submission(10, "n10 = 1010;", "other"))
        assert stuck["status"] == "error" and "patch_log.jsonl" in str(stuck["violations"])
        log.rmdir()
        last: dict[str, Any] = gate.submit(submission(10, "n10 = 1010;", "other"))
        assert last["status"] == "applied" and last["notes"] == []
    assert files_are_new_but_for(folder, "n10 = 10;", "n10 = 1010;")
    applied = [line for line in map(json.loads, log.read_text().splitlines()) if line["status"] == "applied"]
    assert [line["patch_id"] for line in applied] == [first["patch_id"], last["patch_id"]]
    assert list((folder / ".mission_control/journal").iterdir()) == []


def files_are_new_but_for(folder: Path, old: str, new: str) -> bool:
    return (folder / N).read_text() == NEW[N].replace(old, new)


def test_a_task_list_that_cannot_be_read_holds_up_no_recovery(tmp_path: Path) -> None:
    folder = make(tmp_path / "tree")
    assert killed_at(lambda: on_the_tree(folder), "tasks.json")
    tasks = folder / ".mission_control/tasks.json"
    tasks.write_text("{")
    repository = OpenedRepository.find(folder, read_settings())
    assert files_are_new(folder) and not repository.mission.is_interrupted
    tasks.write_text('{"tasks": [{"uuid": "x", "allowed_spans": [{"file": "src/n.ts", "start": "a"}, 3]}]}')
    with WorktreeGate(folder, typecheck="never") as gate:
        assert gate.submit(replace(N, "n9 = 9;", "n9 = 99;"))["notes"] == []
