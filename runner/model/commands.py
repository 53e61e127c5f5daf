"""How a command (lint, tests, a build) ended on a tree, and what that means for an edit."""

from __future__ import annotations

from dataclasses import dataclass

PASSED = "passed"
FAILED = "failed"
FAILED_BEFORE = "failed-before"
LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command, compared with how it ended on the base.

    ``status`` is ``passed``; ``failed`` or ``limit`` (they refuse the edit); or ``failed-before``: it failed on the base
    too, and is only reported. ``head_exit`` is None if a limit ended it. ``base_exit`` is None if the base was not run:
    there is no need where the head passes. ``limit_hit`` is that of the head (see ``Outcome``).

    ``output_tail`` is the end of what it printed, harmless to show. ``artefact`` is the file with all of it and
    ``archive`` a tar of the files that the order wants to keep; both are paths relative to the repository, or empty.
    ``cached`` says that an equal run was remembered. ``detail`` says in words what happened.
    """

    command: str
    name: str
    status: str
    base_exit: int | None
    head_exit: int | None
    limit_hit: str | None = None
    output_tail: str = ""
    artefact: str = ""
    archive: str = ""
    cached: bool = False
    detail: str = ""
    duration_ms: float = 0.0

    @property
    def refuses(self) -> bool:
        return self.status in (FAILED, LIMIT)


def command_json(result: CommandResult) -> dict[str, object]:
    """As in docs/interfaces.md: verdicts, reports and the ledger."""
    return {
        "name": result.name,
        "run": result.command,
        "status": result.status,
        "base_exit": result.base_exit,
        "exit": result.head_exit,
        "limit_hit": result.limit_hit,
        "detail": result.detail,
        "output_tail": result.output_tail,
        "artefact": result.artefact or None,
        "archive": result.archive or None,
        "cached": result.cached,
        "duration_ms": result.duration_ms,
    }
