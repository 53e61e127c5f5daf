"""The JSON that docs/interfaces.md shows has the keys that is read and written, no more and no fewer."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

import pytest

from runner.api import models
from runner.edits.lowering import FORMATS
from runner.gate.verdict.wire import parse_submission, verdict_json
from runner.ledger.mirror import log_line, tasks_json
from runner.model.commands import CommandResult
from runner.model.contract import parse_contract
from runner.model.diagnostics import Diagnostic
from runner.model.events import PATCH_APPLIED, Event
from runner.model.order import Command, Limits, Policy, Stage, Task
from runner.model.plan import PassPlan
from runner.model.report import PassResult, PatchSummary, Recommendation, Report
from runner.model.submission import FORMATS as NAMES
from runner.model.text import Position, Range
from runner.model.verdict import ADVICE, FileDelta, Verdict
from runner.model.violations import violation
from runner.orchestrator.orders import overall
from runner.orchestrator.passes import PassContext, describe
from runner.orchestrator.report_json import report_json
from runner.orders.commands import CommandEntry, command_of
from runner.orders.files import parse_order
from runner.orders.plans import make_plans
from runner.orders.task_list import known_task
from runner.specialists.registry import ROLES
from tests.docs.pages import DOCS, code, sections
from tests.orchestrator.fakes import Environment

PAGE = sections(DOCS / "interfaces.md")
SPECIALISTS = [role.name for role in ROLES]
A_COMMAND = CommandResult("npm test", "test", "passed", None, 0)


def shown(title: str) -> Any:
    (block,) = PAGE[title].fences("json")
    return json.loads(block)


def shape(value: object) -> object:
    """What a script may rely on: the keys at every depth, of a list those of its first entry."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [shape(each) for each in value[:1]]
    return None


def values(title: str, key: str) -> list[str]:
    return next(code(row[1]) for table in PAGE[title].tables for row in table if code(row[0]) == [key])


def an_order() -> Any:
    return parse_order(PAGE["Order"].fences("json")[0].encode(), Path("/work/order.json"), specialists=SPECIALISTS)


def test_the_order_is_read_and_shows_every_key(tmp_path: Path) -> None:
    (tmp_path / "my-agent").mkdir()
    raw = PAGE["Order"].fences("json")[0].encode()
    order = parse_order(raw, tmp_path / "order.json", specialists=SPECIALISTS)
    assert len(make_plans(order)) == 2
    data = shown("Order")
    assert set(data["policy"]) == {each.name for each in fields(Policy)}
    assert data["policy"] == {**asdict(Policy()), "commands": []}
    assert set(data["tasks"][0]) == {each.name for each in fields(Task)}
    assert set(data["pipeline"][0]["limits"]) == {each.name for each in fields(Limits)}
    assert data["pipeline"][0]["limits"] == asdict(Limits())
    assert {key for stage in data["pipeline"] for key in stage} == {each.name for each in fields(Stage)}


def test_a_command_is_read_and_shows_every_key_with_its_default() -> None:
    data = shown("Commands")
    assert command_of(CommandEntry.model_validate(data)) == Command("test", "npm test", artefacts=("coverage/**",))
    assert set(data) == {each.name for each in fields(Command)}
    assert set(data["limits"]) == set(CommandEntry.model_fields["limits"].annotation.model_fields)  # type: ignore[union-attr]
    for key in ("must", "when"):
        assert values("Commands", key) == list(get_args(CommandEntry.model_fields[key].annotation))


def command_statuses() -> list[str]:
    row = next(row for table in PAGE["Verdict"].tables for row in table if row[0].endswith("of a command"))
    return code(row[1])


def test_the_values_of_a_command_in_a_verdict_are_those_of_the_api() -> None:
    assert command_statuses() == list(get_args(models.CommandResult.model_fields["status"].annotation))


def test_the_example_of_the_orders_page_can_be_run(tmp_path: Path) -> None:
    (tmp_path / "my-agent").mkdir()
    raw = sections(DOCS / "orders.md")["Orders"].fences("json")[0].encode()
    assert len(make_plans(parse_order(raw, tmp_path / "order.json", specialists=SPECIALISTS))) == 2


def test_the_policy_table_of_the_orders_page_lists_every_key() -> None:
    (table,) = sections(DOCS / "orders.md")["Policy"].tables
    assert {code(row[0])[0] for row in table} == {each.name for each in fields(Policy)}


def test_the_submission_is_read_and_shows_every_key() -> None:
    data = shown("Submission")
    parse_submission(data)
    models.Submission.model_validate(data)
    assert set(data) == set(models.Submission.model_fields)


