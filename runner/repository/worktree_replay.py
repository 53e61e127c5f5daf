"""Redoes a trace that ``patchctl`` made on a working tree, from the kept files and the recorded edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from runner.edits.changes.apply import apply_changes
from runner.edits.lowering import lower
from runner.errors import SnapshotError, UsageError
from runner.model.events import Event
from runner.model.tree import Candidate, FileSet, FileState
from runner.model.verdict import Refused
from runner.repository.replay import Replay

Kept = Callable[[str | None], bytes | None]
TreeOf = Callable[[str, Mapping[str, FileState | None]], str]


def replay_worktree(
    patches: Sequence[Event],
    kept: Kept,
    tree_of: TreeOf,
    on_patch: Callable[[str], None] = lambda patch_id: None,
    *,
    last: int | None = None,
) -> Replay:
    """``patches`` are the prepared events of one trace, oldest first; at least one.

    Each patch is redone on its files as they were. What a person edited between two patches is taken over and named.
    ``tree_of`` builds the tree: that of the trace's base commit with the patched files put in. Raises
    ``SnapshotError``.
    """
    if any("changes" not in event.data for event in patches):
        raise UsageError(
            f"trace {patches[0].trace_id} has patches that are too old: their files were not kept",
            "To take a patch back: patchgate undo PATCH",
        )
    first = len(patches) - min(last or len(patches), len(patches))
    files: dict[str, FileState | None] = {}
    for event in patches[:first]:
        files.update(sides(event, kept)[1])
    by_hand: dict[str, None] = {}
    for event in patches[first:]:
        candidate = redone(event, kept)
        before = candidate.before
        by_hand.update((path, None) for path, state in before.items() if path in files and files[path] != state)
        files.update(candidate.files)
        on_patch(str(event.patch_id))
    base, recorded = str(patches[-1].data["base"]), str(patches[-1].data["tree"])
    ids = tuple(str(event.patch_id) for event in patches[first:])
    return Replay(str(patches[0].trace_id), base, ids, tree_of(base, files), recorded, tuple(by_hand))


def sides(event: Event, kept: Kept) -> tuple[dict[str, FileState | None], dict[str, FileState | None]]:
    """The files that a patch touched, before and after it. Raises what ``kept`` raises."""
    changes = list(_changes(event))
    before = {str(each["path"]): _state(each, "before", kept) for each in changes}
    return before, {str(each["path"]): _state(each, "after", kept) for each in changes}


def needed_files(applied: Sequence[Event], traces: int) -> frozenset[str]:
    """The SHA-256 of each file needed to replay the newest ``traces`` traces of the working tree. ``applied`` are the
    applied events, oldest first.
    """
    newest: dict[str | None, None] = {}
    found: set[str] = set()
    for event in reversed(applied):
        if not event.data.get("working_tree"):
            continue
        if event.trace_id not in newest and len(newest) == traces:
            continue
        newest[event.trace_id] = None
        found.update(str(each[side]) for each in _changes(event) for side in ("before", "after") if each.get(side))
    return frozenset(found)


def _changes(event: Event) -> Iterator[dict[str, Any]]:
    changes = event.data.get("changes")
    if isinstance(changes, list):
        yield from changes


def _state(change: Mapping[str, Any], side: str, kept: Kept) -> FileState | None:
    content = kept(change[side])
    return (
        None
        if content is None
        else FileState(content, bool(change["was_executable" if side == "before" else "executable"]))
    )


def redone(event: Event, kept: Kept) -> Candidate:
    """Apply the recorded edits to the files as they were. Raises ``SnapshotError``."""
    tree = FileSet(sides(event, kept)[0], str(event.data["base"]))
    try:
        return apply_changes(lower("workspace-edit", event.data["edits"], tree), tree)
    except Refused as refused:
        raise SnapshotError(f"patch {event.patch_id} cannot be redone: {refused}") from refused
