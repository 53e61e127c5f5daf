"""Each submission that docs/submissions.md shows is taken by the gate as it stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner import Gate
from runner.api import models
from runner.edits.lowering import FORMATS
from tests.branch_gate.repositories import make_repository, settings_in
from tests.docs.pages import DOCS, code, sections

PAGE = sections(DOCS / "submissions.md")
(CART,) = PAGE["Formats"].fences("ts")
BEFORE, AFTER = "sum += item.price;", "sum += Math.round(item.price);"


def examples(format: str) -> list[dict[str, Any]]:
    """Those in JSON are values of ``edit``; those in text are payloads."""
    texts = [{"format": format, "payload": f"{text}\n"} for text in PAGE[format].fences("text")]
    return [*map(json.loads, PAGE[format].fences("json")), *texts]


def is_rename(edit: dict[str, Any]) -> bool:
    return bool(edit["format"] == "symbol-ops" and edit["payload"][0]["op"] == "rename")


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Without tsc; nothing here is about types."""
    files = {"src/cart.ts": f"{CART}\n", "src/old.ts": "export const old = 1;\n"}
    make_repository(tmp_path / "repo", files)
    with Gate.open(tmp_path / "repo", typecheck="never", settings=settings_in(tmp_path)) as found:
        yield found


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_example_of_each_format_makes_the_change_that_the_page_names(gate: Gate, format: str) -> None:
    verdict = gate.submit({"edit": examples(format)[0], "dry_run": True})
    lines = [line for line in verdict["diff"].split("\n")[4:] if line[:1] in ("+", "-")]
    assert verdict["status"] == "simulated" and verdict["violations"] == [], verdict["violations"]
    assert lines == [f"-  for (const item of items) {BEFORE}", f"+  for (const item of items) {AFTER}"]


@pytest.mark.parametrize(
    "edit",
    [each for format in FORMATS for each in examples(format) if not is_rename(each)],
    ids=lambda each: each["format"],
)
def test_every_example_passes_the_gate(gate: Gate, edit: dict[str, Any]) -> None:
    verdict = gate.submit({"edit": edit, "dry_run": True})
    assert verdict["status"] == "simulated", verdict["violations"]


def test_the_example_of_removes_names_what_the_edit_removes(gate: Gate) -> None:
    (text,) = PAGE["Removing declarations"].fences("json")
    submission = json.loads(text)
    removes = submission.pop("removes")
    refused = gate.submit({**submission, "dry_run": True})
    assert [each["code"] for each in refused["violations"]] == ["PG511"]
    assert json.dumps(removes) in refused["violations"][0]["hint"]
    taken = gate.submit({**submission, "removes": removes, "dry_run": True})
    assert (taken["status"], taken["removes"]) == ("simulated", removes)


def test_the_verdict_of_the_page_has_the_shape_of_the_api() -> None:
    models.Verdict.model_validate_json(PAGE["Verdicts"].fences("json")[0])
    models.Violation.model_validate({**json.loads(PAGE["Advice"].fences("json")[0]), "range": None})


def test_the_keys_of_a_submission_are_those_that_are_read() -> None:
    (table,) = PAGE["Submissions"].tables
    assert {key for row in table for key in code(row[0])} | {"version"} == set(models.Submission.model_fields)
