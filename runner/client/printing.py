"""patchctl's messages to people (standard error), and the exit code of a verdict. Pure: text in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXIT_OK = 0
EXIT_REJECTED = 1
EXIT_USAGE = 2
EXIT_CONFLICT = 3
EXIT_INFRASTRUCTURE = 4

_EXITS = {"applied": EXIT_OK, "simulated": EXIT_OK, "rejected": EXIT_REJECTED, "conflict": EXIT_CONFLICT}
_SHOWN, _LINES = 5, 20
KINDS = {EXIT_USAGE: "usage", EXIT_CONFLICT: "conflict", EXIT_INFRASTRUCTURE: "infrastructure"}


def exit_code(verdict: Mapping[str, Any]) -> int:
    return _EXITS.get(str(verdict.get("status")), EXIT_INFRASTRUCTURE)


def human_verdict(verdict: Mapping[str, Any]) -> str:
    """One line. If nothing landed, also a line for each violation and new diagnostic, with the hint. Then the advice."""
    stats = verdict.get("stats") or {}
    status = str(verdict.get("status"))
    if status in ("applied", "simulated"):
        size = f"+{stats.get('added', 0)} -{stats.get('removed', 0)} in {stats.get('files', 0)} file(s)"
        place = f", on {verdict['branch']}" if verdict.get("branch") else ""
        line = f"{status}: {size}{_score(stats)}, patch {verdict.get('patch_id')}{place}"
        return "\n".join([line, *_violations(verdict), *_notes(verdict)])
    lines = [f"{status}: nothing was changed", *_violations(verdict), *_notes(verdict)]
    violations = list(verdict.get("violations") or [])
    # A type-check violation already names its diagnostic.
    reported = any(each.get("name") == "typecheck.new-error" for each in violations)
    new = [] if reported else list((verdict.get("diagnostics") or {}).get("new") or [])
    for each in new[:_SHOWN]:
        place = f"{each.get('file')}:{int(each.get('line', 0)) + 1}:{int(each.get('character', 0)) + 1}"
        lines.append(f"  {place} {each.get('code')}: {each.get('message')}")
    if len(new) > _SHOWN:
        lines.append(f"  and {len(new) - _SHOWN} more errors")
    return "\n".join(lines)


def _violations(verdict: Mapping[str, Any]) -> list[str]:
    lines = []
    violations = list(verdict.get("violations") or [])
    for each in violations[:_SHOWN]:
        what = "advice " if each.get("severity") == "advice" else ""
        lines.append(f"  {what}{each.get('code')} {each.get('name')}{_place(each)}: {each.get('message')}")
        if each.get("hint"):
            lines.append(f"    hint: {each['hint']}")
    if len(violations) > _SHOWN:
        lines.append(f"  and {len(violations) - _SHOWN} more violations")
    return lines


def _notes(verdict: Mapping[str, Any]) -> list[str]:
    """A few lines of each note: both sides of a conflict, or that a match was fuzzy."""
    lines = []
    for note in list(verdict.get("notes") or [])[:_SHOWN]:
        written = str(note).rstrip("\n").split("\n")
        lines += [f"  {line}" for line in written[:_LINES]]
        if len(written) > _LINES:
            lines.append(f"  and {len(written) - _LINES} more lines")
    return lines


def human_outline(symbols: list[dict[str, Any]], depth: int = 0) -> str:
    lines = []
    for symbol in symbols:
        span = symbol["range"]
        where = f"{span['start']['line'] + 1}-{span['end']['line'] + 1}"
        lines.append(f"{'  ' * depth}{symbol['address']}  {symbol['kind']}  lines {where}")
        if symbol.get("children"):
            lines.append(human_outline(symbol["children"], depth + 1))
    return "\n".join(lines)


def human_tasks(tasks: list[dict[str, Any]]) -> str:
    """One line per task for ``cut`` and ``awk``: uuid, file and status, separated by tabs; ``-`` for a missing value."""
    rows = ((task.get("uuid"), task.get("file"), task.get("status") or "pending") for task in tasks)
    return "\n".join("\t".join(" ".join(str(each or "-").split()) for each in row) for row in rows)


def error_json(kind: str, message: str, hint: str) -> dict[str, Any]:
    """What standard output gets instead of a result, with --json."""
    return {"version": 1, "error": {"kind": kind, "message": message, "hint": hint}}


def human_task(task: Mapping[str, Any]) -> str:
    """What a model or a person needs to start."""
    lines = [f"task {task.get('uuid')}: {task.get('instruction') or '(no instruction)'}"]
    for key, label in (("file", "file"), ("placeholder", "replace the placeholder")):
        if task.get(key):
            lines.append(f"  {label}: {task[key]}")
    for span in task.get("allowed_spans") or []:
        lines.append(f"  you may edit: {span['file']} lines {span['start']}-{span['end']}")
    for key in ("allowed_symbols", "allowed_paths"):
        for each in task.get(key) or []:
            lines.append(f"  you may edit: {each}")
    return "\n".join(lines)


def _score(stats: Mapping[str, Any]) -> str:
    """The score, and what a reviewer should know about the place."""
    if "score" not in stats:
        return ""
    reasons = [f"{stats['distance']} lines from its anchor"] if stats.get("distance") else []
    reasons += [f"{stats['guards_near']} guarded block(s) near"] if stats.get("guards_near") else []
    reasons += ["found by a fuzzy match"] if stats.get("fuzzy") else []
    return f", score {stats['score']}" + (f" ({', '.join(reasons)})" if reasons else "")


def _place(violation: Mapping[str, Any]) -> str:
    if not violation.get("file"):
        return ""
    span = violation.get("range")
    return f" at {violation['file']}" + (f":{span['start']['line'] + 1}" if span else "")
