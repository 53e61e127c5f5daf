"""Collects what is known about one submission until the verdict is complete."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from runner.edits.changes.scope import Scope
from runner.gate.verdict.deltas import deltas
from runner.gate.verdict.distance import distance_of
from runner.gate.verdict.score import Measures, score
from runner.model.commands import LIMIT, CommandResult
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.text import Position, Range
from runner.model.tree import Candidate, EditFile, FileState, RenameFile
from runner.model.verdict import FileDelta, Refused, Stats, Verdict, Violation
from runner.model.violations import violation
from runner.text.diffing import unified_diff
from runner.text.lsp import to_workspace_edit

SHOWN_ERRORS = 20
# Of what a command printed, in the message. The verdict has more, and the artefact all of it.
LAST_LINES = 12
LAST_CHARACTERS = 1500


@dataclass
class VerdictBuilder:
    """Filled step by step: ``removes`` once its addresses are resolved, ``candidate`` and the task's ``scope`` once the
    edits are applied, ``advice`` by the checks, ``check`` after tsc, ``commands`` after theirs, ``branch`` once the patch
    has landed.
    """

    patch_id: str
    base: str
    reason: str
    trace_id: str | None = None
    branch: str | None = None
    candidate: Candidate | None = None
    scope: Scope = Scope({}, ())
    check: CheckResult | None = None
    commands: tuple[CommandResult, ...] = ()
    advice: tuple[Violation, ...] = ()
    notes: list[str] = field(default_factory=list)
    removes: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] = round((time.perf_counter() - start) * 1000, 2)

    def new_errors(self) -> tuple[Violation, ...]:
        found = () if self.check is None else self.check.new
        shown = tuple(_new_error(error) for error in found[:SHOWN_ERRORS])
        if len(found) > SHOWN_ERRORS:
            shown += (violation("typecheck.new-error", f"and {len(found) - SHOWN_ERRORS} more new errors"),)
        return shown

    def broken_commands(self) -> tuple[Violation, ...]:
        return tuple(_broken(result) for result in self.commands if result.refuses)

    def verdict(self, status: str, *, snapshot: str | None = None, violations: tuple[Violation, ...] = ()) -> Verdict:
        check = self.check
        return Verdict(
            status=status,
            patch_id=self.patch_id,
            base=self.base if self.candidate is None else self.candidate.base,
            snapshot=snapshot,
            violations=(*violations, *self.advice),
            notes=(*self._fuzzy, *self.notes),
            removes=self.removes,
            diff=self.diff,
            edits=self.edits,
            stats=self.stats,
            changes=self.changes,
            trace_id=self.trace_id,
            branch=self.branch,
            typecheck="skipped" if check is None else "checked",
            baseline_errors=0 if check is None else check.baseline,
            new=() if check is None else check.new,
            fixed=() if check is None else check.fixed,
            commands=self.commands,
            timings_ms=dict(self.timings),
        )

    # Both the ledger and the verdict read these. Nobody reads them before the candidate is set or known to be missing.
    @cached_property
    def diff(self) -> str:
        return "" if self.candidate is None else unified_diff(self.candidate.before, self.candidate.files)

    @cached_property
    def edits(self) -> dict[str, object]:
        if self.candidate is None:
            return {"documentChanges": []}
        return to_workspace_edit(self.candidate.change_set, self.candidate.before)

    @cached_property
    def changes(self) -> tuple[FileDelta, ...]:
        return () if self.candidate is None else deltas(self.candidate.before, self.candidate.files)

    @cached_property
    def stats(self) -> Stats:
        if self.candidate is None:
            return Stats()
        added, removed = sum(each.added for each in self.changes), sum(each.removed for each in self.changes)
        total = sum(_line_count(state) for state in self.candidate.before.values() if state is not None)
        ratio = round(min(1.0, removed / total), 4) if total else 0.0
        near = distance_of(self.candidate, self.scope)
        measures = Measures(
            added=added,
            removed=removed,
            changed_ratio=ratio,
            files=len(self.candidate.files),
            distance=near.distance,
            guards_near=near.guards,
            fuzzy=len(self._fuzzy),
            removes=len(self.removes),
            new_errors=0 if self.check is None else len(self.check.new),
        )
        points = score(measures)
        return Stats(measures.files, added, removed, ratio, points, near.distance, near.guards, measures.fuzzy)

    @property
    def _fuzzy(self) -> tuple[str, ...]:
        changes = () if self.candidate is None else self.candidate.change_set.changes
        return tuple(
            f"{change.path if isinstance(change, EditFile) else change.new}: found by a fuzzy match ({change.fuzzy})"
            for change in changes
            if isinstance(change, EditFile | RenameFile) and change.fuzzy
        )


def is_conflict(refused: Refused) -> bool:
    return any(each.name.startswith("conflict.") for each in refused.violations)


def _new_error(error: Diagnostic) -> Violation:
    place = Position(error.line, error.character)
    message = f"{error.file or error.project}({error.line + 1},{error.character + 1}): {error.code}: {error.message}"
    return violation("typecheck.new-error", message, file=error.file or None, range=Range(place, place))


def _broken(result: CommandResult) -> Violation:
    end = " | ".join(result.output_tail.split("\n")[-LAST_LINES:])[-LAST_CHARACTERS:]
    name = "commands.limit" if result.status == LIMIT else "commands.failed"
    return violation(name, f"{result.name} {result.detail}" + (f". It ends with: {end}" if end else ""))


def _line_count(state: FileState) -> int:
    return state.content.count(b"\n") + (not state.content.endswith(b"\n"))
