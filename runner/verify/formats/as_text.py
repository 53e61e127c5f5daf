"""For people: what rejects first, each with its place, its code and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from runner.verify.formats.harmless import shown
from runner.verify.report import CommandOutcome, Finding, Report

_SHOWN_LINES = 20


def as_text(report: Report) -> str:
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for finding in report.rejections:
        yield from _finding(finding)
    for each in report.unjudged:
        yield f"not judged: {shown(each.project)}: {shown(each.reason)}"
        if each.hint:
            yield f"  → {shown(each.hint)}"
    if report.advice:
        yield f"advice ({len(report.advice)}, fails nothing):"
    for finding in report.advice:
        yield from (f"  {line}" for line in _finding(finding))
    for outcome in report.commands:
        yield _command(outcome)
    for note in report.notes:
        yield f"note: {shown(note)}"
    yield summary(report)


def summary(report: Report) -> str:
    """One line: safe or not, and how much was looked at."""
    files = f"{report.files} changed file" + ("" if report.files == 1 else "s")
    types = {"checked": "types checked", "proved": "no type can have changed"}.get(
        report.typecheck, "types not checked"
    )
    unjudged = f", {len(report.unjudged)} not judged" if report.unjudged else ""
    if report.safe:
        return f"safe: {files}, {types}{unjudged}, {shown(report.base[:12])} to {shown(report.head[:40])}"
    number = len(report.rejections)
    why = f"{number} finding" + ("" if number == 1 else "s") if number else "not everything could be judged (--strict)"
    return f"not safe: {why} in {files}, {types}{unjudged}, {shown(report.base[:12])} to {shown(report.head[:40])}"


def place(finding: Finding) -> str:
    """``src/a.ts:3:5``, as far as it is known."""
    numbers = f":{finding.line}:{finding.column}" if finding.line else ""
    return f"{shown(finding.file)}{numbers}" if finding.file else ""


def _finding(finding: Finding) -> Iterator[str]:
    where = place(finding)
    # No line begins with a stranger's text: runners of CI obey lines that begin with "::".
    yield f"{'✗' if finding.rejects else '!'} {shown(finding.message)}"
    yield f"  {finding.code} {finding.name}" + (f" at {where}" if where else "")
    lines = finding.detail.splitlines()
    yield from (f"  | {shown(line)}" for line in lines[-_SHOWN_LINES:])
    if finding.hint:
        yield f"  → {shown(finding.hint)}"


def _command(outcome: CommandOutcome) -> str:
    base = "not run" if outcome.base_exit is None else str(outcome.base_exit)
    head = outcome.limit_hit or str(outcome.head_exit)
    kept = f", output in {shown(outcome.artefact)}" if outcome.artefact else ""
    return f"command {shown(outcome.command)}: base {base}, head {head}{kept}"
