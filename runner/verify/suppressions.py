"""Comments that hide an error of tsc. One that says why can be reviewed; one that says nothing is a check switched off."""

from __future__ import annotations

import re
from collections import Counter

from runner.gate.checks.safeguards.tests import is_test
from runner.gate.inspection import Inspection
from runner.syntax.tokens import comments

_DIRECTIVE = re.compile(r"[\s/*]*(@ts-(?:ignore|nocheck|expect-error))\b[\s:–—-]*(.*)", re.IGNORECASE | re.DOTALL)
# A reason has at least so many letters.
_REASON = 8
_LETTER = re.compile(r"[^\W\d_]")


def unexplained(inspection: Inspection, name: str) -> str:
    """A file that was there before, and is no test, that gains such a comment without a reason; "" if there is none."""
    for file in inspection.code_files:
        if file.is_new or is_test(file.path) or file.path.endswith(".d.ts"):
            continue
        gained = _bare(file.after, file.path, name) - _bare(file.before, file.old_path, name)
        if gained > 0:
            return file.path
    return ""


def _bare(text: str, path: str, name: str) -> int:
    found: Counter[str] = Counter()
    for comment in comments(text, path) if "@ts-" in text.lower() else ():
        said = _DIRECTIVE.match(comment.text)
        if said and len(_LETTER.findall(said[2])) < _REASON:
            found[said[1].lower()] += 1
    return found[name]
