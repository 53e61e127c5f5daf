"""Commands at the gate: they run on what passed everything else, and refuse before anything lands."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from runner.errors import CheckerError
from runner.gate.verdict.wire import verdict_json
from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED, CommandResult
from runner.model.tree import Candidate
from runner.model.verdict import Verdict
from tests.gate.helpers import Gate, whole


def result(status: str, name: str = "lint", detail: str = "how it ended", tail: str = "") -> CommandResult:
    return CommandResult(f"npm run {name}", name, status, 0, 1, detail=detail, output_tail=tail)


@dataclass
class Said:
    """Implements ``runner.ports.CandidateCommands``: every candidate gets ``results``."""

    results: tuple[CommandResult, ...] = ()
    error: CheckerError | None = None
    asked: list[Candidate] = field(default_factory=list)

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> tuple[CommandResult, ...]:
        self.asked.append(candidate)
        if self.error is not None:
            raise self.error
        return self.results


def judged(commands: Said, text: str = "export const a = 2;\n", *, dry_run: bool = False) -> tuple[Gate, Verdict]:
    gate = Gate({"src/a.ts": "export const a = 1;\n"})
    gate.session().commands = commands
    return gate, gate.submit("whole-file", whole({"src/a.ts": text}), dry_run=dry_run)


@pytest.mark.parametrize(("status", "name"), [(FAILED, "commands.failed"), (LIMIT, "commands.limit")])
def test_a_command_that_refuses_rejects_with_the_end_of_its_output(status: str, name: str) -> None:
    tail = "\n".join(f"line {number}" for number in range(30))
    gate, verdict = judged(Said((result(PASSED, "test"), result(status, tail=tail))))
    (only,) = verdict.violations
    assert (verdict.status, only.name) == ("rejected", name)
    assert only.message.startswith("lint how it ended. It ends with: line 18 | line 19")
    assert only.message.endswith("| line 29")
    assert [each.name for each in verdict.commands] == ["test", "lint"]
    assert gate.text("src/a.ts") == "export const a = 1;\n"
    assert gate.events("patch.rejected")[0].data["violations"] == [
        {"code": only.code, "name": name, "message": only.message, "file": None, "hint": only.hint}
    ]


def test_what_failed_before_is_a_note() -> None:
    _, verdict = judged(Said((result(FAILED_BEFORE),)))
    assert (verdict.status, verdict.violations, verdict.notes) == ("applied", (), ("lint how it ended",))
    assert verdict_json(verdict)["commands"] == [
        {
            "name": "lint",
            "run": "npm run lint",
            "status": "failed-before",
            "base_exit": 0,
            "exit": 1,
            "limit_hit": None,
            "detail": "how it ended",
            "output_tail": "",
            "artefact": None,
            "archive": None,
            "cached": False,
            "duration_ms": 0.0,
        }
    ]
    assert "commands" in verdict.timings_ms


def test_a_dry_run_says_what_would_happen() -> None:
    assert judged(Said((result(FAILED),)), dry_run=True)[1].status == "rejected"
    assert judged(Said((result(PASSED),)), dry_run=True)[1].status == "simulated"


def test_they_are_not_asked_about_what_is_refused_anyhow() -> None:
    commands = Said()
    assert judged(commands, "export const a = TYPE_ERROR;\n")[1].status == "rejected"
    assert judged(commands, "export const a = ;\n")[1].status == "rejected"
    assert commands.asked == []


def test_commands_that_cannot_be_run_are_no_verdict_on_the_edit() -> None:
    gate, verdict = judged(Said(error=CheckerError("the disk is full", "df -h")))
    assert (verdict.status, verdict.violations[0].name) == ("error", "infrastructure.failed")
    assert gate.text("src/a.ts") == "export const a = 1;\n"
