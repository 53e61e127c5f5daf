"""The gate's own checks on a difference that a person made."""

from __future__ import annotations

from runner.edits.changes.scope import Scope
from runner.gate.checks import Check
from runner.gate.checks.loss.declarations import check_declarations
from runner.gate.checks.loss.duplicates import check_duplicates
from runner.gate.checks.loss.lost_imports import check_lost_imports
from runner.gate.checks.loss.stubs import check_stubs
from runner.gate.checks.loss.unreachable import check_unreachable
from runner.gate.checks.permission.guards import check_guards
from runner.gate.checks.permission.paths import check_paths
from runner.gate.checks.safeguards.configs import check_configs
from runner.gate.checks.safeguards.deceptive import check_deceptive
from runner.gate.checks.safeguards.shadowing import check_shadowing
from runner.gate.checks.safeguards.suppressed import check_suppressed
from runner.gate.checks.safeguards.syntax import check_syntax
from runner.gate.checks.safeguards.tests import check_tests
from runner.gate.checks.safeguards.weakened import check_weakened
from runner.gate.inspection import Inspection
from runner.model.contract import Contract
from runner.model.order import Policy
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import Refused, Violation
from runner.model.violations import violation
from runner.syntax.kept import reading
from runner.verify.manifests import check_scripts
from runner.verify.severity import weighed

# What scope, contract and layout ask is asked of an agent, not of a person who sends a pull request.
CHECKS: tuple[Check, ...] = (
    check_paths,
    check_guards,
    check_syntax,
    check_deceptive,
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
    check_scripts,
)
# A pull request may be larger than one edit of an agent.
POLICY = Policy(max_changed_ratio=1.0, max_file_kb=4096, max_source_kb=256 * 1024)


def inspect_difference(candidate: Candidate, base: TreeReader, head: TreeReader) -> list[Violation]:
    """Every violation, weighed for a person's change. What cannot be read is a violation too; it hides no other check."""
    inspection = Inspection(candidate, base, Scope({}, ("**",)), Contract(), POLICY)
    found: list[Violation] = []
    with reading(POLICY):
        for check in CHECKS:
            try:
                found += check(inspection)
            except Refused as refused:
                found += refused.violations
            except RecursionError:
                found.append(violation("edit.unsupported", "the code is nested too deeply to be read"))
        return weighed(dict.fromkeys(found), inspection, head)
