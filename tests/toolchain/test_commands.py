"""``patchgate toolchain`` and the doctor's row, with the compilers that set-up brought."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runner.app import toolchain as app_toolchain
from runner.app.settings import Settings, read_settings
from runner.app.toolchain import examine_toolchain, fill_store, toolchain_store
from runner.checker.toolchain import Wanted
from runner.cli.patchgate import app


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A new state, and an npm that reaches nothing."""
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("PATCHGATE_TOOLCHAIN", raising=False)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    return read_settings()


def told(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["toolchain", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_the_store_lies_in_the_state_or_where_the_environment_says() -> None:
    assert read_settings({"PATCHGATE_STATE": "/s"}).toolchain == Path("/s/toolchain")
    assert read_settings({"PATCHGATE_STATE": "/s", "PATCHGATE_TOOLCHAIN": "/t"}).toolchain == Path("/t")


def test_set_up_fills_a_new_store_without_npm_and_once(settings: Settings) -> None:
    assert fill_store(settings) == ("5.9.3", "6.0.3", "7.0.2")
    assert fill_store(settings) == ()
    listed = json.loads(told("list", "--json"))
    assert [(one["version"], one["native"], one["set_up"]) for one in listed["toolchains"]] == [
        ("5.9.3", False, True),
        ("6.0.3", False, True),
        ("7.0.2", True, True),
    ]
    assert listed["unusable"] == []


def test_what_set_up_brought_needs_no_npm_when_it_is_missing(settings: Settings) -> None:
    found, note = toolchain_store(settings).provide(Wanted("6.0.3", "lock"))
    assert (found.version, note) == ("6.0.3", "")
    assert (found.folder / "lib/typescript.js").is_file()


def test_adding_without_network_is_told_with_the_command(settings: Settings) -> None:
    output = told("add", "5.4.5", code=4)
    assert "ECONNREFUSED" in output
    assert "patchgate toolchain add 5.4.5" in output
    assert "only releases from 5.0 to 7.x" in told("add", "4.9.5", code=2)


def test_a_broken_folder_is_listed_examined_mended_and_pruned(settings: Settings) -> None:
    lib = toolchain_store(settings).add("5.9.3").folder / "lib"
    (lib / "typescript.js").unlink()
    assert "✗  5.9.3" in told("list")
    rows = {(row.ok, row.mend) for row in examine_toolchain(settings)}
    assert (False, "patchgate toolchain add 5.9.3") in rows
    assert (False, "patchgate toolchain add 7.0.2") in rows
    assert "5.9.3 is in" in told("add", "5.9.3")
    (settings.toolchain / "typescript-5.1.6").mkdir()
    assert "removed: 5.1.6" in told("prune")
    assert [one["version"] for one in json.loads(told("list", "--json"))["toolchains"]] == ["5.9.3"]


def test_the_doctor_names_what_is_there(settings: Settings) -> None:
    fill_store(settings)
    (row,) = examine_toolchain(settings)
    assert (row.ok, row.detail) == (True, f"5.9.3, 6.0.3, 7.0.2 in {settings.toolchain}")


def test_an_empty_store_of_a_wheel_is_told_by_the_doctor(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_toolchain, "TOOLCHAIN", settings.state / "no-checkout")
    (row,) = examine_toolchain(settings)
    assert (row.ok, row.mend) == (False, "patchgate toolchain add 5.9.3")
