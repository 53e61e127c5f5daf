"""A pass's desk before the real gate: what is submitted, recommended and handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from runner.model.events import RECOMMENDATION
from runner.orchestrator.desk import PassDesk
from tests.gate.helpers import Gate

PLACE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}


@dataclass
class _AtTheGate:
    gate: Gate = field(default_factory=lambda: Gate({"a.ts": "f();\n"}))

    def submit(self, submission: object) -> dict[str, object]:
        return self.gate.session().submit_json(submission)


def asking(label: str) -> dict[str, object]:
    edits = [{"range": PLACE, "newText": "g();\n", "annotationId": "x"}]
    payload = {
        "documentChanges": [{"textDocument": {"uri": "a.ts", "version": None}, "edits": edits}],
        "changeAnnotations": {"x": {"label": label, "needsConfirmation": True}},
    }
    return {"version": 1, "reason": "calls g first", "edit": {"format": "workspace-edit", "payload": payload}}


@pytest.fixture
def told() -> list[tuple[str, dict[str, object]]]:
    return []


@pytest.fixture
def desk(told: list[tuple[str, dict[str, object]]]) -> PassDesk:
    return PassDesk({}, _AtTheGate(), "role", "T", "p1", lambda kind, data: told.append((kind, data)))


def test_an_edit_that_asks_for_consent_becomes_a_recommendation(
    desk: PassDesk, told: list[tuple[str, dict[str, object]]]
) -> None:
    verdict = desk.submit(asking("Call g"))
    assert verdict["status"] == "rejected"
    (made,) = desk.recommendations
    assert (made.id, made.specialist, made.task_id, made.file) == ("p1-r1", "role", "T", "a.ts")
    assert made.title == "The change 'Call g' asks for a person's consent."
    assert made.detail == "calls g first"
    assert made.suggestion is not None and '"newText": "g();\\n"' in made.suggestion
    violations = verdict["violations"]
    assert isinstance(violations, list)
    assert violations[0]["hint"] == "It was put to a person, as recommendation p1-r1."
    assert [kind for kind, _ in told] == [RECOMMENDATION]


def test_other_verdicts_recommend_nothing(desk: PassDesk) -> None:
    edit = {"format": "search-replace", "payload": [{"file": "a.ts", "search": "f();", "replace": "g();"}]}
    assert desk.submit({"version": 1, "edit": edit})["status"] == "applied"
    assert desk.submit({"version": 1, "edit": edit})["status"] == "rejected"
    assert desk.recommendations == []


def test_what_is_handed_in_after_the_end_is_turned_away(desk: PassDesk) -> None:
    desk.finish("done", "")
    with pytest.raises(ValueError, match="has ended"):
        desk.submit(asking("late"))
