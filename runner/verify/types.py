"""What the type check says about a difference, as findings. Only errors that the base did not have count."""

from __future__ import annotations

from collections.abc import Iterator

from runner.model.diagnostics import CheckResult, Diagnostic, Unjudged
from runner.model.verdict import REJECT
from runner.model.violations import CATALOGUE
from runner.verify.report import Finding

_NAME = "typecheck.new-error"
_UNCHECKED = "it is in no TypeScript project: no compiler looked at it"
_INCLUDE = "Add it to the include or files of a tsconfig.json."


def findings_of(result: CheckResult) -> tuple[Finding, ...]:
    return tuple(_finding(each) for each in result.new)


def unjudged_of(result: CheckResult) -> tuple[Unjudged, ...]:
    """Projects, and files that no project has."""
    files = (Unjudged(path, _UNCHECKED, _INCLUDE) for path in result.unchecked)
    return (*result.unjudged, *files)


def notes_of(result: CheckResult) -> Iterator[str]:
    yield from result.notes
    if result.baseline:
        yield f"the base has {_counted(result.baseline, 'type error')} of its own; they do not count"
    if result.fixed:
        yield f"the change mends {_counted(len(result.fixed), 'type error')}"
    if result.partial:
        yield "the type check stopped at the first new errors: there may be more"


def _finding(error: Diagnostic) -> Finding:
    kind = CATALOGUE[_NAME]
    placed = bool(error.file)
    return Finding(
        kind.code,
        kind.name,
        REJECT,
        f"{error.code}: {error.message}",
        kind.hint,
        error.file or error.project,
        error.line + 1 if placed else 0,
        error.character + 1 if placed else 0,
        "types",
        error.code,
        error.detail,
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
