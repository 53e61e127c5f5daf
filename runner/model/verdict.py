"""Verdicts: what the gate answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.commands import CommandResult
from runner.model.diagnostics import Diagnostic
from runner.model.text import Range

APPLIED = "applied"
SIMULATED = "simulated"
REJECTED = "rejected"
CONFLICT = "conflict"
ERROR = "error"

REJECT = "reject"
ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Violation:
    """Why something did not land. ``code`` is stable (see ``violations``); ``hint`` tells a model what to do instead.

    With the ``severity`` ``ADVICE`` it does not refuse: an applied patch may have it. ``fix`` is then a patch that
    would mend it, in the form of a submission's ``edit``; it refers to the files as this patch leaves them.
    """

    code: str
    name: str
    message: str
    hint: str
    file: str | None = None
    range: Range | None = None
    severity: str = REJECT
    fix: Mapping[str, object] | None = field(default=None, hash=False)


class Refused(Exception):
    """A submission that cannot be lowered or breaks a rule. Pure code raises it; the gate turns it into a verdict."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{v.code} {v.name}: {v.message}" for v in violations))
        self.violations = violations


@dataclass(frozen=True, slots=True)
class FileDelta:
    """What a patch does to one file. ``before`` and ``after`` are the SHA-256 of its bytes, or None if there is no
    file.

    ``added`` and ``removed`` count lines (0 for a binary file). ``executable`` is the mode afterwards,
    ``was_executable`` before; false if there is no file.
    """

    path: str
    before: str | None
    after: str | None
    added: int
    removed: int
    executable: bool = False
    was_executable: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """``distance`` (lines), ``guards_near`` and ``fuzzy`` (files) feed the score, besides the size."""

    files: int = 0
    added: int = 0
    removed: int = 0
    changed_ratio: float = 0.0
    score: int = 0
    distance: int = 0
    guards_near: int = 0
    fuzzy: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``edits`` is an LSP WorkspaceEdit as plain JSON. ``timings_ms`` has one entry for each stage that ran.
    ``removes`` holds the addresses that the submission named as removed.

    ``branch`` is where an applied patch can be found; None in a working tree that commits nothing. ``commands`` are
    those that ran on this candidate.
    """

    status: str
    patch_id: str
    base: str
    snapshot: str | None = None
    violations: tuple[Violation, ...] = ()
    notes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    diff: str = ""
    edits: dict[str, object] = field(default_factory=lambda: {"documentChanges": []})
    stats: Stats = Stats()
    changes: tuple[FileDelta, ...] = ()
    trace_id: str | None = None
    branch: str | None = None
    typecheck: str = "skipped"
    baseline_errors: int = 0
    new: tuple[Diagnostic, ...] = ()
    fixed: tuple[Diagnostic, ...] = ()
    commands: tuple[CommandResult, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
