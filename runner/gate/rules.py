"""The rules for one pass at the gate: who submits, for which task, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.contract import Contract
from runner.model.order import Policy


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for one pass: who submits, for which task, and what is allowed."""

    role: str
    task_id: str
    trace_id: str
    order_id: str | None
    contract: Contract
    policy: Policy
    max_submissions: int = 50
