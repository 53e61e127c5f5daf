"""The action for GitHub and the hooks for pre-commit call the command as it is, and a stranger's input stays an argument."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import typer
import yaml

from runner.cli.patchgate import app

CHECKOUT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def called_with(folder: Path, **inputs: str) -> list[str]:
    """The arguments that the action hands to patchgate; inputs that are not given have their defaults."""
    program = folder / ".venv/bin/patchgate"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    program.chmod(0o755)
    step = ACTION["runs"]["steps"][1]
    values = {name: inputs.get(name, given["default"]) for name, given in ACTION["inputs"].items()}
    environment = {
        name: values[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, text in step["env"].items()
        if "inputs." in text
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        env={"PATH": "/usr/bin:/bin", "ACTION": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


def accepted(words: list[str]) -> None:
    """Raises if ``patchgate verify`` would not take these."""
    command = typer.main.get_command(app).commands["verify"]  # type: ignore[attr-defined]
    command.make_context("verify", words)


def test_the_action_alone_verifies_this_branch(tmp_path: Path) -> None:
    words = called_with(tmp_path)
    assert words == ["verify", "--repo=.", "--typecheck=auto", "--format=github"]
    accepted(words[1:])


def test_every_input_becomes_one_argument_whatever_it_says(tmp_path: Path) -> None:
    hostile = '--output=/etc/passwd "; touch pwned; $(touch pwned) `touch pwned`'
    words = called_with(
        tmp_path, base=hostile, head=hostile, run=f"npm test\n{hostile}\n", allow="PG514\nPG404", strict="true"
    )
    assert words[4:] == [
        f"--base={hostile}",
        f"--head={hostile}",
        "--strict",
        "--run=npm test",
        f"--run={hostile}",
        "--allow=PG514",
        "--allow=PG404",
    ]
    assert not (tmp_path / "pwned").exists()
    accepted(words[1:])


def test_no_script_of_the_action_has_an_expression_in_it() -> None:
    assert [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]] == []


def test_the_hooks_are_commands_that_can_be_typed() -> None:
    for hook in HOOKS:
        entry = shlex.split(hook["entry"])
        line = entry[2].partition("| ")[2] if entry[0] == "sh" else hook["entry"]
        program, command, *words = shlex.split(line)
        assert (program, command, hook["pass_filenames"]) == ("patchgate", "verify", False)
        accepted(words)
