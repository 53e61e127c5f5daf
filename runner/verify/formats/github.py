"""GitHub's workflow commands: each finding becomes an annotation on its line.

A runner obeys every line that begins with ``::``. Paths and messages are a stranger's, so nothing of them may begin a line, end a
property or begin another command.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.verify.formats.as_text import summary
from runner.verify.formats.harmless import shown
from runner.verify.report import Finding, Report


def github(report: Report) -> str:
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield _annotation(finding)
    for each in report.unjudged:
        level = "error" if report.strict else "warning"
        yield f"::{level} title={_property('not judged')}::{_data(f'{each.project}: {each.reason}')}"
    for note in report.notes:
        yield f"::notice title={_property('patchgate')}::{_data(note)}"
    # An annotation too: a line of plain text could begin with a command.
    yield f"::{'notice' if report.safe else 'error'} title=patchgate::{_data(summary(report))}"


def _annotation(finding: Finding) -> str:
    level = "error" if finding.rejects else "warning"
    properties = {"title": f"{finding.code} {finding.name}"}
    if finding.file:
        properties = {"file": finding.file, **properties}
    if finding.line:
        properties |= {"line": str(finding.line), "col": str(finding.column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = "\n".join(part for part in (finding.message, finding.detail, finding.hint) if part)
    return f"::{level} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return shown(text, keep_lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
