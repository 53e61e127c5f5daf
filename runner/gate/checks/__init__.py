"""The gate's checks, in order. Adding one is one module and one line here."""

from collections.abc import Callable

from runner.gate.checks.clobber import check_declarations, check_share, check_stubs
from runner.gate.checks.contract import check_contract
from runner.gate.checks.paths import check_paths
from runner.gate.checks.scope import check_scope
from runner.gate.checks.syntax import check_syntax
from runner.gate.checks.weakened import check_weakened
from runner.gate.inspection import Inspection
from runner.model.verdict import Violation

Check = Callable[[Inspection], list[Violation]]

# Cheap and fundamental first. All of one round's violations are reported together, so that a model sees them at once.
CHECKS: tuple[Check, ...] = (
    check_paths,
    check_scope,
    check_contract,
    check_syntax,
    check_share,
    check_declarations,
    check_stubs,
    check_weakened,
)

__all__ = ["CHECKS", "Check"]
