"""Plans: an order's pipeline unrolled into passes, with each role's own contract and limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.errors import UsageError
from runner.model.contract import TEST_PATHS
from runner.model.order import Order, Policy, Stage, Task
from runner.orders.plans import make_plans
from runner.specialists.kit.base import Role
from runner.specialists.registry import ROLES

TASKS = (Task("A", file="a.ts"), Task("B", file="b.ts"), Task("DONE", file="c.ts", status="done"))


def order(*stages: Stage, auto_land: bool = False) -> Order:
    return Order("o", "t", "p", ".", "HEAD", TASKS, stages, Policy(auto_land=auto_land))


def test_stages_run_in_turn_each_on_its_tasks_in_the_orders_order() -> None:
    plans = make_plans(order(Stage("lint-surgeon", ("B", "A")), Stage("docstring-architect")))
    assert [(plan.role, plan.task.uuid) for plan in plans] == [
        ("lint-surgeon", "A"),
        ("lint-surgeon", "B"),
        ("docstring-architect", "A"),
        ("docstring-architect", "B"),
    ]


def test_a_pipeline_without_an_open_task_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to do"):
        make_plans(order(Stage("lint-surgeon", ("DONE",))))


def test_landing_by_itself_is_refused_and_not_ignored() -> None:
    with pytest.raises(UsageError, match="auto_land"):
        make_plans(order(Stage("lint-surgeon"), auto_land=True))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_limits_of_the_order_come_over_those_of_the_role(role: Role) -> None:
    plan = make_plans(order(Stage(role.name, limits={"wall_s": 7.5, "submissions": 3})))[0]
    assert plan.limits == replace(role.limits, wall_s=7.5, submissions=3)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_an_order_narrows_a_roles_contract_and_never_widens_it(role: Role) -> None:
    plan = make_plans(order(Stage(role.name, contract=("comments-only", "inside-spans"))))[0]
    assert plan.contract == replace(role.contract, comments_only=True)


def test_what_an_order_allows_by_name_is_a_persons_consent() -> None:
    terms = ("allow:clobber.declaration-lost", "max-changed:0.5", "manifest-keys:scripts.test")
    contract = make_plans(order(Stage("lint-surgeon", contract=terms)))[0].contract
    assert contract.allow == ("clobber.reformatting-noise", "clobber.declaration-lost")
    assert (contract.max_changed_ratio, contract.manifest_keys) == (0.5, ("scripts.test",))


def test_paths_that_a_role_is_not_held_to_cannot_be_added() -> None:
    with pytest.raises(UsageError, match="held to"):
        make_plans(order(Stage("test-fabricator", contract=("paths:src/**",))))
    plan = make_plans(order(Stage("test-fabricator", contract=(f"paths:{TEST_PATHS[0]}",))))[0]
    assert plan.contract.paths == TEST_PATHS[:1]
    free = make_plans(order(Stage("lint-surgeon", contract=("paths:src/**",))))[0]
    assert free.contract.paths == ("src/**",)


def test_a_custom_specialist_is_what_the_order_says() -> None:
    stage = Stage("custom", ("A",), {"x": 1}, {"pids": 9}, "mine", None, ("sh", "-c", "x"), None, ("new-files-only",))
    plan = make_plans(order(stage))[0]
    assert (plan.role, plan.image, plan.command, plan.options) == (
        "mine",
        "patchgate/specialist",
        ("sh", "-c", "x"),
        {"x": 1},
    )
    assert plan.contract.new_files_only and plan.contract.inside_spans
    assert plan.limits.pids == 9


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_misspelt_option_of_a_role_of_ours_is_refused_with_what_was_meant(role: Role) -> None:
    make_plans(order(Stage(role.name, options={"max_files": 3})))
    with pytest.raises(UsageError, match="has no option 'maxfile'") as caught:
        make_plans(order(Stage(role.name, options={"maxfile": 3})))
    assert "Did you mean max_files?" in caught.value.hint


def test_options_of_a_custom_specialist_are_its_own() -> None:
    stage = Stage("custom", name="mine", command=("x",), options={"anything": 1})
    assert make_plans(order(stage))[0].options == {"anything": 1}
