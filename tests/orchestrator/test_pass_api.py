"""A pass's api before the real gate: what is submitted, recommended and handed in."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from runner.model.events import RECOMMENDATION
from runner.orchestrator.pass_api import RecordingPassApi
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
def api(told: list[tuple[str, dict[str, object]]]) -> RecordingPassApi:
    return RecordingPassApi({}, _AtTheGate(), "role", "T", "p1", lambda kind, data: told.append((kind, data)))


def test_an_edit_that_asks_for_consent_becomes_a_recommendation(
    api: RecordingPassApi, told: list[tuple[str, dict[str, object]]]
) -> None:
    verdict = api.submit(asking("Call g"))
    assert verdict["status"] == "rejected"
    (made,) = api.recommendations
    assert (made.id, made.specialist, made.task_id, made.file) == ("p1-r1", "role", "T", "a.ts")
    assert made.title == "The change 'Call g' asks for a person's consent."
    assert made.detail == "calls g first"
    assert made.suggestion is not None and '"newText": "g();\\n"' in made.suggestion
    violations = verdict["violations"]
    assert isinstance(violations, list)
    assert violations[0]["hint"] == "It was put to a person, as recommendation p1-r1."
    assert [kind for kind, _ in told] == [RECOMMENDATION]


def test_other_verdicts_recommend_nothing(api: RecordingPassApi) -> None:
    edit = {"format": "search-replace", "payload": [{"file": "a.ts", "search": "f();", "replace": "g();"}]}
    assert api.submit({"version": 1, "edit": edit})["status"] == "applied"
    assert api.submit({"version": 1, "edit": edit})["status"] == "rejected"
    assert api.recommendations == []


def test_what_is_handed_in_after_the_end_is_turned_away(api: RecordingPassApi) -> None:
    api.finish("done", "")
    with pytest.raises(ValueError, match="has ended"):
        api.submit(asking("late"))


@dataclass
class _Blocked:
    """A gate whose type check takes until ``go`` is set."""

    judging: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def submit(self, submission: object) -> dict[str, object]:
        self.judging.set()
        assert self.go.wait(20)
        stats = {"added": 1, "removed": 0}
        return {
            "status": "applied", "patch_id": "p", "snapshot": "s", "violations": [], "diff": "", "edits": {}, "stats": stats
        }  # fmt: skip


def test_recommend_and_finish_do_not_wait_for_a_running_type_check() -> None:
    gate = _Blocked()
    api = RecordingPassApi({}, gate, "role", "T", "p1", lambda kind, data: None)
    submitting = threading.Thread(target=api.submit, args=({"reason": "slow"},))
    submitting.start()
    assert gate.judging.wait(10)

    def others() -> None:
        api.recommend({"title": "t", "detail": "d", "impact": 1})
        api.finish("done", "")

    meanwhile = threading.Thread(target=others, daemon=True)
    meanwhile.start()
    meanwhile.join(5)
    waited = meanwhile.is_alive()
    gate.go.set()
    submitting.join(10)
    assert not waited
    assert [patch.reason for patch in api.patches] == ["slow"]


def test_the_ledger_keeps_all_that_a_recommendation_says(
    api: RecordingPassApi, told: list[tuple[str, dict[str, object]]]
) -> None:
    given: dict[str, object] = {
        "title": "t", "detail": "why", "impact": 3, "file": "a.ts", "line": 4, "rule": "r", "suggestion": "g();"
    }  # fmt: skip
    api.recommend(given)
    assert told == [(RECOMMENDATION, {"id": "p1-r1", **given})]
