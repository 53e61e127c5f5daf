"""The shapes of docs/interfaces.md, version 1, as OpenAPI shows them. They only describe; the gate makes what is sent."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["applied", "simulated", "rejected", "conflict", "error"]
Format = Literal[
    "workspace-edit",
    "line-ops",
    "anchor-ops",
    "symbol-ops",
    "search-replace",
    "apply-patch",
    "unified-diff",
    "whole-file",
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Edit(_Shape):
    """``payload`` has the shape of its format: see docs/submissions.md."""

    format: Format
    payload: Any


class Submission(_Shape):
    version: Literal[1] = 1
    specialist: str = ""
    task_id: str | None = None
    trace_id: str | None = None
    order_id: str | None = None
    base: str | None = None
    dry_run: bool = False
    reason: str = ""
    removes: list[str] = []
    edit: Edit


class Position(_Shape):
    """0-based line, 0-based UTF-16 code unit."""

    line: int
    character: int


class Range(_Shape):
    start: Position
    end: Position


class Violation(_Shape):
    """Advice never rejects. Its ``fix`` mends the text that the patch leaves."""

    code: str
    name: str
    message: str
    file: str | None
    range: Range | None
    hint: str
    severity: Literal["reject", "advice"] = "reject"
    fix: Edit | None = None


class Diagnostic(_Shape):
    """``line`` and ``character`` are 0-based."""

    file: str | None
    line: int
    character: int
    code: str
    message: str
    project: str


class Diagnostics(_Shape):
    baseline: int
    new: list[Diagnostic]
    fixed: list[Diagnostic]


class FileDelta(_Shape):
    """``before`` and ``after`` are the SHA-256 of the file's bytes, null where there is no file."""

    path: str
    before: str | None
    after: str | None
    added: int
    removed: int
    executable: bool
    was_executable: bool


class Stats(_Shape):
    files: int
    added: int
    removed: int
    changed_ratio: float
    score: int
    distance: int
    guards_near: int
    fuzzy: int


class CommandResult(_Shape):
    name: str
    run: str
    status: Literal["passed", "failed", "failed-before", "limit"]
    base_exit: int | None
    exit: int | None
    limit_hit: str | None
    detail: str
    output_tail: str
    artefact: str | None
    archive: str | None
    cached: bool
    duration_ms: float


class Verdict(_Shape):
    version: Literal[1]
    status: Status
    patch_id: str
    snapshot: str | None
    base: str
    trace_id: str | None
    branch: str | None
    violations: list[Violation]
    notes: list[str]
    removes: list[str]
    diff: str
    edits: dict[str, Any]
    stats: Stats
    changes: list[FileDelta]
    typecheck: Literal["checked", "skipped"]
    diagnostics: Diagnostics
    commands: list[CommandResult]
    timings_ms: dict[str, float]


class PatchBrief(_Shape):
    patch_id: str
    status: Literal["applied", "simulated", "rejected", "conflict", "error", "prepared", "abandoned"]
    at: str
    role: str
    task_id: str
    reason: str
    snapshot: str | None


class Patch(PatchBrief):
    """One patch as the ledger has it. ``files`` and ``edits`` are those of a patch that landed."""

    version: Literal[1]
    trace_id: str | None
    order_id: str | None
    pass_id: str | None
    format: str
    base: str
    tree: str | None
    branch: str | None
    working_tree: bool
    files: list[str]
    changes: list[FileDelta]
    stats: dict[str, float]
    typecheck: str
    timings_ms: dict[str, float]
    violations: list[dict[str, Any]]
    notes: list[str]
    removes: list[str]
    diff: str
    edits: dict[str, Any]


class OrderRun(_Shape):
    """One run of an order. ``unfinished`` runs now, or died."""

    order_id: str
    trace_id: str
    title: str
    status: Literal["unfinished", "delivered", "blocked", "failed", "cancelled", "awaiting-sign-off"]
    started_at: str
    ended_at: str | None
    base: str
    snapshot: str | None
    engine: str
    error: str | None


class Pass(_Shape):
    pass_id: str
    specialist: str
    task_id: str
    status: str
    applied: int
    rejected: int


class WholeRun(OrderRun):
    prompt: str
    passes: list[Pass]
    patches: list[PatchBrief]


class Orders(_Shape):
    """The latest run first."""

    version: Literal[1]
    orders: list[OrderRun]


class Order(_Shape):
    """Every run of one order, the latest first."""

    version: Literal[1]
    order_id: str
    runs: list[WholeRun]


class Health(_Shape):
    version: Literal[1]
    status: Literal["ok"]


class Error(_Shape):
    kind: str
    message: str
    hint: str


class Problem(_Shape):
    """Every answer but 200. ``violations`` are there where the submission is to blame."""

    version: Literal[1]
    error: Error
    violations: list[Violation] = []
