"""Turns an order's pipeline into the passes that will run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.model.contract import parse_contract
from runner.model.order import Limits, Order, Stage, Task
from runner.model.plan import PassPlan, tasks_of
from runner.model.suggestions import hint_for
from runner.specialists.kit.base import IMAGE
from runner.specialists.registry import find


def make_plans(order: Order) -> tuple[PassPlan, ...]:
    """Stage by stage, each with its tasks in the order of the file. Raises ``UsageError``."""
    if order.policy.auto_land:
        raise UsageError(
            "policy.auto_land is not available in this version",
            "Leave it out; land a trace yourself with git merge --ff-only and the branch that the report names.",
        )
    for number, stage in enumerate(order.pipeline):
        _check_options(order, number, stage)
    plans = tuple(_plan(stage, task) for stage in order.pipeline for task in tasks_of(stage, order))
    if not plans:
        raise UsageError(
            "the pipeline has nothing to do: no stage has a task that is still open", "Check status and tasks."
        )
    return plans


def _check_options(order: Order, number: int, stage: Stage) -> None:
    """Our roles have few options, and a misspelt one would be passed over in silence. Raises ``UsageError``."""
    role = find(stage.specialist)
    if role is None:
        return
    for key in stage.options:
        if key not in role.options:
            hint = hint_for(key, role.options, f"Options of {role.name} are: {', '.join(role.options)}.")
            place = order.place(("pipeline", number, "options", key))
            raise UsageError(f"{place}{role.name} has no option {key!r}", hint)


def _plan(stage: Stage, task: Task) -> PassPlan:
    role = find(stage.specialist)
    if role is not None:
        contract = role.contract
        if stage.contract:
            # An order may narrow a role but never widen it, except that what it allows by name is a person's consent.
            asked = parse_contract(stage.contract)
            if contract.paths and not set(asked.paths) <= set(contract.paths):
                raise UsageError(
                    f"{role.name} is held to {', '.join(contract.paths)} already; other paths cannot be added to that",
                    "Narrow it by the task's allowed_paths instead.",
                )
            contract = replace(
                contract,
                comments_only=contract.comments_only or asked.comments_only,
                formatting_only=contract.formatting_only or asked.formatting_only,
                imports_only=contract.imports_only or asked.imports_only,
                new_files_only=contract.new_files_only or asked.new_files_only,
                paths=asked.paths or contract.paths,
                manifest_keys=asked.manifest_keys or contract.manifest_keys,
                max_changed_ratio=(
                    contract.max_changed_ratio if asked.max_changed_ratio is None else asked.max_changed_ratio
                ),
                allow=tuple(dict.fromkeys((*contract.allow, *asked.allow))),
            )
        return PassPlan(
            role.name, role.title, task, role.image, role.command, contract, _limits(role.limits, stage), stage.options
        )
    if stage.mount is not None and not Path(stage.mount).is_dir():
        raise UsageError(
            f"the specialist's mount {stage.mount} is not a folder", "Correct the order; mounts are relative to it."
        )
    name = stage.name or "custom"
    contract = parse_contract(stage.contract)
    image = stage.image or IMAGE
    return PassPlan(
        name, name, task, image, stage.command, contract, _limits(Limits(), stage), stage.options, stage.mount
    )


def _limits(defaults: Limits, stage: Stage) -> Limits:
    given: dict[str, Any] = stage.limits
    return replace(defaults, **given)
