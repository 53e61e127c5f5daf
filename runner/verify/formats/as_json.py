"""One JSON object, version 1, as in docs/interfaces.md. ASCII only, so that no terminal acts on it."""

from __future__ import annotations

import json

from runner.verify.formats.harmless import json_line
from runner.verify.report import CommandOutcome, Finding, Report


def as_json(report: Report) -> str:
    body = {
        "version": 1,
        "safe": report.safe,
        "base": report.base,
        "head": report.head,
        "files": report.files,
        "typecheck": report.typecheck,
        "strict": report.strict,
        "findings": [_finding(each) for each in report.findings],
        "unjudged": [{"project": each.project, "reason": each.reason, "hint": each.hint} for each in report.unjudged],
        "commands": [_command(each) for each in report.commands],
        "notes": list(report.notes),
    }
    return json_line(json.dumps(body)) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "source": finding.source,
        "message": finding.message,
        "detail": finding.detail,
        "hint": finding.hint,
        "file": finding.file or None,
        "line": finding.line or None,
        "column": finding.column or None,
        "rule": finding.rule or None,
    }


def _command(outcome: CommandOutcome) -> dict[str, object]:
    return {
        "run": outcome.command,
        "base_exit": outcome.base_exit,
        "head_exit": outcome.head_exit,
        "limit_hit": outcome.limit_hit,
        "output_tail": outcome.output_tail,
        "artefact": outcome.artefact or None,
    }
