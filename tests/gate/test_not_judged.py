"""What a verdict and the ledger say of projects that could not be judged, of proofs, and of a check that stopped early."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from runner.api import models
from runner.checker.memory import MemoryChecker
from runner.gate.verdict.wire import verdict_json
from runner.model.diagnostics import CheckResult, Unjudged
from runner.model.events import PATCH_APPLIED, PATCH_REJECTED
from runner.model.tree import Candidate, TreeReader
from tests.gate.helpers import Gate

DOCS = Unjudged("docs/tsconfig.json", "it extends a package", "npm ci")


class Answering(MemoryChecker):
    def __init__(self, tree_of: Callable[[str], TreeReader], **more: object) -> None:
        super().__init__(tree_of)
        self._more: dict[str, Any] = more

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        return replace(super().check(candidate, cancel), **self._more)


def gate_with(**more: object) -> Gate:
    gate = Gate({"src/a.ts": "export const a = 1;\n"})
    gate.checker = Answering(gate.snapshots.tree, **more)
    return gate


def edit(gate: Gate, text: str = "a = 2") -> dict[str, Any]:
    found = verdict_json(gate.submit("search-replace", {"file": "src/a.ts", "search": "a = 1", "replace": text}))
    models.Verdict.model_validate(found)
    return found


def test_a_project_that_is_not_judged_is_named_and_does_not_block() -> None:
    gate = gate_with(unjudged=(DOCS,))
    verdict = edit(gate)
    assert (verdict["status"], verdict["typecheck"]) == ("applied", "checked")
    assert verdict["unjudged"] == [{"project": "docs/tsconfig.json", "reason": "it extends a package"}]
    assert verdict["notes"] == ["not judged: docs/tsconfig.json (it extends a package)"]
    (event,) = gate.events(PATCH_APPLIED)
    assert (event.data["unjudged"], event.data["notes"]) == (verdict["unjudged"], verdict["notes"])


def test_many_of_them_are_one_note() -> None:
    many = tuple(Unjudged(f"p{number}/tsconfig.json", "why") for number in range(9))
    verdict = edit(gate_with(unjudged=many))
    assert len(verdict["unjudged"]) == 9
    (note,) = verdict["notes"]
    assert note.startswith("not judged: p0/tsconfig.json (why); ")
    assert note.endswith("p4/tsconfig.json (why); and 4 more")


def test_where_everything_is_judged_nothing_is_said() -> None:
    gate = gate_with()
    verdict = edit(gate)
    assert ("unjudged" in verdict, "partial" in verdict["diagnostics"], verdict["notes"]) == (False, False, [])
    (event,) = gate.events(PATCH_APPLIED)
    assert "unjudged" not in event.data


def test_a_proof_is_told_from_a_check() -> None:
    gate = gate_with(proved=True, notes=("only comments changed",))
    verdict = edit(gate)
    assert (verdict["typecheck"], verdict["notes"]) == ("proved", ["only comments changed"])
    (event,) = gate.events(PATCH_APPLIED)
    assert event.data["typecheck"] == "proved"


def test_a_check_that_stopped_early_says_that_there_may_be_more() -> None:
    gate = gate_with(partial=True, unjudged=(DOCS,))
    verdict = edit(gate, "a = TYPE_ERROR")
    assert (verdict["status"], verdict["diagnostics"]["partial"]) == ("rejected", True)
    assert verdict["notes"][0] == "the check stopped at the first new errors: there may be more"
    (event,) = gate.events(PATCH_REJECTED)
    assert event.data["unjudged"] == verdict["unjudged"]


def test_an_edit_that_no_project_could_judge_is_not_called_checked() -> None:
    assert edit(gate_with(judged=False, unjudged=(DOCS,)))["typecheck"] == "skipped"
