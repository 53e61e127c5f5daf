"""Plans: an order's pipeline unrolled into passes."""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.contract import Contract
from runner.model.order import Limits, Order, Stage, Task


@dataclass(frozen=True, slots=True)
class PassPlan:
    """One specialist on one task. ``mount`` is an absolute host folder shown at ``/agent``, for custom specialists."""

    role: str
    title: str
    task: Task
    image: str
    command: tuple[str, ...]
    contract: Contract
    limits: Limits
    options: dict[str, object]
    mount: str | None = None


def tasks_of(stage: Stage, order: Order) -> tuple[Task, ...]:
    """The tasks that a stage takes, in the order of the file, without those already done."""
    chosen = [task for task in order.tasks if stage.tasks is None or task.uuid in stage.tasks]
    return tuple(task for task in chosen if task.status != "done")
