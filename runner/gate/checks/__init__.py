"""The gate's checks, in order. To add one, write a module and add one line here."""

from collections.abc import Callable
from dataclasses import replace

from runner.gate.checks.layout.indentation import check_indentation
from runner.gate.checks.layout.lost_line_breaks import check_lost_line_breaks
from runner.gate.checks.layout.misplaced import check_misplaced
from runner.gate.checks.layout.noise import check_noise
from runner.gate.checks.loss.declarations import check_declarations
from runner.gate.checks.loss.duplicates import check_duplicates
from runner.gate.checks.loss.lost_imports import check_lost_imports
from runner.gate.checks.loss.removed_ratio import check_removed_ratio
from runner.gate.checks.loss.stubs import check_stubs
from runner.gate.checks.loss.unreachable import check_unreachable
from runner.gate.checks.permission.contract import check_contract
from runner.gate.checks.permission.guards import check_guards
from runner.gate.checks.permission.manifest import check_manifest
from runner.gate.checks.permission.paths import check_paths
from runner.gate.checks.permission.scope import check_scope
from runner.gate.checks.permission.scope_effect import check_scope_effect
from runner.gate.checks.safeguards.configs import check_configs
from runner.gate.checks.safeguards.deceptive import check_deceptive
from runner.gate.checks.safeguards.shadowing import check_shadowing
from runner.gate.checks.safeguards.suppressed import check_suppressed
from runner.gate.checks.safeguards.syntax import check_syntax
from runner.gate.checks.safeguards.tests import check_tests
from runner.gate.checks.safeguards.weakened import check_weakened
from runner.gate.inspection import Inspection
from runner.model.contract import consent_to
from runner.model.verdict import Violation

Check = Callable[[Inspection], list[Violation]]

# Cheap and fundamental checks come first. All violations of one round are reported together, so that a model sees them
# at once.
CHECKS: tuple[Check, ...] = (
    check_paths,
    check_scope,
    check_scope_effect,
    check_contract,
    check_manifest,
    check_guards,
    check_syntax,
    check_deceptive,
    check_removed_ratio,
    check_noise,
    check_indentation,
    check_lost_line_breaks,
    check_misplaced,
    check_declarations,
    check_lost_imports,
    check_duplicates,
    check_stubs,
    check_unreachable,
    check_weakened,
    check_suppressed,
    check_tests,
    check_configs,
    check_shadowing,
)


def inspect(inspection: Inspection) -> list[Violation]:
    """Every violation of a candidate, except the kinds that the role's contract allows by name."""
    found = [each for check in CHECKS for each in check(inspection)]
    return [_with_consent(each) for each in found if each.name not in inspection.contract.allow]


def _with_consent(found: Violation) -> Violation:
    """Add to the hint what a person would write to allow it, if a person may."""
    line = consent_to(found.name)
    return (
        found if line is None else replace(found, hint=f"{found.hint} A person consents in the order's stage: {line}")
    )


__all__ = ["CHECKS", "Check", "inspect"]
