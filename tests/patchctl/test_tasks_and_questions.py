"""Tasks, guards and what can be asked without a language server; and which of its two halves ``patchctl`` is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.cli.patchctl import in_a_container
from tests.branch_gate.repositories import write_tasks
from tests.patchctl.conftest import Patchctl

A = "src/a.ts"


def test_next_is_the_first_open_task(patchctl: Patchctl, folder: Path) -> None:
    write_tasks(folder, {"uuid": "T1", "status": "done"}, {"uuid": "T2", "instruction": "round once", "file": A})
    answer = patchctl("next")
    assert answer.code == 0 and answer.out.startswith("task T2: round once")
    assert patchctl("next", "--json").json["task"]["uuid"] == "T2"


def test_done_and_block_set_the_status(patchctl: Patchctl, folder: Path) -> None:
    write_tasks(folder, {"uuid": "T1", "mine": 1}, {"uuid": "T2"})
    assert patchctl("done").code == 2  # which one?
    assert patchctl("done", "--task-id", "T1", "--why", "it rounds").code == 0
    assert patchctl("block", "--why", "no schema").json == {"status": "blocked", "task_id": "T2", "why": "no schema"}
    tasks = json.loads((folder / ".mission_control/tasks.json").read_text())["tasks"]
    assert tasks == [
        {"uuid": "T1", "mine": 1, "status": "done", "why": "it rounds"},
        {"uuid": "T2", "status": "blocked", "why": "no schema"},
    ]
    assert "no task is open" in patchctl("next").out
    assert patchctl("done", "--task-id", "T9").code == 2


def test_a_task_list_that_is_broken_is_wrong_usage(patchctl: Patchctl, folder: Path) -> None:
    (folder / ".mission_control").mkdir()
    (folder / ".mission_control/tasks.json").write_text("[]")
    answer = patchctl("list-tasks")
    assert answer.code == 2 and "tasks.json" in answer.err


def test_outline_needs_no_server(patchctl: Patchctl) -> None:
    assert "src/a.ts#f  function  lines 1-3" in patchctl("outline", A).out
    assert patchctl("outline", A, "--json").json["symbols"][1]["address"] == "src/a.ts#g"
    assert patchctl("outline", "src/none.ts").code == 2


def test_questions_without_a_place_are_wrong_usage(patchctl: Patchctl) -> None:
    assert patchctl("context").code == 2
    assert patchctl("diagnostics").code == 2
    assert patchctl("hover", "--symbol", "src/a.ts#none").code == 2


def test_a_question_without_an_engine_is_exit_4(patchctl: Patchctl) -> None:
    assert patchctl("hover", "--symbol", "src/a.ts#f").code == 4


def test_recommend_is_recorded(patchctl: Patchctl, folder: Path) -> None:
    from runner.ledger.sql import SqlLedger

    made = patchctl("recommend", "--title", "Index it", "--detail", "slow", "--impact", "2").json["id"]
    (event,) = SqlLedger.at(folder / ".mission_control/ledger.sqlite").events(kinds=("recommendation",))
    assert (event.data["id"], event.data["title"]) == (made, "Index it")


def test_a_guard_is_added_listed_held_and_verified(patchctl: Patchctl, folder: Path) -> None:
    assert patchctl("guard", "add", "--file", A, "--start", "1", "--end", "3", "--name", "core").code == 0
    (block,) = patchctl("guard", "list").json["guards"]
    assert (block["file"], block["name"], block["start"], block["end"], block["holds"]) == (A, "core", 1, 5, True)
    assert patchctl("guard", "verify").code == 0
    edit = '[{"file": "src/a.ts", "search": "a + 1", "replace": "a + 2"}]'
    refused = patchctl("search-replace", "-", text=edit)
    assert refused.code == 1 and "guard" in refused.json["violations"][0]["name"]
    (folder / A).write_text((folder / A).read_text().replace("a + 1", "a + 2"))
    broken = patchctl("guard", "verify", A)
    assert broken.code == 1 and "core does not have its hash" in broken.err
    assert patchctl("guard", "list").code == 0


def test_a_guard_in_an_impossible_place_is_wrong_usage(patchctl: Patchctl) -> None:
    assert patchctl("guard", "add", "--file", A, "--start", "9", "--end", "12", "--name", "core").code == 2
    assert patchctl("guard", "add", "--file", "none.ts", "--start", "1", "--end", "1", "--name", "core").code == 2
    assert patchctl("guard", "verify", "none.ts").code == 2


def test_a_socket_makes_it_the_client(patchctl: Patchctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_a_container({"PATCHGATE_SOCKET": "/x"}) and not in_a_container({})
    monkeypatch.setenv("PATCHGATE_SOCKET", str(tmp_path / "none.sock"))
    monkeypatch.setenv("PATCHGATE_TASK", str(tmp_path / "none.json"))
    answer = patchctl("list-tasks")
    assert answer.code == 4 and "no runner to talk to" in answer.err


@pytest.mark.parametrize("command", [("list-tasks",), ("next",), ("guard", "list"), ("guard", "verify")])
def test_what_only_reads_writes_nothing(patchctl: Patchctl, folder: Path, command: tuple[str, ...]) -> None:
    assert patchctl(*command).code == 0
    assert not (folder / ".mission_control").exists()


def test_what_only_reads_settles_an_interrupted_patch_first(patchctl: Patchctl, folder: Path) -> None:
    assert patchctl("append", "--file", A, "--block", "// x").code == 0
    record = {"version": 1, "patch_id": "p", "parts": [], "folders": []}
    (folder / ".mission_control/journal/p.staged.json").write_text(json.dumps(record))
    assert patchctl("list-tasks", "--json").json == {"tasks": []}
    assert list((folder / ".mission_control/journal").iterdir()) == []


def test_a_mission_control_that_is_a_link_is_not_read_through(patchctl: Patchctl, folder: Path, tmp_path: Path) -> None:
    (folder / ".mission_control").symlink_to(tmp_path)
    for command in (("list-tasks",), ("guard", "list")):
        answer = patchctl(*command)
        assert answer.code == 2 and "is a symlink" in answer.err


@pytest.mark.parametrize("root", ["/repo", None])
def test_a_question_takes_an_absolute_path_inside_the_repository(
    root: str | None, patchctl: Patchctl, folder: Path
) -> None:
    start = str(folder).rstrip("/") if root is None else root
    assert "src/a.ts#f  function  lines 1-3" in patchctl("outline", f"{start}/{A}").out
    assert patchctl("outline", "/etc/passwd").code == 2
    assert patchctl("guard", "list", f"{start}/{A}").code == 0


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("outlin", A), "Did you mean outline?"),
        (("append", "--fiel", A, "--block", "x"), "Did you mean --file"),
        (("append", "--file", A, "--block", "x", "--raeson", "y"), "Did you mean --reason"),
        (("append", "--file", A, "--block", "x", "--typecheck", "alway"), "Did you mean always?"),
        (("done", "--task-id", "CRAT-1"), "Did you mean CART-1?"),
        (("context", "--task-id", "CRAT-1"), "Did you mean CART-1?"),
        (("outline", "src/A.ts"), "Did you mean src/a.ts?"),
        (("hover", "--symbol", "src/a.ts#ff"), "Did you mean f?"),
    ],
)
def test_a_misspelt_argument_is_told_with_what_was_meant(
    arguments: tuple[str, ...], meant: str, patchctl: Patchctl, folder: Path
) -> None:
    write_tasks(folder, {"uuid": "CART-1"})
    answer = patchctl(*arguments)
    assert answer.code == 2
    assert meant in answer.err


def test_a_span_named_absolutely_moves_with_the_text(patchctl: Patchctl, folder: Path) -> None:
    path = f"{str(folder).rstrip('/')}/{A}"
    write_tasks(folder, {"uuid": "T1", "allowed_spans": [{"file": path, "start": 2, "end": 2}]})
    answer = patchctl("prepend", "--file", path, "--block", "// first", "--typecheck", "never")
    assert answer.json["status"] == "applied", answer.err
    (task,) = json.loads((folder / ".mission_control/tasks.json").read_text())["tasks"]
    assert task["allowed_spans"] == [{"file": A, "start": 3, "end": 3}]
