"""Patches and orders as the ledger has them; the counters; the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from runner.api import models
from runner.app.opened import OpenedRepository
from runner.model import events as kinds
from runner.model.events import Event
from tests.branch_gate.repositories import replace


def tell(opened: OpenedRepository, kind: str, second: int, trace: str = "t1", **data: object) -> None:
    at = f"2026-01-01T00:00:{second:02}.000Z"
    place = {key: str(data.pop(key)) for key in ("pass_id", "patch_id") if key in data}
    opened.ledger.record(Event(kind, at, trace, "O-1", place.get("pass_id"), place.get("patch_id"), data))


@pytest.fixture
def order(opened: OpenedRepository) -> OpenedRepository:
    """Two runs of one order: one that ended, one that did not."""
    start: dict[str, Any] = {"title": "T", "prompt": "P", "repo": "/r", "base": "b0", "engine": "docker", "passes": []}
    tell(opened, kinds.ORDER_STARTED, 1, **start)
    tell(opened, kinds.PASS_STARTED, 2, pass_id="p1", specialist="lint", task_id="A", attempt=1)
    brief = {"role": "lint", "task_id": "A", "reason": "why", "snapshot": "s1"}
    tell(
        opened, kinds.PATCH_PREPARED, 3, pass_id="p1", patch_id="x1", diff="+a", edits={"documentChanges": []}, **brief
    )
    tell(opened, kinds.PATCH_APPLIED, 4, pass_id="p1", patch_id="x1", **brief)
    tell(
        opened,
        kinds.PATCH_REJECTED,
        5,
        pass_id="p1",
        patch_id="x2",
        status="rejected",
        role="lint",
        violations=[{"code": "PG301"}],
    )
    tell(
        opened, kinds.PASS_ENDED, 6, pass_id="p1", specialist="lint", task_id="A", status="done", applied=1, rejected=1
    )
    tell(opened, kinds.ORDER_ENDED, 7, status="delivered", snapshot="s1", tree="t", errors=0)
    tell(opened, kinds.ORDER_STARTED, 8, "t2", **start)
    tell(opened, kinds.PASS_STARTED, 9, "t2", pass_id="p2", specialist="lint", task_id="A", attempt=1)
    return opened


def test_a_patch_that_was_applied_can_be_asked_for(client: httpx.Client) -> None:
    verdict = client.post("/apply-patch", json=replace("src/a.ts", "a + 1", "a + 2", reason="two")).json()
    found = models.Patch.model_validate(client.get(f"/patches/{verdict['patch_id']}").json())
    assert (found.status, found.reason, found.snapshot) == ("applied", "two", verdict["snapshot"])
    assert found.files == ["src/a.ts"]
    assert found.diff == verdict["diff"]
    assert found.edits == verdict["edits"]


def test_a_patch_that_was_turned_away_says_why(client: httpx.Client) -> None:
    verdict = client.post("/apply-patch", json=replace("src/a.ts", "nowhere", "x")).json()
    found = models.Patch.model_validate(client.get(f"/patches/{verdict['patch_id']}").json())
    assert found.status == "rejected"
    assert [each["code"] for each in found.violations] == [each["code"] for each in verdict["violations"]] != []


def test_orders_are_listed_with_the_latest_run_first(order: OpenedRepository, client: httpx.Client) -> None:
    found = models.Orders.model_validate(client.get("/orders").json())
    assert [(run.trace_id, run.status, run.snapshot) for run in found.orders] == [
        ("t2", "unfinished", None),
        ("t1", "delivered", "s1"),
    ]
    assert len(client.get("/orders?limit=1").json()["orders"]) == 1


def test_an_order_shows_its_passes_and_patches(order: OpenedRepository, client: httpx.Client) -> None:
    found = models.Order.model_validate(client.get("/orders/O-1").json())
    second, first = found.runs
    assert (first.prompt, first.base, first.ended_at) == ("P", "b0", "2026-01-01T00:00:07.000Z")
    assert [(each.pass_id, each.status, each.applied, each.rejected) for each in first.passes] == [("p1", "done", 1, 1)]
    assert [(each.patch_id, each.status, each.reason) for each in first.patches] == [
        ("x1", "applied", "why"),
        ("x2", "rejected", ""),
    ]
    assert [each.status for each in second.passes] == ["unfinished"]
    assert models.Patch.model_validate(client.get("/patches/x1").json()).diff == "+a"


def test_counters_count_verdicts_and_answers(client: httpx.Client) -> None:
    client.post("/simulate-patch", json=replace("src/a.ts", "a + 1", "a + 2"))
    client.post("/simulate-patch", json=replace("src/a.ts", "nowhere", "x"))
    client.get("/patches/none")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'patchgate_submissions_total{status="simulated"} 1' in lines
    assert 'patchgate_submissions_total{status="rejected"} 1' in lines
    assert 'patchgate_http_responses_total{code="404"} 1' in lines
    (seconds,) = (line for line in lines if line.startswith("patchgate_submission_seconds_total"))
    assert float(seconds.split()[-1]) > 0


def test_openapi_names_every_route_with_real_shapes(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert sorted(document["paths"]) == [
        "/apply-patch", "/healthz", "/metrics", "/orders", "/orders/{order_id}", "/patches/{patch_id}", "/simulate-patch",
    ]  # fmt: skip
    schemas = document["components"]["schemas"]
    for path, shape in (("/apply-patch", "Verdict"), ("/simulate-patch", "Verdict")):
        post = document["paths"][path]["post"]
        assert post["requestBody"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/Submission"
        }
        assert post["responses"]["200"]["content"]["application/json"]["schema"] == {
            "$ref": f"#/components/schemas/{shape}"
        }
        assert "422" not in post["responses"]
    assert set(schemas["Verdict"]["required"]) >= {"status", "violations", "diff", "edits", "stats", "diagnostics"}
    assert schemas["Submission"]["properties"]["edit"] == {"$ref": "#/components/schemas/Edit"}
    assert document["security"] == [{"token": []}]


def test_every_reference_in_openapi_leads_somewhere(client: httpx.Client) -> None:
    text = client.get("/openapi.json").text
    names = {each.split('"')[0] for each in text.split('"#/components/schemas/')[1:]}
    assert names
    assert names <= set(json.loads(text)["components"]["schemas"])
