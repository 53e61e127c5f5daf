"""The specialists, listed by hand. To add one: write its module, import it here, and put it into the list.

The order of the list is the order in which a pipeline usually runs them.
"""

from __future__ import annotations

from collections.abc import Callable

from runner.specialists import docstring_architect, lint_surgeon, optimization_advisor, test_fabricator
from runner.specialists.base import Role, Session

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
