"""What the formats print, and that nothing of a stranger's text acts on what reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from runner.model.commands import CommandResult
from runner.model.diagnostics import Unjudged
from runner.verify.formats import FORMATS
from runner.verify.report import Finding, Report
from tests.docs.pages import DOCS, sections

# The schema of the standard, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 ships it.
SCHEMA = Path(__file__).with_name("sarif-2.1.0-rtm.5.json")
TYPE_ERROR = Finding(
    "PG601", "typecheck.new-error", "reject", "TS2322: no", "Mend it.", "src/a.ts", 3, 5, "types", "TS2322", "  because"
)
ADVICE = Finding("PG404", "path.runs-code", "advice", "package.json makes tools act", "Read it.", "package.json")
HOSTILE = "a\n::stop-commands::x\r\n::error::\x1b[2J]]>&<\"'\u202e%0A##[add-mask]x\x00\udcff,line=1::y"
ATTACK = Finding("PG511", "clobber.declaration-lost", "reject", HOSTILE, HOSTILE, HOSTILE, 1, 1, detail=HOSTILE)


def report(*findings: Finding, unjudged: tuple[Unjudged, ...] = (), strict: bool = False) -> Report:
    return Report("b" * 40, "c" * 40, 2, findings, unjudged, typecheck="checked", notes=("a note",), strict=strict)


HOSTILE_REPORT = Report("b" * 40, HOSTILE, 2, (ATTACK,), (Unjudged(HOSTILE, HOSTILE, HOSTILE),), (), (HOSTILE,))


def test_the_text_has_what_rejects_first_with_code_place_and_hint() -> None:
    text = FORMATS["text"](report(TYPE_ERROR, ADVICE))
    assert text.splitlines()[:4] == [
        "✗ TS2322: no",
        "  PG601 typecheck.new-error at src/a.ts:3:5",
        "  |   because",
        "  → Mend it.",
    ]
    assert text.index("TS2322") < text.index("advice (1") < text.index("PG404")
    assert text.splitlines()[-1].startswith("not safe: 1 finding in 2 changed files, types checked")


def test_what_was_not_judged_is_listed_and_fails_only_where_that_is_asked() -> None:
    unjudged = (Unjudged("docs/tsconfig.json", "it extends a package that is not installed"),)
    lenient, strict = report(unjudged=unjudged), report(unjudged=unjudged, strict=True)
    assert (lenient.safe, strict.safe) == (True, False)
    for format in FORMATS.values():
        assert "docs/tsconfig.json" in format(lenient)
    assert "::error title=not judged" in FORMATS["github"](strict)
    assert Xml.fromstring(FORMATS["junit"](strict)).find(".//failure") is not None


def test_json_has_the_verdict_and_every_finding() -> None:
    body = json.loads(FORMATS["json"](report(TYPE_ERROR, ADVICE)))
    assert (body["version"], body["safe"], body["typecheck"]) == (1, False, "checked")
    assert [(each["code"], each["severity"], each["line"]) for each in body["findings"]] == [
        ("PG601", "reject", 3),
        ("PG404", "advice", None),
    ]


def test_the_page_of_interfaces_shows_every_key() -> None:
    command = CommandResult("npm test", "run-1", "passed", None, 0)
    shown = Report("b", "c", 1, (TYPE_ERROR,), (Unjudged("a", "b"),), (command,))
    (block,) = sections(DOCS / "interfaces.md")["Result of verify"].fences("json")
    page, body = json.loads(block), json.loads(FORMATS["json"](shown))
    assert page.keys() == body.keys()
    for name in ("findings", "unjudged", "commands"):
        assert page[name][0].keys() == body[name][0].keys()


@pytest.mark.parametrize(
    "shown",
    [report(), report(TYPE_ERROR, ADVICE, unjudged=(Unjudged("a", "b"),)), HOSTILE_REPORT],
    ids=["safe", "findings", "hostile"],
)
def test_sarif_fits_the_schema_of_the_standard(shown: Report) -> None:
    log = json.loads(FORMATS["sarif"](shown))
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(log)


def test_sarif_tells_the_place_in_utf16_and_the_level() -> None:
    run = json.loads(FORMATS["sarif"](report(TYPE_ERROR, ADVICE)))["runs"][0]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert (place["artifactLocation"]["uri"], place["region"]) == ("src/a.ts", {"startLine": 3, "startColumn": 5})
    assert [each["level"] for each in run["results"]] == ["error", "warning"]


def test_junit_has_a_failure_for_each_rejection_alone() -> None:
    suite = Xml.fromstring(FORMATS["junit"](report(TYPE_ERROR, ADVICE))).find("testsuite")
    assert suite is not None and (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.find("failure") is not None for case in suite.iter("testcase")] == [True, False]


def test_junit_of_a_safe_change_has_one_passed_case() -> None:
    suite = Xml.fromstring(FORMATS["junit"](report())).find("testsuite")
    assert suite is not None and (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_github_annotates_the_line() -> None:
    lines = FORMATS["github"](report(TYPE_ERROR, ADVICE)).splitlines()
    assert lines[0] == (
        "::error file=src/a.ts,title=PG601 typecheck.new-error,line=3,col=5::TS2322: no%0A  because%0AMend it."
    )
    assert lines[1].startswith("::warning file=package.json,title=PG404 path.runs-code::")


def test_a_hostile_path_or_message_starts_no_workflow_command() -> None:
    lines = FORMATS["github"](HOSTILE_REPORT).splitlines()
    assert len(lines) == 4
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert command is not None, line
        keys = [each.partition("=")[0] for each in command[2].split(",")]
        assert keys in (["file", "title", "line", "col"], ["title"])
        assert "%0D" not in line and "::stop" not in command[2]


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS.keys())
def test_no_format_prints_a_control_character_or_a_command(format: Callable[[Report], str]) -> None:
    text = format(HOSTILE_REPORT)
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e\ud800-\udfff]", text) is None
    text.encode()
    assert "##[" not in text
    printed = text if format is not FORMATS["github"] else ""
    assert not any(line.lstrip().startswith("::") for line in printed.splitlines())


def test_json_and_xml_keep_what_a_hostile_text_says() -> None:
    body: Any = json.loads(FORMATS["json"](HOSTILE_REPORT))
    assert body["findings"][0]["message"] == HOSTILE
    assert "]]>&<\"'" in str(Xml.fromstring(FORMATS["junit"](HOSTILE_REPORT)).find(".//failure").text)  # type: ignore[union-attr]
