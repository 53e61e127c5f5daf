"""A submission in, a verdict out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pygit2
import pytest

from runner.api import models
from runner.api.gate_worker import MAX_WAITING, Full, GateWorker
from runner.errors import SandboxError
from tests.api.servers import served
from tests.branch_gate.repositories import commit_all, replace, state_of
from tests.branch_gate.word_server import CountingServer

GOOD = replace("src/a.ts", "a + 1", "a + 2", reason="two")


def verdict_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    verdict: dict[str, Any] = answer.json()
    # The shape that OpenAPI shows is the shape that is sent: nothing more, nothing less.
    assert models.Verdict.model_validate(verdict).model_dump(exclude_unset=True) == verdict
    return verdict


def test_an_edit_is_applied_as_a_snapshot_and_the_persons_branch_stays(
    client: httpx.Client, repository: pygit2.Repository
) -> None:
    before = state_of(repository)
    verdict = verdict_of(client.post("/apply-patch", json=GOOD))
    assert verdict["status"] == "applied"
    assert verdict["typecheck"] == "checked"
    commit = repository[verdict["snapshot"]]
    assert isinstance(commit, pygit2.Commit)
    blob = commit.tree / "src" / "a.ts"
    assert isinstance(blob, pygit2.Blob)
    assert b"a + 2" in blob.data
    assert state_of(repository) == before


def test_a_simulation_writes_nothing(client: httpx.Client, repository: pygit2.Repository) -> None:
    branches = list(repository.branches)
    verdict = verdict_of(client.post("/simulate-patch", json={**GOOD, "dry_run": False}))
    assert verdict["status"] == "simulated"
    assert "+  return a + 2;" in verdict["diff"]
    stats = {"files": 1, "added": 1, "removed": 1, "changed_ratio": 0.2, "distance": 0, "guards_near": 0, "fuzzy": 0}
    assert verdict["stats"] == {**stats, "score": 92}
    assert list(repository.branches) == branches


def test_a_new_type_error_is_a_verdict_and_no_failure(client: httpx.Client) -> None:
    verdict = verdict_of(client.post("/apply-patch", json=replace("src/a.ts", "a + 1", "TYPE_ERROR")))
    assert verdict["status"] == "rejected"
    assert verdict["diagnostics"]["new"][0]["file"] == "src/a.ts"


def test_a_submission_that_is_not_one_is_a_verdict_that_says_so(client: httpx.Client) -> None:
    verdict = verdict_of(client.post("/apply-patch", json={"edit": {"format": "line-ops"}, "base": 7}))
    assert verdict["status"] == "rejected"
    assert verdict["violations"][0]["code"] == "PG101"


def test_a_lone_surrogate_comes_back_as_an_answer(client: httpx.Client) -> None:
    body = b'{"edit": {"format": "\\ud800", "payload": {"\\udfff": "\\ud800"}}, "reason": "\\ud83d"}'
    assert verdict_of(client.post("/apply-patch", content=body))["status"] == "rejected"
    body = b'{"edit": {"format": "search-replace", "payload": [{"file": "\\ud800", "search": "a", "replace": "b"}]}}'
    assert verdict_of(client.post("/apply-patch", content=body))["violations"][0]["name"] == "path.invalid"


def test_one_gate_serves_all_requests(client: httpx.Client, tsc: CountingServer) -> None:
    verdict_of(client.post("/simulate-patch", json=GOOD))
    first = tsc.runs
    verdict_of(client.post("/simulate-patch", json=replace("src/a.ts", "a + 1", "a + 3")))
    assert first == 2, "the baseline and the candidate"
    assert tsc.runs == 3, "the baseline was kept"


def test_what_a_person_commits_meanwhile_is_the_base_of_the_next_submission(
    client: httpx.Client, repository: pygit2.Repository
) -> None:
    first = verdict_of(client.post("/simulate-patch", json=GOOD))
    (Path(repository.workdir) / "src/a.ts").write_text("export const only = 1;\n")
    head = commit_all(repository, "by hand")
    second = verdict_of(client.post("/simulate-patch", json=replace("src/a.ts", "only = 1", "only = 2")))
    assert second["status"] == "simulated"
    assert first["base"] != second["base"] == head


def test_many_submissions_at_once_all_get_their_own_verdict(client: httpx.Client) -> None:
    def ask(number: int) -> str:
        verdict = verdict_of(client.post("/simulate-patch", json=replace("src/a.ts", "a + 1", f"a + {number}0")))
        return str(verdict["diff"])

    with ThreadPoolExecutor(8) as clients:
        diffs = list(clients.map(ask, range(1, 17)))
    assert all(f"+  return a + {number}0;" in diff for number, diff in enumerate(diffs, 1))


class Slow:
    """A gate whose every verdict waits for ``go``; the first fails where it is told to."""

    base = "b"

    def __init__(self, *, fails: bool = False) -> None:
        self.go = threading.Event()
        self.fails = fails
        self.judging = 0
        self.most = 0
        self.closed = 0

    def submit(self, data: object) -> dict[str, object]:
        self.judging += 1
        self.most = max(self.most, self.judging)
        assert self.go.wait(30)
        self.judging -= 1
        if self.fails:
            self.fails = False
            raise SandboxError("the engine is gone", "Start it.")
        return {"status": "simulated", "data": data}

    def close(self) -> None:
        self.closed += 1


def test_submissions_are_judged_one_at_a_time_and_only_so_many_wait() -> None:
    gate = Slow()
    worker = GateWorker(lambda: gate, lambda: "b")
    waiting = [worker.submit(number) for number in range(MAX_WAITING)]
    with pytest.raises(Full):
        worker.submit("one too many")
    gate.go.set()
    assert [each.result(30)["data"] for each in waiting] == list(range(MAX_WAITING))
    assert gate.most == 1
    worker.close()
    worker.close()
    assert gate.closed == 1


def test_a_failing_machine_is_an_answer_503_and_the_next_submission_starts_anew(opened: Any) -> None:
    gates: list[Slow] = []

    def open_gate() -> Slow:
        gates.append(Slow(fails=not gates))
        gates[-1].go.set()
        return gates[-1]

    with served(GateWorker(open_gate, lambda: "b"), opened.ledger) as server, server.client() as client:
        failed = client.post("/apply-patch", json=GOOD)
        assert failed.status_code == 503
        assert failed.json()["error"] == {
            "kind": "infrastructure",
            "message": "the engine is gone",
            "hint": "Start it.",
        }
        assert client.post("/apply-patch", json=GOOD).status_code == 200
    assert [gate.closed for gate in gates] == [1, 1]
