"""No file gains a syntax error. The grammar does not know every new syntax, so the two sides are compared."""

from __future__ import annotations

from runner.edits.tokens import syntax_errors
from runner.gate.inspection import Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation


def check_syntax(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.code_files:
        after = syntax_errors(file.after, file.path)
        if len(after) <= len(syntax_errors(file.before, file.path)) or (file.is_new and not after):
            continue
        place = after[0]
        line = place.start.line + 1
        found.append(
            violation("clobber.syntax-error", f"{file.path}:{line} does not parse", file=file.path, range=place)
        )
    return found
