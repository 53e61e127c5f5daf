"""The base of a submission that names none, when files have changed while the pass was running.

``base: null`` means the current snapshot. But another pass may have changed a file after this pass read it. If this
pass does not know of that change, its edits are meant for the text that it read. So the submission is read on both
texts. If both readings give the same result, the gate goes on. If they differ, the edits could undo the other pass's
work or hit the wrong lines, and the submission must say which base it means.
"""

from __future__ import annotations

from collections.abc import Callable

from runner.edits.changes.apply import apply_changes
from runner.gate.verdict.conflict import Conflict
from runner.model.tree import ChangeSet, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation


def read_both_ways(
    read: Callable[[str], ChangeSet],
    seen: str,
    current: str,
    changed: frozenset[str],
    tree_of: Callable[[str], TreeReader],
) -> ChangeSet:
    """Return the change set on ``current``.

    ``read`` lowers the submission on a snapshot and rebases it to ``current``. ``changed`` holds the paths that others
    changed between ``seen`` (the last snapshot that the pass knows of) and ``current``. Raises ``Conflict`` when the
    two readings differ, and the error of ``read`` when neither can be read.
    """
    newest = _attempt(read, current)
    if isinstance(newest, ChangeSet) and not changed & set(newest.paths()):
        return newest
    older = _attempt(read, seen)
    if isinstance(newest, Refused):
        if isinstance(older, ChangeSet):
            return older
        raise older if isinstance(older, Conflict) else newest
    if isinstance(older, Refused):
        if not isinstance(older, Conflict):
            return newest
        raise _unsaid(newest, changed, current, older.sides)
    tree = tree_of(current)
    if apply_changes(newest, tree).files != apply_changes(older, tree).files:
        raise _unsaid(newest, changed, current, ())
    return newest


def _attempt(read: Callable[[str], ChangeSet], base: str) -> ChangeSet | Refused:
    try:
        return read(base)
    except Refused as refused:
        return refused


def _unsaid(change_set: ChangeSet, changed: frozenset[str], current: str, sides: tuple[str, ...]) -> Conflict:
    path = next(path for path in change_set.paths() if path in changed)
    message = f"{path} was changed by another pass meanwhile, and the submission does not say which text it was made on"
    hint = f'Read {path} again, and name what you read: "base": "{current}".'
    return Conflict((violation("conflict.base-moved", message, file=path, hint=hint),), sides)
