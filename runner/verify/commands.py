"""Commands on both sides of a difference: what passed before must pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from runner.model.tree import FileState, TreeReader
from runner.model.verdict import ADVICE, REJECT
from runner.verify.report import CommandOutcome, Finding


class Commands(Protocol):
    """Runs commands in containers, never on the host."""

    def compare(
        self,
        base: TreeReader,
        head: TreeReader,
        commands: Sequence[str],
        *,
        files: Mapping[str, FileState | None],
    ) -> Sequence[CommandOutcome]:
        """Each command on ``head`` with ``files`` put in, and on ``base`` where that matters. Raises ``PatchgateError``."""


_FAILED, _LIMIT = ("PG610", "commands.failed"), ("PG611", "commands.limit")
_MEND = "Read the end of its output, correct the change, and verify it again."


def findings_of(outcomes: Iterable[CommandOutcome]) -> tuple[Finding, ...]:
    return tuple(found for each in outcomes if (found := _finding(each)) is not None)


def _finding(outcome: CommandOutcome) -> Finding | None:
    if outcome.head_exit == 0 and outcome.limit_hit is None:
        return None
    ended = (
        f"reached its {outcome.limit_hit} limit" if outcome.limit_hit else f"ended with exit code {outcome.head_exit}"
    )
    code, name = _LIMIT if outcome.limit_hit else _FAILED
    if outcome.base_exit:
        message = f"`{outcome.command}` {ended}; on the base it ended with {outcome.base_exit}"
        hint = "It failed before the change: nobody can tell whether the change is to blame."
        return Finding(code, name, ADVICE, message, hint, source="commands", detail=outcome.output_tail)
    before = "; it passes on the base" if outcome.base_exit == 0 else ""
    message = f"`{outcome.command}` {ended}{before}"
    return Finding(code, name, REJECT, message, _MEND, source="commands", detail=outcome.output_tail)
