"""One pass: a container, its API, and the result."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from runner.errors import BridgeError, SandboxError, SnapshotError
from runner.model.commands import command_json
from runner.model.container import ContainerSpec, Mount, Outcome
from runner.model.events import CONTAINER_CREATED, CONTAINER_REMOVED, PASS_ENDED, PASS_STARTED
from runner.model.ids import branch_name, slug
from runner.model.order import Order
from runner.model.plan import PassPlan
from runner.model.report import PassResult
from runner.orchestrator.pass_api import RecordingPassApi
from runner.orchestrator.pass_commands import held_to_commands
from runner.ports import Environment

# A specialist's last words explain a failure.
LAST_LINES = 12
# Used in place of a limit: the engine, the bridge or the disk failed, not the specialist.
ENGINE = "engine"


@dataclass(frozen=True)
class PassContext:
    """What the passes of one order share. ``tell(kind, pass_id, data)`` records an event and shows it."""

    order: Order
    trace_id: str
    environment: Environment
    tell: Callable[[str, str, dict[str, object]], None]
    cancel: threading.Event


def run_pass(plan: PassPlan, pass_id: str, attempt: int, context: PassContext) -> tuple[PassResult, RecordingPassApi]:
    """Run one attempt to its end. A failing program is a result, and so is a failing engine: what landed before counts."""
    environment = context.environment
    since = environment.current
    judge = environment.judge(plan, pass_id)
    task_json = describe(plan, pass_id, attempt, context)
    api = RecordingPassApi(
        task_json, judge, plan.role, plan.task.uuid, pass_id, lambda kind, data: context.tell(kind, pass_id, data)
    )
    start = time.perf_counter()
    context.tell(PASS_STARTED, pass_id, {"specialist": plan.role, "task_id": plan.task.uuid, "attempt": attempt})
    try:
        outcome = _serve_container(plan, pass_id, api, context)
    except (SandboxError, BridgeError, SnapshotError, OSError) as error:
        outcome = engine_failed(error)
    result = conclude(plan, api, outcome, context, attempt=attempt)
    result = held_to_commands(result, pass_id, since, context)
    elapsed = round((time.perf_counter() - start) * 1000, 1)
    result = replace(result, duration_ms=elapsed)
    ended: dict[str, object] = {
        "specialist": plan.role,
        "task_id": plan.task.uuid,
        "status": result.status,
        "applied": result.applied,
        "rejected": result.rejected,
        "conflicts": result.conflicts,
        "detail": result.detail,
        "duration_ms": elapsed,
        **({"commands": [command_json(each) for each in result.commands]} if result.commands else {}),
    }
    context.tell(PASS_ENDED, pass_id, ended)
    return result, api


def _serve_container(plan: PassPlan, pass_id: str, api: RecordingPassApi, context: PassContext) -> Outcome:
    folder = context.environment.run_folder(pass_id)
    task_file = folder / "task.json"
    task_file.write_text(json.dumps(api.task(), indent=2), "utf-8")
    task_file.chmod(0o644)
    with context.environment.serve(api, folder):
        return _run_container(plan, pass_id, folder, context)


def engine_failed(error: Exception) -> Outcome:
    """Stands in for a run that the machine could not do. Its reason takes the place of a program's last words."""
    hint = getattr(error, "hint", "")
    return Outcome("", 1, b"", f"{error} {hint}".strip().encode("utf-8", "replace"), ENGINE, 0.0)


def describe(plan: PassPlan, pass_id: str, attempt: int, context: PassContext) -> dict[str, object]:
    """``task.json``, version 1: everything that a specialist is told."""
    return {
        "version": 1,
        "specialist": plan.role,
        "trace_id": context.trace_id,
        "order_id": context.order.order_id,
        "pass_id": pass_id,
        "snapshot": context.environment.current.id,
        "attempt": attempt,
        "prompt": context.order.prompt,
        "task": asdict(plan.task),
        "options": plan.options,
        "limits": asdict(plan.limits),
        "contract": list(plan.contract.terms()),
        "files": list(context.environment.files_in_scope(plan.task.uuid)),
    }


def _run_container(plan: PassPlan, pass_id: str, folder: Path, context: PassContext) -> Outcome:
    mounts = [*context.environment.mounts(), Mount(str(folder), "/run/patchgate")]
    if plan.mount is not None:
        mounts.append(Mount(plan.mount, "/agent"))
    spec = ContainerSpec(
        image=plan.image,
        command=plan.command,
        mounts=tuple(mounts),
        environment={"PYTHONPATH": "/opt/patchgate", "PYTHONUNBUFFERED": "1"},
        limits=plan.limits,
        labels=labels(context, pass_id),
        name=f"patchgate-{slug(pass_id)}",
    )
    created: list[str] = []

    def on_created(container_id: str) -> None:
        created.append(container_id)
        context.tell(CONTAINER_CREATED, pass_id, {"container": container_id, "image": plan.image})

    try:
        return context.environment.engine.run(spec, on_created=on_created, cancel=context.cancel)
    finally:
        if created:
            context.tell(CONTAINER_REMOVED, pass_id, {"container": created[0]})


def labels(context: PassContext, pass_id: str) -> dict[str, str]:
    return {
        "patchgate.order": context.order.order_id,
        "patchgate.pass": pass_id,
        "patchgate.trace": context.trace_id,
    }


def conclude(
    plan: PassPlan, api: RecordingPassApi, outcome: Outcome, context: PassContext, *, attempt: int
) -> PassResult:
    """``done`` needs both: the specialist said so, and its program exited with 0 within its limits."""
    if outcome.limit_hit == "cancelled" or context.cancel.is_set():
        status, detail = "cancelled", "the run was interrupted"
    elif outcome.limit_hit == ENGINE:
        status, detail = "failed", f"the machine failed: {last_words(outcome)}"
    elif outcome.limit_hit:
        status, detail = "failed", f"reached its {outcome.limit_hit} limit"
    elif api.status == "blocked":
        status, detail = "blocked", api.why
    elif outcome.exit_code != 0:
        status, detail = "failed", f"ended with exit code {outcome.exit_code}: {last_words(outcome)}"
    elif api.status is None:
        status, detail = "failed", "ended without `patchctl done` or `patchctl block`"
    else:
        status, detail = "done", api.why
    current = context.environment.current
    return PassResult(
        specialist=plan.role,
        task_id=plan.task.uuid,
        status=status,
        attempt=attempt,
        applied=api.count("applied"),
        rejected=api.count("rejected"),
        conflicts=api.count("conflict"),
        container_id=outcome.container_id,
        exit_code=None if outcome.limit_hit == ENGINE else outcome.exit_code,
        limit_hit=outcome.limit_hit,
        branch=branch_name(context.trace_id, plan.role),
        snapshot=current.id,
        duration_ms=0.0,
        detail=detail,
        patches=tuple(api.patches),
    )


def last_words(outcome: Outcome) -> str:
    text = outcome.stderr.decode("utf-8", "replace").strip() or outcome.stdout.decode("utf-8", "replace").strip()
    return " | ".join(text.splitlines()[-LAST_LINES:])[:2000] or "it said nothing"
