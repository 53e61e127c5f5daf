"""``policy.commands`` of an order: what is read, and how mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.errors import UsageError
from runner.model.order import COMMAND_LIMITS, Command, Limits, Order
from runner.orders.files import parse_order


def read(*commands: Any) -> Order:
    order = {
        "version": 1,
        "repo": ".",
        "tasks": [{"uuid": "A", "file": "a.ts"}],
        "pipeline": [{"specialist": "lint-surgeon"}],
        "policy": {"commands": list(commands)},
    }
    return parse_order(json.dumps(order, indent=1).encode(), Path("order.json"), specialists=["lint-surgeon"])


def test_a_name_and_a_line_are_enough() -> None:
    (only,) = read({"name": "lint", "run": "npm run lint"}).policy.commands
    assert only == Command("lint", "npm run lint")
    assert (only.limits, only.must, only.when) == (COMMAND_LIMITS, "hold", "pass")


def test_everything_else_can_be_said() -> None:
    said = {"image": "node:22", "artefacts": ["coverage/**"], "must": "pass", "when": "patch"}
    (only,) = read({"name": "t", "run": "x | y", "limits": {"wall_s": 9, "memory_mb": 64}, **said}).policy.commands
    limits = Limits(wall_s=9, memory_mb=64, cpus=2, pids=512, output_kb=4096)
    assert only == Command("t", "x | y", limits, "node:22", ("coverage/**",), "pass", "patch")


@pytest.mark.parametrize(
    ("commands", "message"),
    [
        ([{"name": "lint"}], "policy.commands.0.run: is missing"),
        ([{"name": "Lint!", "run": "x"}], "policy.commands.0.name: "),
        ([{"name": "../../x", "run": "x"}], "policy.commands.0.name: "),
        ([{"name": "a", "run": ""}], "policy.commands.0.run: "),
        ([{"name": "a", "run": "x\0y"}], "a command line cannot hold a NUL"),
        ([{"name": "a", "run": "x", "wehn": "patch"}], "unknown key"),
        ([{"name": "a", "run": "x", "limits": {"attempts": 2}}], "unknown key"),
        ([{"name": "a", "run": "x", "limits": {"wall_s": 0}}], "policy.commands.0.limits.wall_s: "),
        ([{"name": "a", "run": "x", "when": "never"}], "policy.commands.0.when: "),
        ([{"name": "a", "run": "x"}, {"name": "a", "run": "y"}], "'a' names two commands"),
    ],
)
def test_a_mistake_is_told_with_its_place(commands: list[Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(*commands)
    assert message in refused.value.message
    assert refused.value.message.startswith("order.json:")


def test_a_misspelt_key_is_told_with_what_was_meant() -> None:
    with pytest.raises(UsageError, match="when"):
        read({"name": "a", "run": "x", "wehn": "patch"})
