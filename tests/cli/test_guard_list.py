"""``patchgate guard list`` reads the working tree."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from runner.cli.patchgate import app
from tests.branch_gate.repositories import make_repository

BODY = "export const rate = 0.19;\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    make_repository(tmp_path / "repo")
    return tmp_path / "repo"


def guards(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["guard", "list", *arguments, "--repo", str(folder)])


def guarded(body: str = BODY, name: str = "rate") -> str:
    hash = hashlib.sha256(f"\n{BODY}".encode()).hexdigest()[:7]
    return f"/* @hash:{hash} START:{name} */\n{body}/* @hash:{hash} END:{name} */\n"


def test_blocks_are_listed_with_lines_and_whether_they_hold(folder: Path) -> None:
    (folder / "src/rate.ts").write_text(guarded())
    (folder / "src/other.ts").write_text(guarded("export const rate = 0.07;\n", "low"))
    found = {each["name"]: each for each in json.loads(guards(folder, "--json").stdout)["guards"]}
    assert found["rate"]["holds"] is True and found["low"]["holds"] is False
    assert found["low"]["right_hash"] != found["low"]["hash"]
    assert (found["rate"]["file"], found["rate"]["start"], found["rate"]["end"]) == ("src/rate.ts", 1, 3)
    shown = guards(folder).stdout
    assert "src/other.ts" in shown and f"does not hold, it is {found['low']['right_hash']} now" in shown
    assert "other" not in guards(folder, "src/rate.ts").stdout


def test_nothing_to_list_names_the_command_that_adds_a_guard(folder: Path) -> None:
    result = guards(folder)
    assert result.exit_code == 0 and "patchctl guard add" in result.stdout
    assert json.loads(guards(folder, "--json").stdout) == {"version": 1, "guards": [], "broken": []}


def test_a_file_that_is_not_there_is_wrong_usage(folder: Path) -> None:
    result = guards(folder, "src/none.ts")
    assert result.exit_code == 2 and "there is no file src/none.ts" in result.stderr
