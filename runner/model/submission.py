"""Submissions: a request to change the code, in any accepted format."""

from __future__ import annotations

from dataclasses import dataclass

FORMATS = (
    "workspace-edit",
    "line-ops",
    "anchor-ops",
    "symbol-ops",
    "search-replace",
    "apply-patch",
    "unified-diff",
    "whole-file",
)


@dataclass(frozen=True, slots=True)
class Submission:
    """``payload`` is the format's own JSON (see docs/submissions.md). ``base`` None means the current snapshot.

    ``removes`` names the declarations that the edit means to remove or to empty, by address: ``src/a.ts#Shop.total``.
    """

    format: str
    payload: object
    specialist: str = ""
    task_id: str | None = None
    trace_id: str | None = None
    order_id: str | None = None
    base: str | None = None
    dry_run: bool = False
    reason: str = ""
    removes: tuple[str, ...] = ()
