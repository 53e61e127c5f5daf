"""The list of specialists. To add one, write its module, import it here, and add it to the list.

The list has the order in which a pipeline usually runs them.
"""

from __future__ import annotations

from collections.abc import Callable

from runner.specialists.docstring_architect import program as docstring_architect
from runner.specialists.kit.base import Role, Session
from runner.specialists.lint_surgeon import program as lint_surgeon
from runner.specialists.optimization_advisor import program as optimization_advisor
from runner.specialists.test_fabricator import program as test_fabricator

_MODULES = (
    lint_surgeon,
    docstring_architect,
    optimization_advisor,
    test_fabricator,
)

ROLES: tuple[Role, ...] = tuple(module.ROLE for module in _MODULES)
PROGRAMS: dict[str, Callable[[Session], None]] = {module.ROLE.name: module.run for module in _MODULES}


def find(name: str) -> Role | None:
    """The role that orders call ``name``."""
    return next((role for role in ROLES if role.name == name), None)
