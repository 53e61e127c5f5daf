"""Switching a check off is not passing it: comments and types that make tsc or ESLint look away."""

from __future__ import annotations

from collections import Counter

from runner.gate.checks.safeguards.casts import casts, jsdoc
from runner.gate.checks.safeguards.javascript import JAVASCRIPT, checks_javascript, pragma
from runner.gate.checks.safeguards.tests import is_test
from runner.gate.inspection import Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.directives import suppressions
from runner.syntax.kept import kept
from runner.syntax.marks import marked
from runner.syntax.trees import Syntax

# This many more `!` than before bypass strictNullChecks; one or two are a judgement call.
SPREE = 10


def check_weakened(inspection: Inspection) -> list[Violation]:
    """Counted over the whole submission, so that code moved from one file to another adds nothing new."""
    gained: Counter[str] = Counter()
    where: dict[str, str] = {}
    for file in inspection.code_files:
        after = Counter(_weak(file.after, file.path))
        before = Counter(_weak(file.before, file.old_path))
        if file.path.endswith(JAVASCRIPT):
            if checks_javascript(inspection, file.path):
                # An old file that is now checked has lost nothing, so both sides are counted the same way.
                after += Counter(jsdoc(file.after, file.path))
                before += Counter(jsdoc(file.before, file.old_path))
            elif pragma(file.before, file.old_path) == "check":
                after["the removal of @ts-check"] += 1
        gained.update(after)
        gained.subtract(before)
        where |= dict.fromkeys(after - before, file.path)
    return [
        violation("clobber.weakened-check", f"{where[what]} gains {count} x {what}", file=where[what])
        for what, count in sorted(gained.items())
        if count > 0 and (what != _SURE or (count >= SPREE and not is_test(where[what])))
    ]


_SURE = "the non-null assertion !"


@kept(8)
def _weak(text: str, path: str) -> Counter[str]:
    """Do not change the result: it is cached, because the result of one edit is the start of the next."""
    counted = Counter(suppressions(text, path))
    syntax = Syntax(text, path)
    counted["the type any"] = len(marked(text, path, "any"))
    counted.update(casts(text, path))
    counted[_SURE] = len(marked(text, path, "sure"))
    for name in marked(text, path, "module"):
        whole = name.parent
        # An escape may be a star.
        if set("*\\") & set(syntax.source(name)) or (whole is not None and whole.child_by_field_name("body") is None):
            counted[f"declare module {syntax.source(name)}"] += 1
    return +counted
