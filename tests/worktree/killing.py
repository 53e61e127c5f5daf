"""Killing a process before any of the calls that change something on disk, whichever code makes them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from runner.ledger.sql import SqlLedger
from runner.snapshots.git.store import GitSnapshots
from tests.worktree.patching import Step, in_a_process_that_dies

_CALLS = ("open", "mkdir", "link", "unlink", "rename", "replace", "rmdir", "fsync", "write")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_METHODS: tuple[tuple[Any, str], ...] = ((SqlLedger, "record"), (GitSnapshots, "publish"), (GitSnapshots, "write_on"))


def watched(step: Step) -> None:
    """From now on ``step`` is told of each such call of this process just before it, and after those of SQLite and libgit2.
    There is no way back: use it in a child."""

    def before(name: str, real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
        @functools.wraps(real)
        def call(*arguments: Any, **named: Any) -> Any:
            if name == "open" and not arguments[1] & _WRITES:
                return real(*arguments, **named)
            step(f"{name} {_shown(arguments)}")
            result = real(*arguments, **named)
            if after:
                step(f"after {name}")
            return result

        return call

    for name in _CALLS:
        setattr(os, name, before(name, getattr(os, name), after=False))
    for owner, name in _METHODS:
        setattr(owner, name, before(name, getattr(owner, name), after=True))


def _shown(arguments: tuple[Any, ...]) -> str:
    return str(getattr(arguments[1], "kind", arguments[1])) if hasattr(arguments[0], "ledger") else str(arguments[0])


def killed_at(work: Callable[[], object], at: int | str) -> bool:
    """Do ``work`` in a process that is killed before its call number ``at``, or before the first one with ``at`` in its
    name; whether it came to that."""

    def watching(step: Step) -> None:
        def named(name: str) -> None:
            if at in name:  # type: ignore[operator]
                step(name)

        watched(named if isinstance(at, str) else step)
        work()

    return in_a_process_that_dies(watching, 0 if isinstance(at, str) else at)
