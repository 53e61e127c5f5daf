"""Every change, in every format, honest and corrupted, before the gate. Work is spread over processes by change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from runner.model.submission import Submission
from tests.bench import consent
from tests.bench.corpus import Change, seed_of
from tests.bench.corrupt import CORRUPTIONS, Attempt
from tests.bench.express import ROWS, Row
from tests.bench.judge import ADVISED, EXACT, LANDED, REFUSED, Result, judge
from tests.bench.removes import removes_of

HONEST = "honest"
ROWS_BY_NAME = {row.name: row for row in ROWS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``corruption`` is ``HONEST`` or a name of ``CORRUPTIONS``; ``consent`` says why a person would be asked."""

    change: str
    row: str
    corruption: str
    status: str
    codes: tuple[str, ...]
    why: str
    consent: tuple[str, ...]

    @property
    def got_in(self) -> bool:
        """It landed, and its text is not the right one."""
        return self.status == LANDED


def run(
    changes: Iterable[Change], *, rows_per_corruption: int, done: Callable[[Change], None] = lambda change: None
) -> Iterator[Outcome]:
    """``rows_per_corruption`` formats for each change and corruption, rotating; all of them for honest changes."""
    # Big files first, so that no process is left with one at the end.
    ordered = sorted(changes, key=lambda change: -len(change.before))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for change, found in zip(
            ordered, pool.map(_one, ordered, [rows_per_corruption] * len(ordered), chunksize=2), strict=True
        ):
            yield from found
            done(change)


def attempt_of(change: Change, row: Row, corruption: str) -> Attempt | None:
    """The same for the same arguments, so that an outcome can be made again (for tsc)."""
    honest = row.make(change.path, change.before, change.after)
    return None if honest is None else CORRUPTIONS[corruption](change, row, honest)


def _one(change: Change, rows_per_corruption: int) -> list[Outcome]:
    reasons, removes = consent.reasons(change), removes_of(change)
    found: list[Outcome] = []
    for row in ROWS:
        payload = row.make(change.path, change.before, change.after)
        if payload is not None:
            task = consent.task_of(change)
            submission = Submission(row.format, payload, removes=removes)
            result = judge(submission, change.path, change.before, change.after, task=task, policy=consent.POLICY)
            found.append(_outcome(change, row, HONEST, result, reasons))
    for name in CORRUPTIONS:
        turn = seed_of("row", change.key, name)
        made = 0
        for step in range(len(ROWS)):
            row = ROWS[(turn + step) % len(ROWS)]
            attempt = attempt_of(change, row, name) if made < rows_per_corruption else None
            if attempt is not None:
                found.append(_outcome(change, row, name, _judged(change, row, attempt, removes), reasons))
                made += 1
    return found


def _judged(change: Change, row: Row, attempt: Attempt, removes: tuple[str, ...]) -> Result:
    return judge(
        Submission(row.format, attempt.payload, removes=removes),
        change.path,
        change.before,
        attempt.wanted,
        task=attempt.task,
        policy=consent.POLICY,
        moved=attempt.moved,
        names_base=attempt.names_base,
        is_right=lambda text: attempt.is_right(text, change.after),
    )


def _outcome(change: Change, row: Row, corruption: str, result: Result, reasons: tuple[str, ...]) -> Outcome:
    return Outcome(change.key, row.name, corruption, result.status, result.codes, result.why, reasons)


def is_good(outcome: Outcome) -> bool:
    """An honest one must land exactly; a corrupted one must be refused, or land exactly, or as advised: the same code."""
    return outcome.status == EXACT if outcome.corruption == HONEST else outcome.status in (EXACT, ADVISED, REFUSED)
