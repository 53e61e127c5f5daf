"""The report as Markdown, with the diffs: what a reviewer reads before signing off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.model.commands import PASSED
from runner.model.plain import duration, safe
from runner.model.report import PassResult, PatchSummary, Recommendation, Report

MAX_DIFF = 20_000


def report_markdown(report: Report) -> str:
    """Everything that a specialist wrote is neutralised: it can neither leave its block nor pose as part of the report."""
    applied = sum(result.applied for result in report.passes)
    rejected = sum(result.rejected for result in report.passes)
    parts = [
        f"# {_line(report.title)}",
        "",
        f"**{report.status}**: {len(report.passes)} passes, {applied} patches applied, {rejected} rejected, "
        f"{len(report.recommendations)} recommendations, {duration(report.duration_ms)}.",
        "",
        "| | |",
        "|---|---|",
        f"| order | `{report.order_id}` |",
        f"| trace | `{report.trace_id}` |",
        f"| repository | {_code(report.repo)} |",
        f"| base | `{report.base}` |",
        f"| snapshot | `{report.snapshot}` |",
        f"| tree | `{report.tree}` |",
        f"| tsc errors | {report.base_errors} before, {report.errors} after ({report.new} new, {report.fixed} fixed) |",
        f"| engine | {report.engine} |",
        "",
        "## Passes",
        "",
        "| specialist | task | status | applied | rejected | time | container |",
        "|---|---|---|---|---|---|---|",
        *(_row(result) for result in report.passes),
        "",
    ]
    parts += _commands(report.passes)
    if report.followups:
        parts += ["## To look at", "", *(f"- {_line(each)}" for each in report.followups), ""]
    if report.recommendations:
        parts += ["## Recommendations", ""]
        parts += [
            line for each in sorted(report.recommendations, key=lambda r: -r.impact) for line in _recommendation(each)
        ]
    for result in report.passes:
        parts += _patches(result)
    return "\n".join(parts) + "\n"


def _row(result: PassResult) -> str:
    cells = [
        _line(result.specialist),
        _line(result.task_id),
        result.status + (", taken back" if result.taken_back else ""),
        str(result.applied),
        str(result.rejected),
        duration(result.duration_ms),
        f"`{result.container_id[:12]}`" if result.container_id else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _commands(passes: Sequence[PassResult]) -> list[str]:
    ran = [(result, command) for result in passes for command in result.commands]
    if not ran:
        return []
    rows = [
        "## Commands",
        "",
        "| specialist | task | command | status | exit before | exit after | time | output |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ends: list[str] = []
    for result, command in ran:
        cells = [
            _line(result.specialist),
            _line(result.task_id),
            _line(command.name),
            command.status + (" (remembered)" if command.cached else ""),
            "–" if command.base_exit is None else str(command.base_exit),
            command.limit_hit or str(command.head_exit),
            duration(command.duration_ms),
            _code(command.artefact) if command.artefact else "–",
        ]
        rows.append(f"| {' | '.join(cells)} |")
        if command.status != PASSED and command.output_tail:
            ends += [f"{_line(command.name)} {_line(command.detail)}:", "", _fenced(command.output_tail, ""), ""]
    return [*rows, "", *ends]


def _recommendation(each: Recommendation) -> list[str]:
    place = f" ({_code(each.file + (f':{each.line}' if each.line else ''))})" if each.file else ""
    lines = [f"- **{_line(each.title)}**{place}, impact {each.impact}: {_line(each.detail)}"]
    if each.suggestion:
        lines += ["", *(f"  {line}" for line in _fenced(each.suggestion, "ts").split("\n")), ""]
    return lines


def _patches(result: PassResult) -> list[str]:
    parts: list[str] = []
    for number, patch in enumerate(result.patches, 1):
        if number == 1:
            parts += [f"## {_line(result.specialist)} on {_line(result.task_id)}", ""]
        parts += [
            f"### {number}. {patch.status}: {_line(patch.reason) or 'no reason given'}",
            "",
            f"`{patch.patch_id}`",
            "",
        ]
        if patch.removes:
            parts += [f"Says that it removes {', '.join(_code(each) for each in patch.removes)}.", ""]
        parts += [f"- {_line(each)}" for each in patch.violations]
        parts += ["", _diff(patch), ""]
    return parts


def _diff(patch: PatchSummary) -> str:
    if not patch.diff:
        return "(no diff)"
    cut = f"\n… {len(patch.diff) - MAX_DIFF} more characters in .mission_control/patches/{patch.patch_id}.diff"
    shown = patch.diff if len(patch.diff) <= MAX_DIFF else patch.diff[:MAX_DIFF] + cut
    return _fenced(shown, "diff")


def _fenced(text: str, language: str) -> str:
    """A fence longer than any run of backticks inside, so that the text cannot close it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{safe(text, keep_lines=True).rstrip()}\n{fence}"


def _code(text: str) -> str:
    """A code span, where backslashes escape nothing. Even there, a bar ends the cell of a table."""
    shown = safe(" ".join(text.split()), limit=2000).replace("`", "'").replace("|", "¦")
    return f"`{shown}`"


def _line(text: str) -> str:
    """One line of plain text: no markup, no HTML, no images that call home."""
    return re.sub(r"([\\`*_\[\]<>|!#~&])", r"\\\1", safe(" ".join(text.split()), limit=2000))
