"""A command loads what it uses. Importing lsprotocol alone takes longer than most commands do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.branch_gate.repositories import FILES, make_repository, write_tasks

LSP, ENGINE, GIT, LEDGER, HTTP, API = "lsprotocol", "docker", "pygit2", "sqlalchemy", "httpx", "fastapi"
HEAVY = (LSP, ENGINE, GIT, LEDGER, HTTP, API, "pygls", "requests", "uvicorn", "yaml", "tree_sitter")

RUN = """
import contextlib, io, json, sys
sys.argv = ["x", *sys.argv[2:]] if len(sys.argv) > 2 else sys.argv
code = 0
with contextlib.redirect_stdout(io.StringIO()):
    try:
        {statement}
    except SystemExit as ended:
        code = ended.code
print(json.dumps([code, sorted(sys.modules)]))
"""


def loaded_by(statement: str, folder: Path, arguments: Sequence[str] = ()) -> list[str]:
    """Which of the heavy packages are there after ``statement`` in a new process."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder.parent), "PATCHGATE_STATE": str(folder.parent / "state")}
    answer = subprocess.run(
        [sys.executable, "-c", RUN.format(statement=statement), "-", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    code, modules = json.loads(answer.stdout)
    assert code in (0, None), answer.stderr
    return [name for name in HEAVY if name in modules]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_repository(tmp_path / "repo", {path: text for path, text in FILES.items() if path != "tsconfig.json"})
    write_tasks(tmp_path / "repo", {"uuid": "T1"})
    return tmp_path / "repo"


@pytest.mark.parametrize(
    "module", ["runner.cli.patchctl", "runner.cli.patchctl_host", "runner.cli.patchgate", "runner"]
)
def test_importing_a_command_line_loads_nothing_heavy(folder: Path, module: str) -> None:
    assert loaded_by(f"import {module}", folder) == []


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("--help", []),
        ("append --help", []),
        ("list-tasks", []),
        ("next", []),
        ("guard list", [GIT]),
        ("guard verify src/a.ts", [GIT]),
        ("append --file src/a.ts --block //x --typecheck never", [GIT, LEDGER, "tree_sitter"]),
    ],
)
def test_patchctl_loads_what_the_command_needs(folder: Path, command: str, expected: list[str]) -> None:
    statement = "from runner.cli.patchctl import main; main()"
    assert loaded_by(statement, folder, command.split()) == expected


@pytest.mark.parametrize(("command", "expected"), [("--help", []), ("log --help", []), ("log", [GIT, LEDGER])])
def test_patchgate_loads_what_the_command_needs(folder: Path, command: str, expected: list[str]) -> None:
    assert loaded_by("from runner.cli.patchgate import main; main()", folder, command.split()) == expected
