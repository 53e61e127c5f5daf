"""From outcomes to figures: counts and shares, as plain values for the tables and the JSON."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tests.bench.corrupt import CORRUPTIONS
from tests.bench.express import ROWS
from tests.bench.history import HONEST, ROWS_BY_NAME, Outcome, is_good
from tests.bench.judge import ADVISED, EXACT, LANDED, REFUSED
from tests.bench.typecheck import Checked

EXAMPLES = 3
# Indentation, joined lines, places beside the place.
LAYOUT = frozenset(("PG519", "PG523", "PG524"))


def honest(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """By row: how many, how many exact. Changes that need a person's consent are counted apart."""
    mine = [each for each in outcomes if each.corruption == HONEST]
    plain = [each for each in mine if not each.consent]
    refused = [each for each in plain if each.status == REFUSED]
    landed = [each for each in mine if each.status in (EXACT, LANDED)]
    return {
        "changes": len({each.change for each in mine}),
        "submissions": len(mine),
        "plain": len(plain),
        "plain_refused": len(refused),
        "plain_refused_share": _share(len(refused), len(plain)),
        "pinned_layout_refused": sum(_is_layout(each) for each in mine if ROWS_BY_NAME[each.row].pinned),
        "errors": sum(each.status not in (EXACT, LANDED, REFUSED) for each in mine),
        "landed": len(landed),
        "landed_exact": sum(each.status == EXACT for each in landed),
        "need_consent": len(mine) - len(plain),
        "need_consent_refused": sum(each.status == REFUSED for each in mine if each.consent),
        "consent_reasons": dict(Counter(r for each in mine if each.row == ROWS[-1].name for r in each.consent)),
        "refused_by_code": _by_code(refused),
        "by_row": {row.name: _counts([each for each in mine if each.row == row.name]) for row in ROWS},
    }


def corrupted(outcomes: Sequence[Outcome], checked: Sequence[Checked]) -> dict[str, object]:
    """By corruption and row: tried, and how many landed as something else than the right text.

    ``needs_tsc`` are those that the checks alone let through; the share of the sample that tsc refuses is applied to
    each corruption by itself to say how many would be left.
    """
    mine = [each for each in outcomes if each.corruption != HONEST]
    by_name: dict[str, dict[str, object]] = {}
    left = 0.0
    for name in CORRUPTIONS:
        own = [each for each in mine if each.corruption == name]
        bad = [each for each in own if not is_good(each)]
        tested = [each for each in checked if each.outcome.corruption == name]
        caught = sum(each.refused for each in tested)
        through = len(bad) * (1 - caught / len(tested)) if tested else float(len(bad))
        left += through
        by_name[name] = {
            "tried": len(own),
            "refused": sum(each.status == REFUSED for each in own),
            "exact": sum(each.status == EXACT for each in own),
            "advised": sum(each.status == ADVISED for each in own),
            "needs_tsc": len(bad),
            "tsc_sampled": len(tested),
            "tsc_refused": caught,
            "left_estimate": round(through, 1),
            "codes": dict(Counter(code for each in own for code in each.codes).most_common()),
            "by_row": {row.name: _counts([each for each in own if each.row == row.name]) for row in ROWS},
        }
    stopped = sum(is_good(each) for each in mine)
    return {
        "tried": len(mine),
        "advised": sum(each.status == ADVISED for each in mine),
        "stopped_without_tsc": stopped,
        "stopped_without_tsc_share": _share(stopped, len(mine)),
        "left_estimate": round(left, 1),
        "stopped_share_estimate": _share(len(mine) - left, len(mine)),
        "by_corruption": by_name,
        "tsc_let_through": [
            {"corruption": each.outcome.corruption, "row": each.outcome.row, "change": each.outcome.change}
            for each in checked
            if not each.refused
        ],
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile, least and most."""
    ordered = sorted(values)
    last = min(len(ordered) - 1, int(len(ordered) * 0.95))
    figures = {"p50": statistics.median(ordered), "p95": ordered[last], "min": ordered[0], "max": ordered[-1]}
    return {name: round(value, 3) for name, value in figures.items()}


def _counts(own: Sequence[Outcome]) -> dict[str, int]:
    found = Counter(each.status for each in own)
    consent = sum(bool(each.consent) and each.status == REFUSED for each in own)
    layout = sum(map(_is_layout, own))
    bad = sum(not is_good(each) for each in own)
    return {"tried": len(own), **found, "consent_refused": consent, "layout_refused": layout, "bad": bad}


def _is_layout(outcome: Outcome) -> bool:
    """Refused for its layout, whatever else refuses it."""
    return outcome.status == REFUSED and not LAYOUT.isdisjoint(outcome.codes)


def _by_code(refused: Iterable[Outcome]) -> dict[str, object]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for each in refused:
        for code in each.codes:
            found[code].append(each)
    return {
        code: {
            "count": len(each),
            "examples": list({f"{one.change}: {one.why}" for one in each})[:EXAMPLES],
        }
        for code, each in sorted(found.items(), key=lambda pair: -len(pair[1]))
    }


def _share(part: float, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0
