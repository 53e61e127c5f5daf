"""The registry, the roles' contracts, and the rules."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from runner.model.contract import TEST_PATHS
from runner.specialists.kit.base import Role
from runner.specialists.optimization_advisor.ast_grep import rule_texts
from runner.specialists.registry import PROGRAMS, ROLES, find

KNOWN = {role.name: role for role in ROLES}


def test_the_registry_lists_the_four_in_the_order_of_a_pipeline() -> None:
    assert list(KNOWN) == ["lint-surgeon", "docstring-architect", "optimization-advisor", "test-fabricator"]


def test_an_unknown_name_is_none() -> None:
    assert find("lint-surgeon") is KNOWN["lint-surgeon"]
    assert find("nobody") is None


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_is_the_module_of_its_name_which_is_what_its_container_runs(role: Role) -> None:
    module = importlib.import_module(f"runner.specialists.{role.name.replace('-', '_')}")
    assert module.ROLE is role
    assert module.run is PROGRAMS[role.name]
    assert role.command[-1] == role.name


def test_contracts_hold_what_the_roles_are_for() -> None:
    assert KNOWN["docstring-architect"].contract.comments_only
    fabricator = KNOWN["test-fabricator"].contract
    assert fabricator.new_files_only
    assert fabricator.paths == TEST_PATHS
    assert all(role.contract.inside_spans for role in ROLES)


def test_the_container_needs_nothing_but_the_standard_library() -> None:
    script = (
        "import sys; import runner.specialists.registry;"
        "print(sorted({name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    assert set(eval(done.stdout)) <= {"runner", "__main__", "_distutils_hack", "sitecustomize"}


@pytest.mark.parametrize("name", rule_texts())
def test_a_rule_is_called_after_its_file_and_says_how_much_it_matters(name: str) -> None:
    text = rule_texts()[name]
    assert text.startswith(f"id: {name}\nlanguage: TypeScript\n")
    assert ("fix:" in text) == ("safe: true" in text)
    assert any(f"impact: {impact}" in text for impact in (1, 2, 3))
