"""What a submission without a base was made on, when the files have changed under the pass.

``base: null`` means the current snapshot. But a pass that read a file, and did not hear that another pass has landed a
change of it since, means the text that it read. Where both readings come to the same, nothing is asked. Where they do
not, the submission could take back what the other pass did, or hit the wrong lines: it has to say which text it saw.
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
    """The change set, on ``current``.

    ``read`` lowers the submission on a snapshot and brings it up to ``current``; ``changed`` are the paths that others
    changed between ``seen``, the last snapshot that the pass was told of, and ``current``. Raises ``Conflict`` where the
    two readings differ, and what ``read`` raises where neither can be read.
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
