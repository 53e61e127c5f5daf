"""Every command explains itself, and what it prints is whole without a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from rich.table import Table
from typer.testing import CliRunner

from runner.cli import consoles
from runner.cli.patchgate import app


def commands(group: typer.Typer, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [(*before, str(each.name or getattr(each.callback, "__name__", ""))) for each in group.registered_commands]
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        found += [(*before, str(inner.name)), *commands(inner.typer_instance, (*before, str(inner.name)))]
    return found


def test_the_commands_of_this_version_are_there() -> None:
    expected = {("run",), ("log",), ("show",), ("replay",), ("doctor",), ("reap",), ("ps",), ("images", "build")}
    assert expected <= set(commands(app))


@pytest.mark.parametrize("command", [(), *commands(app)], ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*command, "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.stdout
    assert len(told.stdout.splitlines()) > 5


def test_without_a_terminal_a_table_is_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = "a-very-long-name-" * 6
    table = Table("what", "why")
    table.add_row(long, "because")
    consoles.output().print(table)
    consoles.errors().print(table)
    told = capsys.readouterr()
    assert long in told.out
    assert long in told.err


@pytest.mark.parametrize(
    "module", ["runner.cli.patchgate", "runner.cli.patchctl_host", "runner.app.branch_gate", "runner.app.worktree_gate"]
)
def test_a_command_starts_without_what_only_a_language_server_needs(module: str) -> None:
    # The protocol's types take half a second; nearly no command asks a language server anything.
    program = f"import sys, {module}; sys.exit('lsprotocol' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
