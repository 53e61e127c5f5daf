"""What a person allows by name (``--allow``). It is a flag of the check, never part of the change that is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runner.errors import UsageError
from runner.model.suggestions import closest, did_you_mean
from runner.model.verdict import ADVICE
from runner.model.violations import CATALOGUE
from runner.verify.report import Finding

# A type error, or a command that fails, is a fact and not a rule.
_NEVER = ("typecheck.", "commands.", "infrastructure.")


def allowed_names(given: Iterable[str]) -> frozenset[str]:
    """The names of the rules that ``given`` lists by code or name. Raises ``UsageError`` for one that cannot be allowed."""
    by_code = {kind.code: kind.name for kind in CATALOGUE.values()}
    names: set[str] = set()
    for each in given:
        name = by_code.get(each.upper(), each)
        if name not in CATALOGUE:
            meant = did_you_mean(closest(each, (*CATALOGUE, *by_code)))
            raise UsageError(f"there is no rule {each!r}", f"docs/violations.md lists them. {meant}".strip())
        if name.startswith(_NEVER):
            raise UsageError(f"{each} cannot be allowed", "Mend what it reports.")
        names.add(name)
    return frozenset(names)


def with_consent(findings: Iterable[Finding], allowed: frozenset[str]) -> tuple[Finding, ...]:
    return tuple(
        replace(each, severity=ADVICE, hint=f"Allowed by --allow {each.code}.")
        if each.rejects and each.name in allowed
        else each
        for each in findings
    )
