"""An order from its first pass to its report. This is the main loop; it can be read in one sitting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from runner.model.events import ORDER_ENDED, ORDER_STARTED, Event
from runner.model.order import Order
from runner.model.plan import PassPlan
from runner.model.report import PassResult, Recommendation, Report
from runner.orchestrator.pass_api import RecordingPassApi
from runner.orchestrator.passes import ENGINE, PassContext, run_pass
from runner.orchestrator.report_json import unjudged_json
from runner.ports import Environment, Ledger


@dataclass(frozen=True)
class OrderRun:
    """One order about to run. ``now`` gives RFC 3339 UTC. ``show`` is called with each event once the ledger has it."""

    order: Order
    trace_id: str
    plans: Sequence[PassPlan]
    environment: Environment
    ledger: Ledger
    repo: str
    now: Callable[[], str]
    show: Callable[[Event], None] = lambda event: None
    cancel: threading.Event = field(default_factory=threading.Event)

    def tell(self, kind: str, pass_id: str | None, data: dict[str, object]) -> None:
        event = Event(kind, self.now(), self.trace_id, self.order.order_id, pass_id, None, data)
        self.ledger.record(event)
        self.show(event)


def run_order(run: OrderRun) -> Report:
    """Run every pass in turn, each from the snapshot that the one before left.

    An engine failure and ``cancel`` end in a report. Anything else that is raised passes through, and the ledger then
    says that the order ended with an error.
    """
    start = time.perf_counter()
    base, base_errors = run.environment.current, run.environment.errors
    run.tell(ORDER_STARTED, None, started(run, base.id, base_errors))
    results: list[PassResult] = []
    recommendations: list[Recommendation] = []
    try:
        _run_passes(run, results, recommendations)
        run.environment.audit()
    except BaseException as error:
        run.tell(ORDER_ENDED, None, {"status": "failed", "error": f"{type(error).__name__}: {error}"})
        raise
    snapshot, errors = run.environment.current, run.environment.errors
    report = Report(
        status=overall(results, moved=snapshot.id != base.id, cancelled=run.cancel.is_set()),
        order_id=run.order.order_id,
        trace_id=run.trace_id,
        title=run.order.title,
        repo=run.repo,
        base=base.id,
        snapshot=snapshot.id,
        tree=snapshot.tree,
        engine=run.environment.engine.name,
        passes=tuple(results),
        recommendations=tuple(recommendations),
        followups=followups(results),
        base_errors=base_errors,
        errors=errors,
        new=max(0, errors - base_errors),
        fixed=max(0, base_errors - errors),
        duration_ms=round((time.perf_counter() - start) * 1000, 1),
        unjudged=run.environment.unjudged,
    )
    ended: dict[str, object] = {"status": report.status, "snapshot": report.snapshot, "tree": report.tree}
    run.tell(ORDER_ENDED, None, {**ended, "errors": errors, **unjudged_json(report.unjudged)})
    return report


def _run_passes(run: OrderRun, results: list[PassResult], recommendations: list[Recommendation]) -> None:
    context = PassContext(run.order, run.trace_id, run.environment, run.tell, run.cancel)
    stopped = False
    for number, plan in enumerate(run.plans, 1):
        if stopped or run.cancel.is_set():
            why = "the run was interrupted" if run.cancel.is_set() else "a pass before it did not end well"
            results.append(skipped(plan, run.environment.current.id, why))
            continue
        attempt, hiccups = 1, 0
        while True:
            pass_id = f"{run.trace_id}-{number}-{plan.role}-{attempt}"
            result, api = run_pass(plan, pass_id, attempt, context)
            if not _is_tried_again(result, api, attempt - hiccups, plan.limits.attempts, hiccups):
                break
            results.append(replace(result, detail=f"{result.detail} (tried again)"))
            hiccups += result.limit_hit == ENGINE
            attempt += 1
        # The next attempt repeats the recommendations of the one before it.
        recommendations += api.recommendations
        results.append(result)
        stopped = result.status in ("blocked", "failed") and run.order.policy.on_blocked == "stop"


def _is_tried_again(result: PassResult, api: RecordingPassApi, attempt: int, attempts: int, hiccups: int) -> bool:
    """A failed pass has its attempts. A failure of the machine before anything was submitted costs none, once."""
    if result.status != "failed":
        return False
    return attempt < attempts or (result.limit_hit == ENGINE and not api.patches and hiccups == 0)


def started(run: OrderRun, base: str, base_errors: int) -> dict[str, object]:
    return {
        "title": run.order.title,
        "prompt": run.order.prompt,
        "repo": run.repo,
        "base": base,
        "base_errors": base_errors,
        "engine": run.environment.engine.name,
        "passes": [{"specialist": plan.role, "title": plan.title, "task_id": plan.task.uuid} for plan in run.plans],
    }


def overall(results: Sequence[PassResult], *, moved: bool, cancelled: bool = False) -> str:
    """The last attempt of each pass counts. If anything moved, a person has to sign it off; otherwise all is delivered."""
    last = [result.status for result in last_attempts(results)]
    if "cancelled" in last or any(result.status == "skipped" and cancelled for result in results):
        return "cancelled"
    if "failed" in last:
        return "failed"
    if "blocked" in last or "skipped" in last:
        return "blocked"
    return "awaiting-sign-off" if moved else "delivered"


def last_attempts(results: Sequence[PassResult]) -> tuple[PassResult, ...]:
    """Without attempts that were repeated: a repetition comes right after the attempt that it repeats."""
    following = (*results[1:], None)
    return tuple(
        result
        for result, after in zip(results, following, strict=True)
        if after is None
        or (after.specialist, after.task_id, after.attempt) != (result.specialist, result.task_id, result.attempt + 1)
    )


def followups(results: Sequence[PassResult]) -> tuple[str, ...]:
    """What somebody has to look at."""
    return tuple(
        f"{result.specialist} on {result.task_id} is {result.status}: {result.detail}"
        for result in last_attempts(results)
        if result.status in ("failed", "blocked", "cancelled")
    )


def skipped(plan: PassPlan, snapshot: str, why: str) -> PassResult:
    return PassResult(
        specialist=plan.role,
        task_id=plan.task.uuid,
        status="skipped",
        attempt=0,
        applied=0,
        rejected=0,
        conflicts=0,
        container_id="",
        exit_code=None,
        limit_hit=None,
        branch="",
        snapshot=snapshot,
        duration_ms=0.0,
        detail=why,
    )
