"""A score from 0 to 100 for how safe an edit looks. It informs people; it never decides.

Start at 100 and take away: 1 for every 4 lines added or removed, at most 40; 40 times the share of the touched files'
lines that were removed; 5 for each file beyond the first, at most 20; 10 when a place was found by a fuzzy match; 30 for
new type errors. More of anything never raises the score.
"""

from __future__ import annotations


def score(*, added: int, removed: int, changed_ratio: float, files: int, fuzzy: bool, new_errors: int) -> int:
    points = 100.0
    points -= min(40.0, (added + removed) / 4)
    points -= 40.0 * min(1.0, changed_ratio)
    points -= min(20.0, 5.0 * max(0, files - 1))
    points -= 10.0 if fuzzy else 0.0
    points -= 30.0 if new_errors else 0.0
    return max(0, round(points))
