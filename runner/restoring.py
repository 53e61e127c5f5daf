"""Restore in a working tree: patch by patch, the latest first, and what a person edited in between stays."""

from __future__ import annotations

from collections.abc import Callable

from runner.edits.candidate import apply_changes
from runner.edits.difference import difference
from runner.edits.rebase import rebase
from runner.gate.conflicts import conflict
from runner.gate.replay import landed_events
from runner.gate.replay_by_hand import sides
from runner.history import Landed
from runner.model.submission import Submission
from runner.model.tree import FileSet, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.ports import Ledger
from runner.undoing import payload_of


def plan_hand_restore(
    ledger: Ledger,
    kept: Callable[[str | None], bytes | None],
    tree: TreeReader,
    trace_id: str,
    stays: Landed | None,
) -> Submission:
    """Take back every patch of the trace after ``stays`` (None: all of them). ``tree`` is the working tree as it is.

    Raises ``Refused``: a conflict where the same place was edited by hand since, or a file that is not text. Raises
    ``SnapshotError`` where the kept files are gone.
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


def _taken_back(
    path: str, old: FileState | None, patched: FileState | None, current: FileState | None
) -> FileState | None:
    """``current`` without what made ``patched`` of ``old``."""
    if current in (patched, old):
        return old
    if old is None or patched is None or current is None:
        made = "made" if old is None else "removed" if patched is None else "edited"
        message = f"{path} was changed by hand since the patch {made} it."
        raise Refused(violation("conflict.base-moved", message, file=path))
    base, now = FileSet({path: patched}, ""), FileSet({path: current}, "")
    back, by_hand = difference(base, FileSet({path: old}, ""), (path,)), difference(base, now, (path,))
    try:
        rebased = rebase(back, by_hand, before=base.files)
    except Refused as refused:
        raise conflict(refused, back, by_hand, base) from refused
    return apply_changes(rebased, now).files[path] if rebased.changes else current
