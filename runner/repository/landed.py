"""The patches that landed, according to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runner.errors import UsageError
from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.tags import on_worktree, undoes
from runner.ports import Ledger


@dataclass(frozen=True, slots=True)
class Landed:
    """One applied patch. If ``on_working_tree``, it is on no branch of its trace."""

    patch_id: str
    trace_id: str
    order_id: str | None
    base: str
    snapshot: str
    role: str
    task_id: str
    reason: str
    on_working_tree: bool
    edits: object
    diff: str


def landed_patches(ledger: Ledger, trace_id: str | None = None) -> tuple[Landed, ...]:
    """In the order in which they landed."""
    return _landed_of(ledger.events(trace_id=trace_id, kinds=(PATCH_PREPARED, PATCH_APPLIED)))


def _landed_of(events: Sequence[Event]) -> tuple[Landed, ...]:
    """In the order of preparation. A patch left by a crash is recorded as applied only when it is settled, perhaps
    after later ones.
    """
    applied = {event.patch_id for event in events if event.kind == PATCH_APPLIED}
    return tuple(_landed(event) for event in events if event.kind == PATCH_PREPARED and event.patch_id in applied)


def landed_patch(ledger: Ledger, start: str) -> Landed:
    """The one applied patch whose id starts with ``start``. Raises ``UsageError``."""
    events = ledger.events(patch_start=start, kinds=(PATCH_PREPARED, PATCH_APPLIED)) if start else ()
    found = _landed_of(events)
    if len(found) != 1:
        what = f"{len(found)} applied patches start with {start!r}" if found else f"there is no applied patch {start!r}"
        raise UsageError(what, "List them with: patchgate log")
    return found[0]


def undone_by(ledger: Ledger, patch_id: str) -> str | None:
    """The latest applied patch that took ``patch_id`` back."""
    event = ledger.newest(tag=undoes(patch_id))
    return None if event is None else event.patch_id


def restore_point(ledger: Ledger, snapshot: str | None, start: str, trace_id: str | None) -> tuple[str, Landed | None]:
    """Find the snapshot that a person wants to go back to: the trace, and the last of its patches that stays.

    ``snapshot`` is the commit that ``start`` names, if it names one: a snapshot of a trace, or its base (then no patch
    stays). Otherwise ``start`` is the id of a patch or its first digits, because states of a working tree have no other
    names. Raises ``UsageError``.
    """
    landed = landed_patches(ledger)
    points = [(each.trace_id, each) for each in landed if snapshot is not None and each.snapshot == snapshot]
    bases = {each.trace_id: each.base for each in reversed(landed)}
    known = {trace for trace, _ in points}
    found: list[tuple[str, Landed | None]] = [*points]
    found += [(trace, None) for trace, base in bases.items() if base == snapshot and trace not in known]
    found = found or [(each.trace_id, each) for each in landed if start and each.patch_id.startswith(start)]
    on_worktree = {each.trace_id for each in landed if each.on_working_tree}
    if trace_id is None:
        # A commit refers to a branch, if there is one, rather than to the files on disk.
        found = [point for point in found if point[0] not in on_worktree] or found
    else:
        found = [point for point in found if point[0] == trace_id]
    if len(found) != 1:
        traces = ", ".join(dict.fromkeys(trace for trace, _ in found))
        what = (
            f"{start} is a snapshot of {len(found)} traces ({traces})"
            if found
            else f"{start} is a snapshot of no trace"
        )
        raise UsageError(
            what, "Name a snapshot or a patch, or the trace with --trace; they are in: patchgate log, patchgate show"
        )
    return found[0]


def trace_named(ledger: Ledger, start: str) -> str:
    """The one trace with an applied patch whose id starts with ``start``. Raises ``UsageError``."""
    found = ledger.traces(start) if start else ()
    if start in found:
        return start
    if len(found) != 1:
        what = (
            f"{len(found)} traces start with {start!r}"
            if found
            else f"there is no trace {start!r} with applied patches"
        )
        raise UsageError(what, "List the traces with: patchgate log")
    return found[0]


def trace_at(ledger: Ledger, base: str, order_id: str | None) -> str | None:
    """The trace of patches on a working tree whose HEAD is ``base``: one for each order, and one without an order."""
    event = ledger.newest(tag=on_worktree(base, order_id))
    return None if event is None else event.trace_id


def _landed(event: Event) -> Landed:
    data = event.data
    return Landed(
        patch_id=str(event.patch_id),
        trace_id=str(event.trace_id),
        order_id=event.order_id,
        base=str(data["base"]),
        snapshot=str(data.get("snapshot") or ""),
        role=str(data["role"]),
        task_id=str(data.get("task_id") or ""),
        reason=str(data.get("reason") or ""),
        on_working_tree=bool(data.get("working_tree")),
        edits=data["edits"],
        diff=str(data.get("diff") or ""),
    )
