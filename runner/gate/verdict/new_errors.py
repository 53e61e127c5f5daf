"""New type errors as violations: what tsc says, where it stands, and what the edit has to do with it.

Errors that say the same for the same reason are one violation with several places.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.plain import safe
from runner.model.text import Position, Range
from runner.model.tree import Candidate
from runner.model.verdict import Violation
from runner.model.violations import violation

SHOWN = 20
PLACES = 5
_MESSAGE = 1000
_DETAIL = 600


def new_errors(check: CheckResult, candidate: Candidate | None) -> tuple[Violation, ...]:
    """At most ``SHOWN`` violations, and one that counts the rest."""
    groups: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for error in check.new:
        groups.setdefault((error.code, error.message, error.cause), []).append(error)
    edited = frozenset[str]() if candidate is None else frozenset(candidate.files)
    every = list(groups.values())
    shown = tuple(_violation(group, elsewhere=group[0].file not in edited) for group in every[:SHOWN])
    if rest := sum(len(group) for group in every[SHOWN:]):
        more = " at least" if check.partial else ""
        shown += (violation("typecheck.new-error", f"and{more} {rest} more new errors"),)
    return shown


def _violation(group: Sequence[Diagnostic], *, elsewhere: bool) -> Violation:
    first = group[0]
    place = Position(first.line, first.character)
    told = [f"{_place(first)}: {first.code}: {_sentence(first)}", _where(first), *_why(first), _others(group[1:])]
    return violation(
        "typecheck.new-error",
        " ".join(part for part in told if part),
        file=first.file or None,
        range=Range(place, place),
        hint=_hint(first) if elsewhere and first.file else None,
    )


def _place(error: Diagnostic) -> str:
    return f"{safe(error.file or error.project, limit=300)}({error.line + 1},{error.character + 1})"


def _sentence(error: Diagnostic) -> str:
    """The message and the lines below it, as one line."""
    message, _, below = error.message.partition("\n")
    detail = " ".join(f"{below}\n{error.detail}".split())
    return safe(message, limit=_MESSAGE) + (f" {safe(detail, limit=_DETAIL)}" if detail else "")


def _where(error: Diagnostic) -> str:
    """``In src/a.ts#Shop.total: `return cart.total;```."""
    line = f"`{error.text}`" if error.text else ""
    return f"In {error.symbol}: {line}".rstrip(": ") if error.symbol else f"Line: {line}" if line else ""


def _why(error: Diagnostic) -> list[str]:
    way = f"From the edit to there: {' → '.join(safe(each, limit=300) for each in error.way)}." if error.way else ""
    cause = f"{error.cause[:1].upper()}{error.cause[1:]}." if error.cause else ""
    return [cause, way]


def _others(errors: Sequence[Diagnostic]) -> str:
    if not errors:
        return ""
    places = ", ".join(_place(error) for error in errors[:PLACES])
    more = f" and {len(errors) - PLACES} more" if len(errors) > PLACES else ""
    return f"The same at {places}{more}."


def _hint(error: Diagnostic) -> str:
    """For an error in a file that the edit did not touch."""
    start = f"The edit did not touch {safe(error.file, limit=300)}, where this was right before"
    if error.cause:
        return f"{start}: {error.cause}. Keep what it uses as it was, or change it in the same submission."
    if error.way:
        changed = safe(error.way[0], limit=300)
        return (
            f"{start}, and which depends on {changed}. Keep what {changed} exports as it was, or change both at once."
        )
    return f"{start}. Keep what it uses as it was, or change it in the same submission."
