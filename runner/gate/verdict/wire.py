"""Submissions and verdicts as JSON, where they enter and leave the gate."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runner.model.commands import command_json
from runner.model.diagnostics import Diagnostic
from runner.model.submission import Submission
from runner.model.suggestions import hint_for
from runner.model.text import range_json
from runner.model.verdict import REJECT, FileDelta, Refused, Verdict, Violation
from runner.model.violations import violation

# Names from a submission go into the ledger with every verdict, so their length is limited.
_Name = Annotated[str, Field(max_length=200)]
_Address = Annotated[str, Field(max_length=1500)]
MAX_REMOVES = 100


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    format: _Name
    payload: Any


class _Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: Annotated[int, Field(ge=1, le=1)] = 1
    specialist: _Name = ""
    task_id: _Name | None = None
    trace_id: _Name | None = None
    order_id: _Name | None = None
    base: _Name | None = None
    dry_run: bool = False
    reason: Annotated[str, Field(max_length=2000)] = ""
    removes: Annotated[list[_Address], Field(max_length=MAX_REMOVES)] = Field(default_factory=list)
    edit: _Edit


def parse_submission(data: object) -> Submission:
    """Raises ``Refused``, naming the first key that is wrong."""
    try:
        given = _Submission.model_validate(data)
    except ValidationError as error:
        errors = error.errors()
        # A key that is missing is often one that is there, misspelt.
        first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
        place = ".".join(str(part) for part in first["loc"]) or "the submission"
        known = _Edit if place.startswith("edit.") else _Submission
        says = {
            "model_type": "must be a JSON object",
            "missing": "is missing",
            "extra_forbidden": f"is no key of it; there are {', '.join(known.model_fields)}",
        }
        message = f"{place}: {says.get(first['type'], first['msg'])}"
        unknown = first["type"] == "extra_forbidden"
        hint = hint_for(str(first["loc"][-1]), known.model_fields) if unknown else ""
        raise Refused(violation("submission.malformed", message, hint=hint or None)) from error
    return Submission(
        format=given.edit.format,
        payload=given.edit.payload,
        specialist=given.specialist,
        task_id=given.task_id,
        trace_id=given.trace_id,
        order_id=given.order_id,
        base=given.base,
        dry_run=given.dry_run,
        reason=given.reason,
        removes=tuple(given.removes),
    )


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """The verdict of docs/interfaces.md, version 1."""
    return {
        "version": 1,
        "status": verdict.status,
        "patch_id": verdict.patch_id,
        "snapshot": verdict.snapshot,
        "base": verdict.base,
        "trace_id": verdict.trace_id,
        "branch": verdict.branch,
        "violations": [violation_json(each) for each in verdict.violations],
        "notes": list(verdict.notes),
        "removes": list(verdict.removes),
        "diff": verdict.diff,
        "edits": verdict.edits,
        "stats": {
            "files": verdict.stats.files,
            "added": verdict.stats.added,
            "removed": verdict.stats.removed,
            "changed_ratio": verdict.stats.changed_ratio,
            "score": verdict.stats.score,
            "distance": verdict.stats.distance,
            "guards_near": verdict.stats.guards_near,
            "fuzzy": verdict.stats.fuzzy,
        },
        "changes": [delta_json(each) for each in verdict.changes],
        "typecheck": verdict.typecheck,
        "diagnostics": {
            "baseline": verdict.baseline_errors,
            "new": [diagnostic_json(each) for each in verdict.new],
            "fixed": [diagnostic_json(each) for each in verdict.fixed],
        },
        "commands": [command_json(each) for each in verdict.commands],
        "timings_ms": verdict.timings_ms,
    }


def violation_json(each: Violation) -> dict[str, object]:
    """``severity`` and ``fix`` are present for advice only."""
    return {
        "code": each.code,
        "name": each.name,
        "message": each.message,
        "file": each.file,
        "range": None if each.range is None else range_json(each.range),
        "hint": each.hint,
        **_advice(each),
    }


def recorded(each: Violation) -> dict[str, object]:
    """The part of a violation that the ledger keeps."""
    shown = {"code": each.code, "name": each.name, "message": each.message, "file": each.file, "hint": each.hint}
    return {**shown, **_advice(each)}


def _advice(each: Violation) -> dict[str, object]:
    found: dict[str, object] = {} if each.severity == REJECT else {"severity": each.severity}
    return found if each.fix is None else {**found, "fix": each.fix}


def delta_json(each: FileDelta) -> dict[str, object]:
    """``before`` and ``after`` are SHA-256, or null if there is no file."""
    return {
        "path": each.path,
        "before": each.before,
        "after": each.after,
        "added": each.added,
        "removed": each.removed,
        "executable": each.executable,
        "was_executable": each.was_executable,
    }


def diagnostic_json(each: Diagnostic) -> dict[str, object]:
    """``line`` and ``character`` are 0-based, as in LSP."""
    return {
        "file": each.file,
        "line": each.line,
        "character": each.character,
        "code": each.code,
        "message": each.message,
        "project": each.project,
    }
