"""What two runs of a command mean: what passed before must pass."""

from __future__ import annotations

from runner.checker.commands.runs import Run
from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED
from runner.model.order import Command

_LIMITS = {
    "wall": "took longer than its limit of {0.wall_s:g} s",
    "memory": "needed more than its limit of {0.memory_mb} MiB of memory",
    "output": "printed more than its limit of {0.output_kb} KiB",
    "pids": "had more than its limit of {0.pids} processes",
}
_MISSING = {126: "cannot be executed", 127: "was not found in the container"}


def judged(command: Command, base: Run | None, head: Run) -> tuple[str, str]:
    """The status and the words for it. ``base`` is None where it was not asked: the head passes, or must pass anyhow."""
    if head.passed:
        return PASSED, _and(_in_words(command, head), head.note)
    what = _in_words(command, head)
    before = "" if base is None else f"on the base it {_before(command, base)}"
    if head.limit_hit is not None:
        return LIMIT, _and(what, before)
    if command.must == "pass":
        return FAILED, _and(what, "it must pass, whatever the base does")
    # A base that ran into a limit is not known to fail, and excuses nothing.
    if base is not None and not base.passed and base.limit_hit is None:
        return FAILED_BEFORE, _and(what, before)
    return FAILED, _and(what, before)


def _and(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _before(command: Command, base: Run) -> str:
    return "passes" if base.passed else _in_words(command, base)


def _in_words(command: Command, run: Run) -> str:
    if run.limit_hit is not None:
        return _LIMITS.get(run.limit_hit, "reached a limit").format(command.limits)
    if run.passed:
        return "passes"
    missing = _MISSING.get(run.exit_code or 0)
    return f"fails with exit code {run.exit_code}" + (f" (a program {missing})" if missing else "")
