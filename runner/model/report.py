"""Reports: the result of an order."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.model.commands import CommandResult


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Something that a specialist would do but must not, or could not. ``impact`` is 1 (small) to 3 (large). Lines are
    1-based.
    """

    id: str
    specialist: str
    task_id: str
    title: str
    detail: str
    impact: int
    file: str | None = None
    line: int | None = None
    rule: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class PatchSummary:
    """One verdict as the report shows it. A patch that landed may have violations that are advice. ``removes`` are the
    declarations that the submission said it removes.
    """

    patch_id: str
    status: str
    reason: str
    files: tuple[str, ...]
    added: int
    removed: int
    snapshot: str | None
    violations: tuple[str, ...]
    diff: str
    removes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassResult:
    """``status`` is done, blocked, failed, cancelled or skipped. ``container_id`` is empty if no container was made.

    ``commands`` ran on what the pass left; ``taken_back`` says that its patches were, because one of them failed.
    """

    specialist: str
    task_id: str
    status: str
    attempt: int
    applied: int
    rejected: int
    conflicts: int
    container_id: str
    exit_code: int | None
    limit_hit: str | None
    branch: str
    snapshot: str
    duration_ms: float
    detail: str = ""
    patches: tuple[PatchSummary, ...] = ()
    commands: tuple[CommandResult, ...] = ()
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    status: str
    order_id: str
    trace_id: str
    title: str
    repo: str
    base: str
    snapshot: str
    tree: str
    engine: str
    passes: tuple[PassResult, ...]
    recommendations: tuple[Recommendation, ...]
    followups: tuple[str, ...]
    base_errors: int
    errors: int
    new: int
    fixed: int
    duration_ms: float
    scores: dict[str, float] = field(default_factory=dict)
