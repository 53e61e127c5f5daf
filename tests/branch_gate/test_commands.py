"""``patchgate submit``, ``outline``, ``context``: arguments in, JSON and exit codes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygit2
import pytest
from typer.testing import CliRunner, Result

from runner.cli.patchgate import app
from tests.branch_gate.repositories import replace

Invoke = Callable[..., Result]
GOOD = replace("src/a.ts", "a + 1", "a + 2")
MISSING = replace("src/a.ts", "not there", "x")
STALE = {**GOOD, "base": "0" * 40}


@pytest.fixture
def invoke(repository: pygit2.Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))

    def call(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, input=text)

    return call


def submit(invoke: Invoke, repository: pygit2.Repository, data: object, *more: str) -> tuple[int, Any]:
    arguments = ("submit", "--repo", repository.workdir, "--file", "-", "--typecheck", "never", *more)
    result = invoke(*arguments, text=json.dumps(data))
    return result.exit_code, json.loads(result.stdout)


def test_one_submission_answers_one_verdict(invoke: Invoke, repository: pygit2.Repository) -> None:
    code, verdict = submit(invoke, repository, GOOD)
    assert (code, verdict["version"], verdict["status"], verdict["typecheck"]) == (0, 1, "applied", "skipped")


def test_a_list_answers_the_verdicts_in_its_order(invoke: Invoke, repository: pygit2.Repository) -> None:
    code, answer = submit(invoke, repository, [GOOD, MISSING])
    assert (code, answer["version"]) == (1, 1)
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["applied", "rejected"]


def test_a_list_of_one_stays_a_list(invoke: Invoke, repository: pygit2.Repository) -> None:
    assert len(submit(invoke, repository, [GOOD])[1]["verdicts"]) == 1


@pytest.mark.parametrize(("data", "code"), [(GOOD, 0), (MISSING, 1), (STALE, 3), ([GOOD, MISSING, STALE], 3), ([], 0)])
def test_the_exit_code_is_the_worst_verdict(
    invoke: Invoke, repository: pygit2.Repository, data: object, code: int
) -> None:
    assert submit(invoke, repository, data)[0] == code


def test_an_engine_that_is_missing_ends_with_4(
    invoke: Invoke, repository: pygit2.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATCHGATE_ENGINE", "no-such-engine")
    result = invoke("submit", "--repo", repository.workdir, "--file", "-", text=json.dumps(GOOD))
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (4, "error")


def test_dry_run_holds_for_every_submission_of_a_list(invoke: Invoke, repository: pygit2.Repository) -> None:
    _, answer = submit(invoke, repository, [GOOD, GOOD], "--dry-run")
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["simulated", "simulated"]
    assert list(repository.branches.local) == ["main"]


def test_a_file_is_read_as_standard_input_is(invoke: Invoke, repository: pygit2.Repository, tmp_path: Path) -> None:
    file = tmp_path / "edit.json"
    file.write_text(json.dumps(GOOD))
    result = invoke("submit", "--repo", repository.workdir, "--file", str(file), "--typecheck", "never")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (0, "applied")


@pytest.mark.parametrize("text", ["{", "\ufffe", "[" * 100_000])
def test_what_is_not_json_is_wrong_usage(invoke: Invoke, repository: pygit2.Repository, text: str) -> None:
    result = invoke("submit", "--repo", repository.workdir, "--file", "-", text=text)
    assert result.exit_code == 2 and "is not JSON" in result.stderr


def test_outline_lists_addresses_kinds_and_lines(invoke: Invoke, repository: pygit2.Repository) -> None:
    file = Path(repository.workdir, "shop.ts")
    file.write_text("/** A shop. */\nexport class Shop {\n  total(): number {\n    return 1;\n  }\n}\n\nconst x = 1;\n")
    result = invoke("outline", str(file), "--json")
    symbols = json.loads(result.stdout)["symbols"]
    shop, x = symbols
    assert (shop["address"], shop["kind"], shop["start_line"], shop["end_line"]) == (f"{file}#Shop", "class", 2, 6)
    (total,) = shop["children"]
    assert (total["address"], total["kind"], total["start_line"]) == (f"{file}#Shop.total", "method", 3)
    assert (x["name"], x["start_line"]) == ("x", 8)
    assert f"{file}#Shop.total  method  lines 3-5" in invoke("outline", str(file)).stdout


def test_outline_of_what_is_no_source_is_wrong_usage(invoke: Invoke, repository: pygit2.Repository) -> None:
    assert invoke("outline", repository.workdir + "README.md").exit_code == 2
    assert invoke("outline", repository.workdir + "nothing.ts").exit_code == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (1, "the submission: must be a JSON object"),
        ({"edit": 3}, "edit: must be a JSON object"),
        ({}, "edit: is missing"),
        ({**GOOD, "colour": 1}, "colour: is no key of it; there are version, specialist,"),
        ({"edit": {"format": "line-ops", "payload": [], "x": 1}}, "edit.x: is no key of it; there are format, payload"),
    ],
)
def test_a_submission_that_is_none_is_told_in_words_of_json(
    invoke: Invoke, repository: pygit2.Repository, data: object, said: str
) -> None:
    code, verdict = submit(invoke, repository, data)
    assert (code, verdict["violations"][0]["code"]) == (1, "PG101")
    assert said in verdict["violations"][0]["message"]


def test_people_are_told_where_it_landed_and_how_to_take_it_over(invoke: Invoke, repository: pygit2.Repository) -> None:
    result = invoke(
        "submit", "--repo", repository.workdir, "--file", "-", "--typecheck", "never", text=json.dumps(GOOD)
    )
    verdict = json.loads(result.stdout)
    assert verdict["branch"] == f"fix/trace-{verdict['trace_id']}-submit" in repository.branches.local
    assert f"git merge {verdict['branch']}" in result.stderr
    stale = invoke("submit", "--repo", repository.workdir, "--file", "-", text=json.dumps(STALE))
    assert "git merge" not in stale.stderr


def test_a_refusal_names_the_trace_that_the_log_has(invoke: Invoke, repository: pygit2.Repository) -> None:
    for wrong in (MISSING, 1, {**GOOD, "task_id": "T9"}):
        _, verdict = submit(invoke, repository, wrong)
        log = invoke("log", "--repo", repository.workdir, "--trace", verdict["trace_id"], "--json")
        assert [event["patch_id"] for event in json.loads(log.stdout)["events"]] == [verdict["patch_id"]]


def test_a_trace_cannot_be_continued_and_the_hint_says_how_to_build_on_a_patch(
    invoke: Invoke, repository: pygit2.Repository
) -> None:
    _, landed = submit(invoke, repository, GOOD)
    code, verdict = submit(invoke, repository, {**GOOD, "trace_id": landed["trace_id"]})
    (refused,) = verdict["violations"]
    assert (code, refused["code"]) == (1, "PG104") and "merge its branch" in refused["hint"]
