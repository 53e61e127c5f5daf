"""``.mission_control/``: the files that outside tools read."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path

import pytest

from runner.errors import LedgerError, UsageError
from runner.ledger.mission_control import MissionControl
from tests.snapshots.repositories import everything_in, git, make_repository, write_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", {"a.ts": "a"})


@pytest.fixture
def mission(folder: Path) -> MissionControl:
    return MissionControl.of(folder, folder / ".git")


def test_git_does_not_see_the_folder_and_the_persons_gitignore_is_untouched(folder: Path) -> None:
    exclude = folder / ".git/info/exclude"
    exclude.write_text("theirs")
    for _ in range(2):
        MissionControl.of(folder, folder / ".git").write_tasks([{"uuid": "T1"}])
    assert git(folder, "status", "--porcelain", "--untracked-files=all") == ""
    assert exclude.read_text() == "theirs\n/.mission_control/\n"
    assert not (folder / ".gitignore").exists()


@pytest.mark.parametrize("place", ["", "/patches", "/reports", "/ledger.sqlite", "/ledger.sqlite-wal"])
def test_a_symlink_where_we_would_write_is_refused(place: str, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    if place:
        (folder / ".mission_control").mkdir()
    (folder / f".mission_control{place}").symlink_to(outside)
    with pytest.raises(UsageError, match="is a symlink"):
        MissionControl.of(folder, folder / ".git")
    assert everything_in(outside) == {}


def test_an_exclude_file_that_is_a_symlink_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"outside": "as it was"})
    (folder / ".git/info/exclude").unlink(missing_ok=True)
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/exclude").symlink_to(tmp_path / "outside")
    with pytest.raises(UsageError, match="is a symlink"):
        MissionControl.of(folder, folder / ".git")
    assert (tmp_path / "outside").read_text() == "as it was"


def test_tasks_merge_by_uuid_and_the_others_stay(mission: MissionControl) -> None:
    mission.write_tasks([{"uuid": "A", "status": "pending"}, {"uuid": "B", "status": "pending", "file": "b.ts"}])
    mission.write_tasks([{"uuid": "A", "status": "pending", "instruction": "ü"}, {"uuid": "C"}])
    mission.set_status("B", "done")
    mission.set_status("none", "done")
    assert json.loads(mission.tasks_file.read_text("utf-8")) == {
        "tasks": [
            {"uuid": "A", "status": "pending", "instruction": "ü"},
            {"uuid": "B", "status": "done", "file": "b.ts"},
            {"uuid": "C"},
        ]
    }


def test_what_others_keep_in_the_task_list_stays(mission: MissionControl) -> None:
    others = {"version": 3, "project": {"name": "ü"}, "tasks": [{"uuid": 7, "odd": True}, {"uuid": "A", "mine": [1]}]}
    mission.tasks_file.write_text(json.dumps(others))
    mission.set_status("A", "done")
    mission.write_tasks([{"uuid": "B"}])
    assert json.loads(mission.tasks_file.read_text("utf-8")) == {
        **others,
        "tasks": [{"uuid": 7, "odd": True}, {"uuid": "A", "mine": [1], "status": "done"}, {"uuid": "B"}],
    }


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"tasks": 1}', '{"tasks": [{}]}', '{"tasks": [1]}', '{"tasks": [{"uuid": 1}]}']
)
def test_a_task_list_that_others_broke_is_refused_or_read_and_never_a_crash(text: str, mission: MissionControl) -> None:
    mission.tasks_file.write_text(text)
    try:
        assert mission.read_tasks() == []
    except UsageError as error:
        assert "is not a task list" in error.message


def test_many_writers_of_the_log_do_not_mix_their_lines(mission: MissionControl) -> None:
    def work(name: int) -> None:
        for number in range(20):
            mission.log({"who": name, "n": number, "text": "x" * 5000 + "\n\ud800"})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (mission.root / "patch_log.jsonl").read_text("utf-8").splitlines()
    assert sorted((each["who"], each["n"]) for each in map(json.loads, lines)) == [
        (who, number) for who in range(4) for number in range(20)
    ]


def test_a_diff_is_kept_exactly(mission: MissionControl) -> None:
    name = mission.write_diff("p1", "-a\r\n+b\r\n\\ No newline\n")
    assert name == ".mission_control/patches/p1.diff"
    assert (mission.root / "patches/p1.diff").read_bytes() == b"-a\r\n+b\r\n\\ No newline\n"


@pytest.mark.parametrize("step", ["fsync", "write"])
def test_a_full_disk_leaves_the_old_file_whole(
    step: str, mission: MissionControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    mission.write_tasks([{"uuid": "A"}])
    before = everything_in(mission.root)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(LedgerError, match="No space left"):
        if step == "fsync":
            mission.write_tasks([{"uuid": "B"}])
        else:
            mission.log({"a": 1})
    monkeypatch.undo()
    assert {name: data for name, data in everything_in(mission.root).items() if data} == before


def test_the_log_is_not_written_through_a_symlink(mission: MissionControl, tmp_path: Path) -> None:
    (mission.root / "patch_log.jsonl").symlink_to(tmp_path / "outside")
    with pytest.raises(LedgerError):
        mission.log({"a": 1})
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", ["FIFO", "symlink", "folder"])
def test_a_log_or_a_task_list_that_is_no_regular_file_is_not_waited_for(
    kind: str, mission: MissionControl, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text('{"tasks": [{"uuid": "theirs"}]}\n')
    for name in ("patch_log.jsonl", "tasks.json"):
        path = mission.root / name
        _put(kind, path, tmp_path / "outside")
    with pytest.raises(LedgerError, match=r"patch_log\.jsonl"):
        mission.has_logged("p1")
    with pytest.raises(LedgerError, match=r"patch_log\.jsonl"):
        mission.log({"patch_id": "p1"})
    with pytest.raises(UsageError, match="is not a task list"):
        mission.read_tasks()
    assert (tmp_path / "outside").read_text() == '{"tasks": [{"uuid": "theirs"}]}\n'


def _put(kind: str, path: Path, target: Path) -> None:
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(target)


def test_a_task_list_that_is_nested_too_deeply_is_refused(mission: MissionControl) -> None:
    mission.tasks_file.write_text('{"tasks": ' + "[" * 100_000)
    with pytest.raises(UsageError, match="is not a task list"):
        mission.read_tasks()


def test_links_at_the_names_of_temporary_files_are_not_written_through(mission: MissionControl, tmp_path: Path) -> None:
    write_files(tmp_path, {"outside": "as it was"})
    for name in (".tasks.json", "patches/.p1.diff"):
        (mission.root / f"{name}.{os.getpid()}.new").symlink_to(tmp_path / "outside")
    mission.write_tasks([{"uuid": "T1"}])
    mission.write_diff("p1", "+a")
    assert (tmp_path / "outside").read_text() == "as it was"


def test_an_exclude_file_in_any_encoding_keeps_its_bytes(folder: Path) -> None:
    exclude = folder / ".git/info/exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_bytes(b"caf\xe9")
    MissionControl.of(folder, folder / ".git")
    assert exclude.read_bytes() == b"caf\xe9\n/.mission_control/\n"


def test_an_exclude_file_that_is_a_fifo_is_not_waited_for(folder: Path) -> None:
    exclude = folder / ".git/info/exclude"
    exclude.unlink(missing_ok=True)
    os.mkfifo(exclude)
    with pytest.raises(LedgerError, match="not a regular file"):
        MissionControl.of(folder, folder / ".git")
