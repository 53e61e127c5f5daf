"""``patchgate show``: what a reviewer reads of one patch."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pygit2
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from runner import Gate
from runner.app.records import patch_record
from runner.cli.patchgate import app
from runner.cli.show_command import print_patch
from runner.client.printing import human_verdict
from runner.ledger.sql import SqlLedger
from tests.branch_gate.repositories import (
    engine_with,
    make_repository,
    replace,
    settings_in,
    write_tasks,
)
from tests.branch_gate.word_server import CountingServer

A = "src/a.ts"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pygit2.Repository:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    return make_repository(tmp_path / "repo")


@pytest.fixture
def folder(repository: pygit2.Repository) -> Path:
    return Path(repository.workdir)


def submit(folder: Path, tmp_path: Path, *submissions: dict[str, object]) -> list[dict[str, Any]]:
    with Gate.open(folder, engine=engine_with(CountingServer()), settings=settings_in(tmp_path)) as gate:
        return [gate.submit(each) for each in submissions]


def show(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["show", *arguments, "--repo", str(folder)])


def test_it_tells_who_why_task_verdict_timings_and_each_files_hashes(folder: Path, tmp_path: Path) -> None:
    write_tasks(folder, {"uuid": "T1", "allowed_paths": ["src/**"]})
    before = hashlib.sha256((folder / A).read_bytes()).hexdigest()
    after = hashlib.sha256((folder / A).read_bytes().replace(b"a + 1", b"a + 2")).hexdigest()
    edit = replace(A, "a + 1", "a + 2", specialist="my-agent", reason="because", task_id="T1", order_id="O-1")
    (verdict,) = submit(folder, tmp_path, edit)
    shown = show(folder, str(verdict["patch_id"])[:8]).stdout
    for expected in (f"patch {verdict['patch_id']}  applied", "who       my-agent", "why       because", "task      T1",
                     "order     O-1", f"trace     {verdict['trace_id']}", f"branch    {verdict['branch']}", "+1 -1 in 1 file",
                     f"score {verdict['stats']['score']}", "checked: 0 errors before, 0 new, 0 fixed", "lower ",
                     f"{A}  +1 -1  {before[:12]} → {after[:12]}", "-  return a + 1;\n+  return a + 2;\n"):  # fmt: skip
        assert expected in shown, expected
    (told,) = json.loads(show(folder, verdict["patch_id"], "--json").stdout)["changes"]
    delta = {"path": A, "before": before, "after": after, "added": 1, "removed": 1, "executable": False,
             "was_executable": False}  # fmt: skip
    assert told == delta and verdict["changes"] == [delta]


def test_it_tells_which_declarations_were_meant_to_go(folder: Path, tmp_path: Path) -> None:
    text = (folder / A).read_text()
    edit = replace(A, text[: text.index("export const g")], "", removes=[f"{A}#f"])
    (verdict,) = submit(folder, tmp_path, edit)
    assert "removes   src/a.ts#f" in show(folder, verdict["patch_id"]).stdout
    assert json.loads(show(folder, verdict["patch_id"], "--json").stdout)["removes"] == [f"{A}#f"]


def test_a_rejection_shows_its_codes_hints_and_the_diff_that_was_asked_for(folder: Path, tmp_path: Path) -> None:
    (verdict,) = submit(folder, tmp_path, replace(A, "a + 1", "a + TYPE_ERROR"))
    shown = show(folder, verdict["patch_id"]).stdout
    assert "rejected" in shown and "PG601" in shown and "→ " in shown and "+  return a + TYPE_ERROR;" in shown
    assert "0 errors before, 1 new" in shown and f"{A}  +1 -1" in shown


def test_advice_of_an_applied_patch_is_shown_as_advice(folder: Path, tmp_path: Path) -> None:
    edit = replace(A, "  return a + 1;\n", "      void a;\n  return a + 1;\n")
    (verdict,) = submit(folder, tmp_path, edit)
    assert "advice PG519 clobber.misindented" in human_verdict(verdict)
    shown = show(folder, verdict["patch_id"])
    assert shown.exit_code == 0 and "applied" in shown.stdout and "advice PG519 clobber.misindented" in shown.stdout
    told = json.loads(show(folder, verdict["patch_id"], "--json").stdout)["violations"]
    assert [(each["severity"], each["fix"]["format"]) for each in told] == [("advice", "workspace-edit")]
    logged = CliRunner().invoke(app, ["log", "--repo", str(folder)], env={"COLUMNS": "250"}).stdout
    assert "advice: PG519" in logged


def test_an_undone_patch_names_what_took_it_back(folder: Path, tmp_path: Path) -> None:
    (verdict,) = submit(folder, tmp_path, replace(A, "a + 1", "a + 2"))
    with Gate.open(folder, typecheck="never", settings=settings_in(tmp_path)) as gate:
        undo = gate.undo(str(verdict["patch_id"]))
    assert f"taken back by {undo['patch_id']}" in show(folder, verdict["patch_id"]).stdout
    assert json.loads(show(folder, verdict["patch_id"], "--json").stdout)["undone_by"] == undo["patch_id"]


def test_the_diff_is_coloured_on_a_terminal_and_plain_elsewhere(folder: Path, tmp_path: Path) -> None:
    (verdict,) = submit(folder, tmp_path, replace(A, "a + 1", "a + 2"))
    record = patch_record(SqlLedger.at(folder / ".mission_control/ledger.sqlite"), verdict["patch_id"])
    terminal, pipe = io.StringIO(), io.StringIO()
    print_patch(Console(file=terminal, force_terminal=True, color_system="standard", width=80), record)
    print_patch(Console(file=pipe, width=80), record)
    assert "\x1b[31m-  return a + 1;\x1b[0m" in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue() and "\n-  return a + 1;\n" in pipe.getvalue()


def test_the_diff_in_a_pipe_is_one_that_git_applies(
    folder: Path, tmp_path: Path, repository: pygit2.Repository
) -> None:
    edit = {"file": "src/with a space.ts", "content": "if (1) {\n\tf(2);\t// tabs\n}\n"}
    submission: dict[str, object] = {"edit": {"format": "whole-file", "payload": [edit]}}
    (verdict,) = submit(folder, tmp_path, submission)
    diff = show(folder, verdict["patch_id"]).stdout.partition("diff --git")
    assert "".join(diff[1:]) == verdict["diff"]


@pytest.mark.parametrize("start", ["", "zzz"])
def test_a_patch_that_is_not_there_is_wrong_usage_and_names_the_next_step(folder: Path, start: str) -> None:
    result = show(folder, start)
    assert result.exit_code == 2 and "patchgate log" in result.stderr


def test_a_log_of_a_trace_that_is_not_there_says_so(folder: Path, tmp_path: Path) -> None:
    submit(folder, tmp_path, replace(A, "a + 1", "a + 2"), replace(A, "nowhere", "x"))
    said = CliRunner().invoke(app, ["log", "--repo", str(folder), "--trace", "nope"]).stdout
    assert "nothing of trace nope" in said and "patchgate log" in said
    rows = CliRunner().invoke(app, ["log", "--repo", str(folder)]).stdout.splitlines()
    assert "applied   +1 -1" in rows[1] and "+0 -0" not in rows[2]


def test_a_folder_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["log", "--repo", str(tmp_path / "none")])
    assert result.exit_code == 2 and "there is no folder" in result.stderr and "--repo" in result.stderr
