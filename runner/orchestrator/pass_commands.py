"""The commands of an order (lint, tests, a build) after a pass that changed something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from runner.errors import CheckerError, SandboxError, SnapshotError
from runner.model.commands import CommandResult
from runner.model.events import NOTE
from runner.model.order import Order
from runner.model.report import PassResult
from runner.model.snapshot import Snapshot
from runner.ports import Environment


class Around(Protocol):
    """The part of a pass's context that matters here."""

    @property
    def order(self) -> Order: ...

    @property
    def environment(self) -> Environment: ...

    @property
    def tell(self) -> Callable[[str, str, dict[str, object]], None]: ...

    @property
    def cancel(self) -> threading.Event: ...


def held_to_commands(result: PassResult, pass_id: str, since: Snapshot, context: Around) -> PassResult:
    """The result of a pass once its commands have run. ``since`` is the snapshot that the pass began with.

    If one fails, or cannot be run, the patches of the pass are taken back, so that nothing is built on them.
    """
    names = [each.name for each in context.order.policy.commands if each.when == "pass"]
    if not names or context.environment.current.tree == since.tree:
        return result
    if context.cancel.is_set():
        return _interrupted(result, names)
    context.tell(NOTE, pass_id, {"text": f"runs {', '.join(names)} on what it changed"})
    found: tuple[CommandResult, ...] = ()
    status, why = "failed", ""
    try:
        found = context.environment.check_commands(since)
        if broken := [each for each in found if each.refuses]:
            status, why = "blocked", "; ".join(f"{each.name} {each.detail}" for each in broken)
    except (CheckerError, SandboxError, SnapshotError, OSError) as error:
        if context.cancel.is_set():
            return _interrupted(result, names)
        why = f"the commands could not be run: {error}"
    result = replace(result, commands=found)
    if not why:
        return _with_notes(result, found)
    # What the specialist itself ended with is worse than a command that fails.
    status = result.status if result.status == "failed" else status
    return _taken_back(replace(result, status=status, detail=_and(result.detail, why)), pass_id, since, context)


def _interrupted(result: PassResult, names: Sequence[str]) -> PassResult:
    words = f"its patches have landed, but {', '.join(names)} did not run on them to the end"
    return replace(result, status="cancelled", detail=_and(result.detail, words))


def _with_notes(result: PassResult, found: Sequence[CommandResult]) -> PassResult:
    failing = [f"{each.name} {each.detail}" for each in found if each.head_exit]
    return replace(result, detail=_and(result.detail, *failing))


def _taken_back(result: PassResult, pass_id: str, since: Snapshot, context: Around) -> PassResult:
    failed = context.environment.take_back(pass_id, since)
    done = f"its patches could not be taken back: {failed}" if failed else "its patches were taken back"
    current = context.environment.current.id
    return replace(result, detail=_and(result.detail, done), taken_back=not failed, snapshot=current)


def _and(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