def test_the_formats_are_those_of_the_registry() -> None:
    page = [code(row[0])[0] for row in PAGE["Edit payloads"].tables[0]]
    assert page == list(NAMES) == list(FORMATS) == list(get_args(models.Format))
    assert {code(row[0])[0] for row in sections(DOCS / "submissions.md")["Formats"].tables[0]} == set(page)


def a_verdict() -> Verdict:
    place = Range(Position(0, 0), Position(0, 0))
    advice = violation("clobber.misindented", "…", file="src/cart.ts", range=place, severity=ADVICE,
                       fix={"format": "workspace-edit", "payload": {"documentChanges": []}})  # fmt: skip
    return Verdict(
        "applied",
        "p1",
        "b1",
        violations=(advice,),
        removes=("src/cart.ts#oldTotal",),
        changes=(FileDelta("src/cart.ts", "a", "b", 3, 1),),
        fixed=(Diagnostic("tsconfig.json", "src/cart.ts", 3, 7, "TS2322", "…"),),
        commands=(A_COMMAND,),
        timings_ms=dict.fromkeys(("lower", "checks", "apply", "typecheck", "commands", "snapshot"), 0.1),
    )


def test_the_verdict_has_the_keys_that_the_gate_writes() -> None:
    data = shown("Verdict")
    models.Verdict.model_validate(data)
    assert shape(data) == shape(verdict_json(a_verdict()))


def test_the_values_of_a_verdict_are_those_of_the_api() -> None:
    assert values("Verdict", "status") == list(get_args(models.Status))
    assert values("Verdict", "typecheck") == list(get_args(models.Verdict.model_fields["typecheck"].annotation))


def a_result(status: str) -> PassResult:
    patch = PatchSummary("p1", "applied", "why", ("a.ts",), 3, 1, "s1", ("PG519",), "")
    commands = (A_COMMAND,)
    return PassResult("a", "T1", status, 1, 1, 0, 0, "c1", 0, None, "fix/trace-1-a", "s1", 1.0, "", (patch,), commands)


def a_report() -> Report:
    recommendation = Recommendation("r1", "a", "T1", "…", "…", 2, "src/cart.ts", 40)
    passes, recommendations = (a_result("done"),), (recommendation,)
    return Report(
        "delivered", "o1", "t1", "…", "/repo", "b1", "s1", "t", "docker", passes, recommendations, (), 2, 2, 0, 0, 1.0
    )


def test_the_report_has_the_keys_that_a_run_writes() -> None:
    data = shown("Report")
    written: Any = report_json(a_report())
    assert shape({**data, "passes": []}) == shape({**written, "passes": []})
    one, other = data["passes"][0], written["passes"][0]
    assert shape({**one, "patches": []}) == shape({**other, "patches": []})
    assert set(one["patches"][0]) == set(other["patches"][0])


@pytest.mark.parametrize("status", ["done", "blocked", "failed", "cancelled", "skipped"])
@pytest.mark.parametrize("moved", [True, False])
def test_every_status_of_a_report_stands_on_the_page(status: str, moved: bool) -> None:
    listed = {code(row[0])[0] for row in PAGE["Report"].tables[0]}
    assert overall([a_result(status)], moved=moved) in listed
    assert listed <= set(get_args(models.OrderRun.model_fields["status"].annotation))


def test_the_task_list_is_read_and_shows_the_keys_that_a_run_writes() -> None:
    data = json.loads(PAGE["The folder .mission_control/"].fences("json")[0])
    assert known_task("CART-1", data["tasks"]) is not None
    (written,) = tasks_json(an_order())
    assert set(data["tasks"][0]) == set(written)


def test_a_line_of_the_log_has_the_keys_that_are_written() -> None:
    data = json.loads(PAGE["The folder .mission_control/"].fences("json")[1])
    changes = [
        {"path": "", "before": "", "after": "", "added": 3, "removed": 1, "executable": False, "was_executable": False}
    ]
    written: dict[str, object] = {"files": ["src/cart.ts"], "changes": changes, "removes": ["src/cart.ts#oldTotal"]}
    assert shape(data) == shape(log_line(Event(PATCH_APPLIED, "", data=written)))


def test_the_task_of_a_container_has_the_keys_that_are_written(tmp_path: Path) -> None:
    order = an_order()
    plan = PassPlan("a", "A", order.tasks[0], "i", (), parse_contract(["inside-spans"]), Limits(), {})
    environment = Environment(tmp_path, [])
    context = PassContext(order, "t1", environment, lambda kind, pass_id, data: None, threading.Event())
    (block,) = PAGE["What a specialist finds in its container"].fences("json")
    assert shape(json.loads(block)) == shape(describe(plan, "p1", 1, context))
