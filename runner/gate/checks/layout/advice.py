"""Decides what a layout finding becomes: a refusal, or advice with the edits that would fix it.

Wrong indentation, lost line breaks and the like suggest that an edit went in at the wrong place. If the submission
names its place by content (text, a symbol, a hash), the place is certain, and the finding is advice. If it gives only
numbers, the finding refuses the edit. The order's ``policy.layout`` may be stricter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from runner.gate.checks.layout.pins import Pins
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Range, Replacement, range_json
from runner.model.verdict import ADVICE, REJECT, Violation
from runner.model.violations import violation
from runner.text.paths import to_uri
from runner.text.positions import LineIndex

REINDENT, REFUSE = "reindent", "refuse"


@dataclass(frozen=True, slots=True)
class Odd:
    """A line (0-based ``row`` of the new text) that is not laid out like its surroundings.

    ``mend`` holds the edits of the new text that would fix it, in order; it is empty when the fix is unknown. ``means``
    says that the fault changes the meaning of the code, so it is more than layout.
    """

    row: int
    range: Range
    message: str
    mend: Callable[[], Iterable[Replacement]] = tuple
    means: bool = False


def judged(inspection: Inspection, file: Changed, name: str, found: Iterable[Odd]) -> Iterator[Violation]:
    """At most one refusal and one piece of advice: if one line is wrong, those below it usually are too."""
    pins = None
    said: set[str] = set()
    for odd in found:
        if len(said) == 2:
            return
        pins = pins or Pins.of(inspection.candidate, file)
        severity = ADVICE if _may_stay(inspection, odd, pins) else REJECT
        if severity in said:
            continue
        said.add(severity)
        fix = _fix(file, odd) if severity == ADVICE else None
        yield violation(name, odd.message, file=file.path, range=odd.range, severity=severity, fix=fix)


def _may_stay(inspection: Inspection, odd: Odd, pins: Pins) -> bool:
    return inspection.policy.layout != REFUSE and not odd.means and pins.pinned(odd.row)


def _fix(file: Changed, odd: Odd) -> dict[str, object] | None:
    """The fixing edits as a workspace-edit of the new text, each with the old text that it replaces."""
    edits = list(odd.mend())
    if not edits:
        return None
    index = LineIndex(file.after)
    shown = []
    for each in edits:
        # Use whole lines: their old text identifies the place, and white space alone would not.
        start, end = index.starts[index.line_of(each.start)], index.content(index.line_of(each.end))[1]
        new = file.after[start : each.start] + each.new + file.after[each.end : end]
        place = index.range(start, end)
        shown.append({"range": range_json(place), "newText": new, "oldText": file.after[start:end]})
    document = {"textDocument": {"uri": to_uri(file.path), "version": None}, "edits": shown}
    return {"format": "workspace-edit", "payload": {"documentChanges": [document]}}
