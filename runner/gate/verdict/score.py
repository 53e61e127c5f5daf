"""A score from 0 to 100 for how safe an edit looks. It informs people; it never decides.

The score starts at 100, less the points that ``deductions`` lists. No measure raises the score as it grows. The table
in docs/submissions.md says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of one patch. Nothing is negative; ``changed_ratio`` is from 0 to 1, ``distance`` is in lines.

    ``distance`` and ``guards_near`` come from ``runner.gate.verdict.distance``. ``fuzzy`` counts the files in which a
    place was found by an inexact match. ``removes`` counts the declarations that the submission says it removes.
    """

    added: int = 0
    removed: int = 0
    changed_ratio: float = 0.0
    files: int = 1
    distance: int = 0
    guards_near: int = 0
    fuzzy: int = 0
    removes: int = 0
    new_errors: int = 0


def deductions(measures: Measures) -> dict[str, float]:
    """The points taken away, by reason."""
    return {
        "lines": min(40.0, (measures.added + measures.removed) / 4),
        "share": 40.0 * min(1.0, measures.changed_ratio),
        "files": min(20.0, 5.0 * max(0, measures.files - 1)),
        "distance": min(10.0, measures.distance / 20),
        "guards": min(15.0, 5.0 * measures.guards_near),
        "fuzzy": min(20.0, 10.0 * measures.fuzzy),
        "removes": min(20.0, 5.0 * measures.removes),
        "errors": 30.0 if measures.new_errors else 0.0,
    }


def score(measures: Measures) -> int:
    return max(0, round(100.0 - sum(deductions(measures).values())))
