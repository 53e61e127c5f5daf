"""Undo and restore in a working tree, using the kept files. What a person edited in between stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from runner.edits.changes.apply import apply_changes
from runner.edits.changes.difference import difference
from runner.edits.changes.rebase import rebase
from runner.edits.lowering import lower
from runner.errors import SnapshotError
from runner.gate.verdict.conflict import conflict
from runner.model.submission import Submission
from runner.model.tree import FileSet, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.ports import Ledger
from runner.repository.landed import Landed
from runner.repository.replay import landed_events
from runner.repository.undo import payload_of
from runner.repository.worktree_replay import sides
from runner.text.reverse_diff import reversed_diff


def plan_worktree_restore(
    ledger: Ledger,
    kept: Callable[[str | None], bytes | None],
    tree: TreeReader,
    trace_id: str,
    stays: Landed | None,
) -> Submission:
    """Take back every patch of the trace after ``stays`` (None: all of them). ``tree`` is the current working tree.

    Raises ``Refused`` for a conflict (the same place was edited since) or a file that is not text, and
    ``SnapshotError`` if the kept files are gone.
    """
    patches = landed_events(trace_id, ledger)
    ids = [event.patch_id for event in patches]
    later = patches[ids.index(stays.patch_id) + 1 if stays is not None else 0 :]
    files: dict[str, FileState | None] = {}
    for event in reversed(later):
        before, after = sides(event, kept)
        for path, old in before.items():
            current = files[path] if path in files else tree.read(path)
            files[path] = _taken_back(path, old, after[path], current)
    payload = payload_of(difference(tree, FileSet(files, tree.snapshot), files), tree)
    name = stays.patch_id if stays is not None else tree.snapshot[:12]
    return Submission("workspace-edit", payload, "restore", reason=f"restore {name}")


def plan_worktree_undo(
    ledger: Ledger, kept: Callable[[str | None], bytes | None], tree: TreeReader, patch: Landed
) -> dict[str, object] | None:
    """The WorkspaceEdit that takes back one patch exactly; None if its files were not kept.

    Raises ``Refused`` for a conflict: the same place was edited since, or the patch is gone already.
    """
    event = next(each for each in landed_events(patch.trace_id, ledger) if each.patch_id == patch.patch_id)
    if "changes" not in event.data:
        return None
    try:
        before, after = sides(event, kept)
    except SnapshotError:
        return None
    files: dict[str, FileState | None] = {}
    for path, old in before.items():
        current = tree.read(path)
        if current == old:
            message = f"{path} is as it was before the patch."
            raise Refused(violation("conflict.base-moved", message, file=path))
        files[path] = _taken_back(path, old, after[path], current)
    return payload_of(difference(tree, FileSet(files, tree.snapshot), files), tree)


def undo_by_diff(submission: Submission, patch: Landed, tree: TreeReader) -> Submission:
    """For a patch whose files were not kept: apply its diff in reverse. Raises ``Refused`` for a conflict."""
    payload = reversed_diff(patch.diff)
    try:
        lower("unified-diff", payload, tree)
    except Refused as refused:
        moved = [violation("conflict.base-moved", each.message, file=each.file) for each in refused.violations]
        raise Refused(*moved) from refused
    return replace(submission, format="unified-diff", payload=payload)


def _taken_back(
    path: str, old: FileState | None, patched: FileState | None, current: FileState | None
) -> FileState | None:
    """``current`` without the change from ``old`` to ``patched``."""
    if current in (patched, old):
        return old
    if old is None or patched is None or current is None:
        made = "made" if old is None else "removed" if patched is None else "edited"
        message = f"{path} was changed by hand since the patch {made} it."
        raise Refused(violation("conflict.base-moved", message, file=path))
    base, now = FileSet({path: patched}, ""), FileSet({path: current}, "")
    back, edited = difference(base, FileSet({path: old}, ""), (path,)), difference(base, now, (path,))
    try:
        rebased = rebase(back, edited, before=base.files)
    except Refused as refused:
        raise conflict(refused, back, edited, base) from refused
    return apply_changes(rebased, now).files[path] if rebased.changes else current
