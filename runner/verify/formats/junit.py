"""JUnit XML: a suite with a test case for each finding that rejects, so that CI shows them as failures."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from runner.verify.formats.as_text import place, summary
from runner.verify.formats.harmless import shown
from runner.verify.report import Finding, Report


def junit(report: Report) -> str:
    cases = [_case(each) for each in report.findings] + [
        _not_judged(report, index) for index in range(len(report.unjudged))
    ]
    if report.safe:
        cases.insert(0, Xml.Element("testcase", classname="patchgate", name="the change is safe"))
    failures = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    suite = Xml.Element(
        "testsuite", name="patchgate verify", tests=str(len(cases)), failures=str(failures), errors="0",
        skipped=str(skipped),
    )  # fmt: skip
    suite.extend(cases)
    Xml.SubElement(suite, "system-out").text = _clean("\n".join((*report.notes, summary(report))))
    top = Xml.Element("testsuites", name="patchgate")
    top.append(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(top, encoding="unicode") + "\n"


def _case(finding: Finding) -> Xml.Element:
    where = _clean(place(finding))
    case = Xml.Element(
        "testcase", classname=f"patchgate.{finding.name}", name=_clean(f"{where} {finding.message}".strip())
    )
    text = _clean("\n".join(part for part in (where, finding.message, finding.detail, finding.hint) if part))
    if finding.rejects:
        failure = Xml.SubElement(case, "failure", type=finding.code, message=_clean(finding.message))
        failure.text = text
    else:
        Xml.SubElement(case, "system-out").text = f"advice: {text}"
    return case


def _not_judged(report: Report, index: int) -> Xml.Element:
    each = report.unjudged[index]
    case = Xml.Element("testcase", classname="patchgate.unjudged", name=_clean(f"{each.project} is not judged"))
    if report.strict:
        Xml.SubElement(case, "failure", type="unjudged", message=_clean(each.reason))
    else:
        Xml.SubElement(case, "skipped", message=_clean(each.reason))
    return case


def _clean(text: str) -> str:
    """XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF."""
    return shown(text, keep_lines=True).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
