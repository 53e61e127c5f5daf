"""The flags that choose projects and a TypeScript version, and the projects that ``doctor`` lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from runner.app.branch_gate import Gate
from runner.app.runner import Runner
from runner.app.tree_services import TreeServices
from runner.app.worktree_gate import WorktreeGate
from runner.cli import patchctl_host
from runner.cli.patchgate import app
from runner.model.order import TypeScriptChoice
from runner.sandbox.doctor import Finding
from tests.branch_gate.repositories import FILES, engine_with, make_repository, replace, settings_in
from tests.branch_gate.word_server import CountingServer

MORE = {
    **FILES,
    "docs/tsconfig.json": "<<<<<<< HEAD\n",
    "docs/a.ts": "export {};\n",
    "web/tsconfig.json": "{}",
    "web/x.ts": "",
}
FLAGS = ["--project", "./web", "--project", "tsconfig.json", "--exclude-project", "docs/**", "--typescript", "5.9"]
CHOICE = TypeScriptChoice(("web", "tsconfig.json"), ("docs/**",), "5.9")
ORDER: dict[str, Any] = {
    "version": 1,
    "repo": "repo",
    "tasks": [{"uuid": "A", "file": "src/a.ts"}],
    "pipeline": [{"specialist": "lint-surgeon"}],
    "typescript": {"exclude": ["docs"], "version": "6.0.3"},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    monkeypatch.setattr("runner.app.machine.examine_machine", lambda *_: [Finding("tsc", True, "7", "")])
    return Path(make_repository(tmp_path / "repo", MORE).workdir)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize(
    "command",
    [["submit", "--file", "-"], ["run", "order.json"], ["serve"], ["doctor", "--repo", "."]],
    ids=lambda command: str(command[0]),
)
@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--typescript", "4.9"], "the versions from 5.0 to 7.x can\n  → See: patchgate toolchain list"),
        (["--typescript", "8"], "→ See: patchgate toolchain list"),
        (["--typescript", "latest"], "'latest' is no TypeScript version\n  → See: patchgate toolchain list"),
        (["--project", "../x"], "'../x' lies outside of the repository"),
        (["--exclude-project", "/x"], "'/x' lies outside of the repository"),
    ],
)
def test_a_choice_that_means_nothing_is_wrong_usage(command: list[str], flags: list[str], message: str) -> None:
    told = run(*command, *flags)
    assert (told.exit_code, message in told.stderr) == (2, True), told.stderr


def test_submit_hands_the_choice_to_the_checker(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = services_seen(monkeypatch)
    (tmp_path / "edit.json").write_text(json.dumps(replace("src/a.ts", "a + 1", "a + 2")))
    submit = ["submit", "--repo", str(folder), "--file", str(tmp_path / "edit.json"), "--dry-run", "--engine", "docker"]
    run(*submit, "--typecheck", "strict", *FLAGS)
    assert seen == [(CHOICE, True)]
    seen.clear()
    run(*submit, "--typecheck", "never")
    assert seen == [(TypeScriptChoice(), False)]


def test_patchctl_hands_the_choice_to_the_checker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(WorktreeGate, "__init__", lambda _self, *_, **more: given.append(more["typescript"]))
    monkeypatch.setattr(WorktreeGate, "close", lambda _self: None)
    monkeypatch.setattr(patchctl_host, "_run", lambda *_: 0)
    edit = ["delete-symbol", "--symbol", "src/a.ts#f", "--repo", str(folder)]
    assert patchctl_host.main([*edit, *FLAGS]) == 0
    assert given == [CHOICE]
    assert patchctl_host.main([*edit, "--typescript", "3"]) == 2


def test_the_flags_of_run_come_before_the_order(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text(json.dumps(ORDER))
    runner = Runner(settings_in(tmp_path))
    assert runner.read(tmp_path / "order.json").typescript == TypeScriptChoice((), ("docs",), "6.0.3")
    read = runner.read(tmp_path / "order.json", None, TypeScriptChoice(("web",), (), "5.9"))
    assert read.typescript == TypeScriptChoice(("web",), ("docs",), "5.9")


def test_a_broken_config_is_named_in_the_verdict_and_blocks_nothing(folder: Path, tmp_path: Path) -> None:
    edit = replace("src/a.ts", "a + 1", "a + 2")
    with Gate.open(folder, engine=engine_with(CountingServer()), settings=settings_in(tmp_path)) as gate:
        verdict = gate.submit(edit)
    assert verdict["status"] == "applied"
    assert [each["project"] for each in verdict["unjudged"]] == ["docs/tsconfig.json"]
    shown = run("show", verdict["patch_id"], "--repo", str(folder)).stdout
    assert "unjudged  docs/tsconfig.json: it cannot be read: it is not JSON with comments" in shown
    choice = TypeScriptChoice(("web",))
    with Gate.open(
        folder, engine=engine_with(CountingServer()), settings=settings_in(tmp_path), typescript=choice
    ) as gate:
        verdict = gate.submit(edit)
    assert {each["project"]: each["reason"] for each in verdict["unjudged"]} == {
        "tsconfig.json": "not named by typescript.projects"
    }


def test_doctor_lists_the_projects_of_a_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.app.engine.connect", lambda _name: engine_with(CountingServer()))
    told = run("doctor", "--repo", str(folder), "--exclude-project", "web", "--typescript", "5.9.3")
    assert told.exit_code == 0
    assert "✓ tsconfig.json       TypeScript 5.9.3 (chosen)  healthy, 4 files\n" in told.stdout
    assert "– docs/tsconfig.json  not judged: it cannot be read: it is not JSON" in told.stdout
    assert "  → Correct its syntax.\n" in told.stdout
    assert "– web/tsconfig.json   not judged: left out by typescript.exclude\n" in told.stdout
    rows = json.loads(run("doctor", "--repo", str(folder), "--json").stdout)["projects"]
    assert [(row["project"], row["state"]) for row in rows] == [
        ("docs/tsconfig.json", "not judged"),
        ("tsconfig.json", "healthy"),
        ("web/tsconfig.json", "healthy"),
    ]
    assert "projects" not in json.loads(run("doctor", "--json").stdout)


def test_without_an_engine_doctor_says_which_projects_it_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.app.machine.examine_machine", lambda *_: [Finding("engine", False, "none", "x")])
    told = run("doctor", "--repo", str(folder))
    assert told.exit_code == 4
    assert "✓ tsconfig.json       found\n" in told.stdout


def test_doctor_trusts_the_warm_checker_again_when_told_to(folder: Path, tmp_path: Path) -> None:
    marker = tmp_path / "state/checker/warm-checker-off.json"
    marker.parent.mkdir(parents=True)
    marker.write_text('{"version": 1, "case": "/somewhere"}')
    assert run("doctor").exit_code == 0
    assert marker.exists()
    run("doctor", "--trust-checker")
    assert not marker.exists()


def test_doctor_without_a_repository_there_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.app.machine.examine_machine", lambda *_: [])
    assert run("doctor", "--repo", str(tmp_path)).exit_code == 2


def services_seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[TypeScriptChoice, bool]]:
    """What each ``TreeServices`` is given from now on."""
    seen: list[tuple[TypeScriptChoice, bool]] = []
    original = TreeServices.__init__

    def noting(self: TreeServices, *arguments: Any, **more: Any) -> None:
        seen.append((more["checking"].choice, more["checking"].strict))
        original(self, *arguments, **more)

    monkeypatch.setattr(TreeServices, "__init__", noting)
    monkeypatch.setattr(TreeServices, "check", lambda *_: pytest.fail("no compiler runs here"))
    monkeypatch.setattr("runner.app.gate_service.tsc_reads", lambda *_: False)
    return seen
