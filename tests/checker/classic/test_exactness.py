"""The adapter for TypeScript 5 and 6 finds what the compiler's own command line finds, error by error."""

from __future__ import annotations

import pytest

from tests.checker.classic.driving import Driver
from tests.checker.classic.mutations import WITHIN, Mutation
from tests.checker.classic.mutations_across import ACROSS

named = pytest.mark.parametrize("mutation", (*WITHIN, *ACROSS), ids=lambda mutation: mutation.name)


@named
def test_an_edit_has_the_errors_of_the_command_line(driver: Driver, typescript: str, mutation: Mutation) -> None:
    states = driver.run(typescript, mutation.tree, mutation.steps)
    for state in states:
        assert state.warm == state.cold
    for how, state in zip(mutation.hows, states[1:], strict=False):
        assert state.how == how


@named
def test_edits_that_land_one_after_the_other_and_are_taken_back(
    driver: Driver, typescript: str, mutation: Mutation
) -> None:
    back = {path: mutation.tree.get(path) for step in mutation.steps for path in step}
    states = driver.run(typescript, mutation.tree, [*mutation.steps, back, *mutation.steps[:1]], keep=True)
    for state in states[1:]:
        assert state.warm == state.cold
        assert state.raw["errors"] == state.cold
