"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from hashlib import sha256
from urllib.parse import quote

from runner.model.violations import CATALOGUE
from runner.verify.formats.as_text import summary
from runner.verify.formats.harmless import json_line, shown
from runner.verify.report import Finding, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(report: Report) -> str:
    rules = {each.code: _rule(each) for each in report.findings}
    order = {code: index for index, code in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "patchgate", "rules": list(rules.values())}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(each, order[each.code]) for each in report.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": 0 if report.safe else 1,
                "toolExecutionNotifications": [*_not_judged(report), *_notes(report)],
            }
        ],
        "properties": {"safe": report.safe, "base": report.base, "head": shown(report.head)},
    }
    return json_line(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})) + "\n"


def _rule(finding: Finding) -> dict[str, object]:
    kind = CATALOGUE.get(finding.name)
    about = kind.meaning if kind is not None else finding.name
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": about},
        "help": {"text": kind.hint if kind is not None else finding.hint or about},
    }


def _result(finding: Finding, index: int) -> dict[str, object]:
    text = "\n".join(shown(part, keep_lines=True) for part in (finding.message, finding.detail, finding.hint) if part)
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": "error" if finding.rejects else "warning",
        "message": {"text": text},
        "partialFingerprints": {"patchgate/v1": _fingerprint(finding)},
    }
    if finding.file:
        place: dict[str, object] = {"artifactLocation": {"uri": _uri(finding.file), "uriBaseId": "%SRCROOT%"}}
        if finding.line:
            place["region"] = {"startLine": finding.line, "startColumn": finding.column}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding on another line, so that it is not reported twice."""
    said = "\0".join((finding.code, finding.file, finding.message))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _not_judged(report: Report) -> list[dict[str, object]]:
    level = "error" if report.strict else "warning"
    return [
        {"level": level, "message": {"text": f"not judged: {shown(each.project)}: {shown(each.reason)}"}}
        for each in report.unjudged
    ]


def _notes(report: Report) -> list[dict[str, object]]:
    return [{"level": "note", "message": {"text": shown(each)}} for each in (*report.notes, summary(report))]
