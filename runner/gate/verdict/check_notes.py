"""What a verdict says about the type check beside its errors."""

from __future__ import annotations

from runner.model.diagnostics import CheckResult, Unjudged

SHOWN = 5


def check_notes(check: CheckResult | None) -> tuple[str, ...]:
    """The notes of the check itself, and what it did not look at."""
    if check is None:
        return ()
    unchecked = [f"{path} is in no TypeScript project: tsc did not look at it" for path in check.unchecked]
    stopped = ["the check stopped at the first new errors: there may be more"] if check.partial else []
    return (*check.notes, *unchecked, *stopped, *_not_judged(check.unjudged))


def _not_judged(unjudged: tuple[Unjudged, ...]) -> list[str]:
    """One note, however many there are: a repository has the same ones at every patch."""
    if not unjudged:
        return []
    named = "; ".join(f"{each.project} ({each.reason})" for each in unjudged[:SHOWN])
    more = f"; and {len(unjudged) - SHOWN} more" if len(unjudged) > SHOWN else ""
    return [f"not judged: {named}{more}"]
