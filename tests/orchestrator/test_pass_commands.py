"""What the commands of an order do to a pass. Nothing runs here: the environment says how they ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.errors import CheckerError
from runner.model import events
from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED, CommandResult
from runner.model.order import Command
from runner.orchestrator.orders import run_order
from runner.orchestrator.report_json import report_json
from runner.orchestrator.report_markdown import report_markdown
from tests.orchestrator.fakes import BASE, MOVED, Environment, done, fails, order_run, plan, ran, submits, verdict

TEST, LINT = Command("test", "npm test"), Command("lint", "npm run lint", when="patch")


def result(status: str, exit_code: int | None, detail: str, tail: str = "") -> CommandResult:
    return CommandResult("npm test", "test", status, 0, exit_code, detail=detail, output_tail=tail)


PASSES = result(PASSED, 0, "passes")
FAILS = result(FAILED, 1, "fails with exit code 1; on the base it passes", "1 failing\n```\nevil")


def test_a_pass_whose_commands_pass_is_done(tmp_path: Path) -> None:
    ended = ran(Environment(tmp_path, [submits()], [verdict()], commands=[(PASSES,)]), plan(), commands=(TEST,))
    only = ended.report.passes[0]
    assert (ended.report.status, only.status, only.commands, only.detail) == (
        "awaiting-sign-off",
        "done",
        (PASSES,),
        "",
    )
    told = next(event for event in ended.shown if event.kind == events.NOTE)
    assert told.data == {"text": "runs test on what it changed"}
    recorded = next(event for event in ended.shown if event.kind == events.PASS_ENDED).data["commands"]
    assert isinstance(recorded, list)
    assert (recorded[0]["name"], recorded[0]["status"], recorded[0]["exit"]) == ("test", "passed", 0)


@pytest.mark.parametrize("broken", [FAILS, result(LIMIT, None, "took longer than its limit of 300 s")])
def test_a_pass_whose_command_fails_is_blocked_and_taken_back(tmp_path: Path, broken: CommandResult) -> None:
    environment = Environment(tmp_path, [submits(), done], [verdict()], commands=[(PASSES, broken)])
    report = ran(environment, plan("one"), plan("two"), commands=(TEST, TEST)).report
    first, second = report.passes
    assert (report.status, first.status, second.status) == ("blocked", "blocked", "skipped")
    assert first.detail == f"test {broken.detail}; its patches were taken back"
    assert (first.taken_back, first.snapshot, report.snapshot) == (True, BASE, BASE)
    assert report.followups == (f"one on T1 is blocked: {first.detail}",)


def test_it_is_not_tried_again_but_others_may_go_on_from_where_it_began(tmp_path: Path) -> None:
    work = [submits(), submits()]
    environment = Environment(tmp_path, work, [verdict(), verdict()], commands=[(FAILS,), (PASSES,)])
    report = ran(environment, plan("one", attempts=2), plan("two"), commands=(TEST,), on_blocked="continue").report
    assert [(each.status, each.attempt) for each in report.passes] == [("blocked", 1), ("done", 1)]
    assert (report.status, report.snapshot) == ("blocked", MOVED)


def test_patches_that_cannot_be_taken_back_are_named(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [submits()], [verdict()], commands=[(FAILS,)], stays="the branch moved")
    only = ran(environment, plan(), commands=(TEST,)).report.passes[0]
    assert only.detail.endswith("; its patches could not be taken back: the branch moved")
    assert not only.taken_back


def test_commands_that_cannot_be_run_fail_the_pass_and_nothing_is_built_on_it(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [submits()], [verdict()], commands=[CheckerError("no disk", "df -h")])
    only = ran(environment, plan(attempts=1), commands=(TEST,)).report.passes[0]
    assert (only.status, only.taken_back) == ("failed", True)
    assert only.detail.startswith("the commands could not be run: no disk")


def test_a_failed_pass_is_held_to_them_too(tmp_path: Path) -> None:
    def submits_and_fails(api: object, process: object) -> int:
        submits()(api, process)  # type: ignore[arg-type]
        return 3

    environment = Environment(tmp_path, [submits_and_fails], [verdict()], commands=[(FAILS,)])
    only = ran(environment, plan(attempts=1), commands=(TEST,)).report.passes[0]
    assert (only.status, only.taken_back) == ("failed", True)


def test_what_failed_before_is_said_and_blocks_nothing(tmp_path: Path) -> None:
    before = result(FAILED_BEFORE, 1, "fails with exit code 1; on the base it fails with exit code 1")
    environment = Environment(tmp_path, [submits()], [verdict()], commands=[(before,)])
    only = ran(environment, plan(), commands=(TEST,)).report.passes[0]
    assert (only.status, only.detail) == ("done", f"test {before.detail}")


@pytest.mark.parametrize("commands", [(), (LINT,)])
def test_nothing_is_run_after_a_pass_without_such_a_command(tmp_path: Path, commands: tuple[Command, ...]) -> None:
    assert (
        ran(Environment(tmp_path, [submits()], [verdict()]), plan(), commands=commands).report.passes[0].status
        == "done"
    )


@pytest.mark.parametrize("work", [done, fails])
def test_nor_after_a_pass_that_changed_nothing(tmp_path: Path, work: object) -> None:
    ended = ran(Environment(tmp_path, [work]), plan(attempts=1), commands=(TEST,))  # type: ignore[list-item]
    assert ended.report.passes[0].commands == ()


def test_an_interrupted_run_says_that_its_commands_did_not_run(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [submits()], [verdict()], commands=[CheckerError("test was cancelled")])
    run, _, _ = order_run(environment, plan(), commands=(TEST,))
    asked = environment.check_commands

    def interrupted(since: object) -> tuple[CommandResult, ...]:
        run.cancel.set()
        return asked(since)  # type: ignore[arg-type]

    environment.check_commands = interrupted  # type: ignore[method-assign]
    report = run_order(run)
    assert (report.status, report.snapshot) == ("cancelled", MOVED)
    assert "test did not run on them to the end" in report.passes[0].detail


def test_the_report_shows_them_and_what_they_printed_stays_in_its_block(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [submits()], [verdict()], commands=[(PASSES, FAILS)])
    report = ran(environment, plan(), commands=(TEST,)).report
    passes: Any = report_json(report)["passes"]
    (shown,) = passes
    assert [(each["status"], each["exit"]) for each in shown["commands"]] == [("passed", 0), ("failed", 1)]
    assert shown["taken_back"] is True
    text = report_markdown(report)
    assert "## Commands" in text
    assert "| custom | T1 | blocked, taken back | 1 | 0 |" in text
    assert "| Custom | T1 | test | failed | 0 | 1 |" in text.replace("custom", "Custom")
    assert "````\n1 failing\n```\nevil\n````" in text
