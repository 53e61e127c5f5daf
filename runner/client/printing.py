"""What patchctl says to people (standard error) and the exit code of a verdict. Pure: text in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXIT_OK = 0
EXIT_REJECTED = 1
EXIT_USAGE = 2
EXIT_CONFLICT = 3
EXIT_INFRASTRUCTURE = 4

_EXITS = {"applied": EXIT_OK, "simulated": EXIT_OK, "rejected": EXIT_REJECTED, "conflict": EXIT_CONFLICT}
_SHOWN = 5


def exit_code(verdict: Mapping[str, Any]) -> int:
    return _EXITS.get(str(verdict.get("status")), EXIT_INFRASTRUCTURE)


def human_verdict(verdict: Mapping[str, Any]) -> str:
    """One line, and for what did not land a line for each violation and each new diagnostic, with the hint."""
    stats = verdict.get("stats") or {}
    status = str(verdict.get("status"))
    if status in ("applied", "simulated"):
        size = f"+{stats.get('added', 0)} -{stats.get('removed', 0)} in {stats.get('files', 0)} file(s)"
        return f"{status}: {size}{_score(stats)}, patch {verdict.get('patch_id')}"
    lines = [f"{status}: nothing was changed"]
    violations = list(verdict.get("violations") or [])
    for each in violations[:_SHOWN]:
        lines.append(f"  {each.get('code')} {each.get('name')}{_place(each)}: {each.get('message')}")
        if each.get("hint"):
            lines.append(f"    hint: {each['hint']}")
    if len(violations) > _SHOWN:
        lines.append(f"  and {len(violations) - _SHOWN} more violations")
    new = list((verdict.get("diagnostics") or {}).get("new") or [])
    for each in new[:_SHOWN]:
        place = f"{each.get('file')}:{int(each.get('line', 0)) + 1}:{int(each.get('character', 0)) + 1}"
        lines.append(f"  {place} {each.get('code')}: {each.get('message')}")
    if len(new) > _SHOWN:
        lines.append(f"  and {len(new) - _SHOWN} more errors")
    return "\n".join(lines)


def human_outline(symbols: list[dict[str, Any]], depth: int = 0) -> str:
    lines = []
    for symbol in symbols:
        span = symbol["range"]
        where = f"{span['start']['line'] + 1}-{span['end']['line'] + 1}"
        lines.append(f"{'  ' * depth}{symbol['address']}  {symbol['kind']}  lines {where}")
        if symbol.get("children"):
            lines.append(human_outline(symbol["children"], depth + 1))
    return "\n".join(lines)


def human_task(task: Mapping[str, Any]) -> str:
    """What a model or a person needs to begin with."""
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
    """The score, and what a reviewer should know of the place."""
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
