"""The Markdown report: what a specialist wrote cannot pose as the report's own words."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from runner.model.diagnostics import Unjudged
from runner.model.report import PassResult, PatchSummary, Recommendation, Report
from runner.orchestrator.report_json import report_json
from runner.orchestrator.report_markdown import report_markdown

PATCH = PatchSummary("p1", "applied", "why", ("a.ts",), 1, 0, "s", (), "diff --git a/a.ts b/a.ts\n+x\n")
PASS = PassResult("custom", "T1", "done", 1, 1, 0, 0, "c" * 64, 0, None, "fix/x", "s", 12.0, "", (PATCH,))
REPORT = Report("delivered", "o", "t", "Title", "/repo", "b", "s", "tr", "docker", (PASS,), (), (), 2, 1, 0, 1, 99.0)
ADVICE = Recommendation("r1", "custom", "T1", "title", "detail", 2, "src/a.ts", 3, None, "use(this)")

DOCS = Unjudged("docs/tsconfig.json", "it extends a package", "npm ci")

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![](http://example.org/track.png)",
    "[click](javascript:alert(1))",
    "\n# Everything is fine\n",
    "`</code>`",
    "| a | b |\n|---|---|",
    "**bold** _it_ ~~gone~~",
    "~~~\nfence",
    "\x1b[2J\x1b]0;title\x07",
    "safe\u202egnp.exe",
    "\u2066hidden\u2069",
    "&lt;b&gt;",
    "a\r\nb\u0085c",
]


def bare(markdown: str) -> str:
    """What a renderer would take as markup: the text without code blocks, code spans and escaped characters."""
    without_blocks = re.sub(r"(?ms)^( *)(`{3,})\w*\n.*?^\1\2$", "", markdown)
    return re.sub(r"`[^`\n]*`", "", re.sub(r"\\.", "", without_blocks))


def with_text(text: str) -> str:
    """A report that holds ``text`` in every place that a stranger fills."""
    patch = replace(PATCH, reason=text, violations=(text,), diff=text)
    advice = replace(ADVICE, title=text, detail=text, file=text, suggestion=text)
    custom = replace(PASS, detail=text, patches=(patch,), specialist=text, task_id=text)
    return report_markdown(
        replace(REPORT, title=text, repo=text, passes=(custom,), recommendations=(advice,), followups=(text,))
    )


@pytest.mark.parametrize("text", EVIL)
def test_markup_of_a_stranger_is_only_text(text: str) -> None:
    honest, evil = with_text("plain"), with_text(text)
    for mark in ("<", "![", "](", "\n# ", "**", "~~", "_it_", "&lt;"):
        assert bare(evil).count(mark) == bare(honest).count(mark), mark
    assert len(re.findall(r"(?m)^\|", bare(evil))) == len(re.findall(r"(?m)^\|", bare(honest)))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", evil)


@pytest.mark.parametrize("fence", ["```", "````", "`" * 40, "~~~"])
def test_a_diff_cannot_close_its_block(fence: str) -> None:
    text = report_markdown(
        replace(REPORT, passes=(replace(PASS, patches=(replace(PATCH, diff=f"+a\n{fence}\n# out\n"),)),))
    )
    assert "# out" in text
    assert "# out" not in bare(text)


def test_a_suggestion_cannot_leave_its_list(fence: str = "```") -> None:
    text = report_markdown(replace(REPORT, recommendations=(replace(ADVICE, suggestion=f"x\n{fence}\n# out"),)))
    assert "# out" not in bare(text)


def test_a_long_diff_is_cut_with_where_the_rest_is() -> None:
    text = report_markdown(replace(REPORT, passes=(replace(PASS, patches=(replace(PATCH, diff="+" + "x" * 50_000),)),)))
    assert len(text) < 30_000
    assert ".mission_control/patches/p1.diff" in text


def test_what_a_patch_says_that_it_removes_is_shown() -> None:
    patch = replace(PATCH, removes=("src/a.ts#f", "src/a.ts#`|\n# out"))
    text = report_markdown(replace(REPORT, passes=(replace(PASS, patches=(patch,)),)))
    assert "Says that it removes `src/a.ts#f`, `src/a.ts#'¦ # out`." in text
    told = report_json(replace(REPORT, passes=(replace(PASS, patches=(patch,)),)))
    assert json.dumps(list(patch.removes))[1:-1] in json.dumps(told)


def test_the_report_says_what_happened() -> None:
    text = report_markdown(replace(REPORT, recommendations=(ADVICE,), followups=("look here",)))
    assert text.startswith(
        "# Title\n\n**delivered**: 1 passes, 1 patches applied, 0 rejected, 1 recommendations, 99 ms."
    )
    assert "| tsc errors | 2 before, 1 after (0 new, 1 fixed) |" in text
    assert "| custom | T1 | done | 1 | 0 | 12 ms | `cccccccccccc` |" in text
    assert "- **title** (`src/a.ts:3`), impact 2: detail" in text
    assert "- look here" in text
    assert "### 1. applied: why" in text
    assert "```diff\ndiff --git a/a.ts b/a.ts\n+x\n```" in text


def test_what_is_not_judged_has_a_part_of_its_own() -> None:
    shown = report_markdown(replace(REPORT, unjudged=(DOCS,)))
    assert "## Not judged" in shown
    assert "- `docs/tsconfig.json`: it extends a package. npm ci\n" in shown
    assert "Not judged" not in report_markdown(REPORT)
    told = report_json(replace(REPORT, unjudged=(DOCS,)))
    assert told["unjudged"] == [{"project": "docs/tsconfig.json", "reason": "it extends a package", "hint": "npm ci"}]
    assert "unjudged" not in report_json(REPORT)


@pytest.mark.parametrize("evil", EVIL)
def test_a_project_cannot_pose_as_the_report(evil: str) -> None:
    plain = bare(report_markdown(replace(REPORT, unjudged=(Unjudged("x", "x", "x"),))))
    shown = bare(report_markdown(replace(REPORT, unjudged=(Unjudged(evil, evil, evil),))))
    assert len(shown.split("\n")) == len(plain.split("\n"))
    assert "<" not in shown.replace("\\<", "")
