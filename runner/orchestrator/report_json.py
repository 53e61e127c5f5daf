"""The report of docs/interfaces.md as plain JSON, version 1. Its additional keys (patches, title, detail) are stable
too.
"""

from __future__ import annotations

from dataclasses import asdict

from runner.model.commands import command_json
from runner.model.report import PassResult, PatchSummary, Report


def report_json(report: Report) -> dict[str, object]:
    return {
        "version": 1,
        "status": report.status,
        "order_id": report.order_id,
        "trace_id": report.trace_id,
        "title": report.title,
        "repo": report.repo,
        "base": report.base,
        "snapshot": report.snapshot,
        "tree": report.tree,
        "engine": report.engine,
        "passes": [_pass(each) for each in report.passes],
        "recommendations": [asdict(each) for each in report.recommendations],
        "followups": list(report.followups),
        "typecheck": {
            "base_errors": report.base_errors,
            "errors": report.errors,
            "new": report.new,
            "fixed": report.fixed,
        },
        "scores": report.scores,
        "duration_ms": report.duration_ms,
    }


def _pass(result: PassResult) -> dict[str, object]:
    return {
        "specialist": result.specialist,
        "task_id": result.task_id,
        "status": result.status,
        "attempt": result.attempt,
        "applied": result.applied,
        "rejected": result.rejected,
        "conflicts": result.conflicts,
        "container": {"id": result.container_id, "exit": result.exit_code, "limit_hit": result.limit_hit},
        "branch": result.branch if result.applied else None,
        "snapshot": result.snapshot,
        "duration_ms": result.duration_ms,
        "detail": result.detail,
        "patches": [_patch(each) for each in result.patches],
        "commands": [command_json(each) for each in result.commands],
        "taken_back": result.taken_back,
    }


def _patch(patch: PatchSummary) -> dict[str, object]:
    return {
        "patch_id": patch.patch_id,
        "status": patch.status,
        "reason": patch.reason,
        "files": list(patch.files),
        "added": patch.added,
        "removed": patch.removed,
        "snapshot": patch.snapshot,
        "violations": list(patch.violations),
        "removes": list(patch.removes),
    }
