"""The contents of the ledger as the API shows them (``models``). Pure: events in, JSON out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from runner.model import events as kinds
from runner.model.events import Event

PATCH_KINDS = (kinds.PATCH_PREPARED, kinds.PATCH_APPLIED, kinds.PATCH_REJECTED, kinds.PATCH_ABANDONED)
RUN_KINDS = (kinds.ORDER_STARTED, kinds.ORDER_ENDED)
_SETTLED = {
    kinds.PATCH_PREPARED: "prepared",
    kinds.PATCH_APPLIED: "applied",
    kinds.PATCH_ABANDONED: "abandoned",
}


def patch(found: Sequence[Event]) -> dict[str, Any]:
    """One patch from its events, oldest first; later events win."""
    data: dict[str, Any] = {}
    for event in found:
        data.update(event.data)
    first = found[0]
    return {
        "version": 1,
        **_brief(found, data),
        "trace_id": first.trace_id,
        "order_id": first.order_id,
        "pass_id": first.pass_id,
        "format": str(data.get("format") or ""),
        "base": str(data.get("base") or ""),
        "tree": data.get("tree"),
        "branch": data.get("branch"),
        "working_tree": bool(data.get("working_tree")),
        "files": data.get("files") or [],
        "changes": data.get("changes") or [],
        "stats": data.get("stats") or {},
        "typecheck": str(data.get("typecheck") or "skipped"),
        "unjudged": data.get("unjudged") or [],
        "timings_ms": data.get("timings_ms") or {},
        "violations": data.get("violations") or [],
        "notes": data.get("notes") or [],
        "removes": data.get("removes") or [],
        "diff": str(data.get("diff") or ""),
        "edits": data.get("edits") or {"documentChanges": []},
    }


def _brief(found: Sequence[Event], data: dict[str, Any]) -> dict[str, Any]:
    last = found[-1]
    return {
        "patch_id": str(last.patch_id),
        "status": _SETTLED.get(last.kind) or str(data.get("status")),
        "at": last.at,
        "role": str(data.get("role") or ""),
        "task_id": str(data.get("task_id") or ""),
        "reason": str(data.get("reason") or ""),
        "snapshot": data.get("snapshot"),
    }


def runs(found: Iterable[Event]) -> list[dict[str, Any]]:
    """``OrderRun`` of each trace, the latest first."""
    ended = {}
    started = []
    for event in found:
        if event.kind == kinds.ORDER_STARTED:
            started.append(event)
        elif event.kind == kinds.ORDER_ENDED:
            ended[event.trace_id] = event
    return [_run(event, ended.get(event.trace_id)) for event in reversed(started)]


def _run(start: Event, end: Event | None) -> dict[str, Any]:
    result = end.data if end else {}
    return {
        "order_id": str(start.order_id),
        "trace_id": str(start.trace_id),
        "title": str(start.data.get("title") or ""),
        "status": str(result.get("status")) if end else "unfinished",
        "started_at": start.at,
        "ended_at": end.at if end else None,
        "base": str(start.data.get("base") or ""),
        "snapshot": result.get("snapshot"),
        "engine": str(start.data.get("engine") or ""),
        "error": result.get("error"),
    }


def whole_run(run: dict[str, Any], found: Sequence[Event]) -> dict[str, Any]:
    """``WholeRun`` from all events of the run's trace."""
    start = next(event for event in found if event.kind == kinds.ORDER_STARTED)
    patches: dict[str, list[Event]] = {}
    passes: dict[str, dict[str, Any]] = {}
    for event in found:
        if event.kind in PATCH_KINDS:
            patches.setdefault(str(event.patch_id), []).append(event)
        elif event.kind in (kinds.PASS_STARTED, kinds.PASS_ENDED):
            passes[str(event.pass_id)] = _pass(event)
    briefs = []
    for each in patches.values():
        data: dict[str, Any] = {}
        for event in each:
            data.update(event.data)
        briefs.append(_brief(each, data))
    return {
        **run,
        "prompt": str(start.data.get("prompt") or ""),
        "passes": list(passes.values()),
        "patches": briefs,
    }


def _pass(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = event.data
    return {
        "pass_id": str(event.pass_id),
        "specialist": str(data.get("specialist") or ""),
        "task_id": str(data.get("task_id") or ""),
        "status": str(data.get("status") or "unfinished"),
        "applied": int(data.get("applied") or 0),
        "rejected": int(data.get("rejected") or 0),
    }
