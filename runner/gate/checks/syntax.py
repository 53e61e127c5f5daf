"""No file gains a syntax error. The grammar does not know every new syntax, so the two sides are compared."""

from __future__ import annotations

import re

from runner.edits.tokens import syntax_errors
from runner.gate.inspection import Changed, Inspection
from runner.gate.jsonc import parse_json, parse_jsonc
from runner.model.text import Range
from runner.model.verdict import Violation
from runner.model.violations import violation

# Syntax that the grammar lacks, with the words that trouble it; blanked, the rest is parsed as usual.
_UNKNOWN = re.compile(
    r"(?<=\bexport )type(?= \*)|(?<=\bimport )defer(?= \*)|(?<=\bexport default )abstract(?= class\b)|\bin out(?= \w)"
)
_COMMENTED = re.compile(r"(^|/)(tsconfig|jsconfig)[^/]*\.json$|\.jsonc$|(^|/)\.vscode/|(^|/)\.\w+rc(\.json)?$")


def check_syntax(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.files:
        if file.is_code and (new := new_errors(file)):
            line = new[0].start.line + 1
            message = f"{file.path}:{line} does not parse"
            found.append(violation("clobber.syntax-error", message, file=file.path, range=new[0]))
        elif file.path.endswith((".json", ".jsonc")) and (problem := _json_problem(file)):
            found.append(violation("clobber.syntax-error", f"{file.path} is no JSON: {problem}", file=file.path))
    return found


def new_errors(file: Changed) -> tuple[Range, ...]:
    """The syntax errors of the edited file, where it has more of them than before."""
    after = _errors(file.after, file.path)
    return after if len(after) > len(_errors(file.before, file.old_path)) else ()


def _errors(text: str, path: str) -> tuple[Range, ...]:
    found = syntax_errors(text, path)
    if not found or not _UNKNOWN.search(text):
        return found
    return syntax_errors(_UNKNOWN.sub(lambda word: " " * len(word[0]), text), path)


def _json_problem(file: Changed) -> str | None:
    """What is wrong with the new text, if the old one was right."""
    parse = parse_jsonc if _COMMENTED.search(file.path) else parse_json
    try:
        parse(file.after)
    except ValueError as error:
        if not file.is_new:
            try:
                parse(file.before)
            except ValueError:
                return None
        return str(error)
    return None
