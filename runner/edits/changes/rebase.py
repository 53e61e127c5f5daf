"""Rebases a change set over another one that landed on the same base in the meantime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runner.edits.changes.tracking import carry
from runner.model.text import Range, Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, RenameFile
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.encoding import decode
from runner.text.positions import LineIndex


@dataclass(slots=True)
class _Landed:
    """What landed, by base path. ``new`` holds the paths where files were added."""

    edits: dict[str, tuple[Replacement, ...]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)

    @staticmethod
    def of(change_set: ChangeSet) -> _Landed:
        landed = _Landed()
        for change in change_set.changes:
            if isinstance(change, EditFile):
                landed.edits[change.path] = change.replacements
            elif isinstance(change, RenameFile):
                landed.edits[change.old] = change.replacements
                landed.moved[change.old] = change.new
                landed.new.add(change.new)
            elif isinstance(change, DeleteFile):
                landed.deleted.add(change.path)
            else:
                landed.new.add(change.path)
        return landed


def rebase(
    change_set: ChangeSet, landed: ChangeSet, *, before: Mapping[str, FileState | None] | None = None
) -> ChangeSet:
    """Turn ``change_set``, made on base B, into one on B with ``landed`` applied. If the two are disjoint, the order
    does not matter.

    Edits that share characters or a border are a conflict: with two texts at one place, which comes first would be a
    guess. It is also a conflict if one side removed or renamed a file and the other removed or renamed it too, or
    edited a removed one. ``before`` (B's files) lets the violation name the line. Raises ``Refused``
    (``conflict.base-moved``).
    """
    theirs = _Landed.of(landed)
    return ChangeSet(tuple(_rebased(change, theirs, before or {}) for change in change_set.changes))


def _rebased(change: FileChange, landed: _Landed, before: Mapping[str, FileState | None]) -> FileChange:
    if isinstance(change, CreateFile):
        _check_free(change.path, landed)
        return change
    path = change.old if isinstance(change, RenameFile) else change.path
    if path in landed.deleted:
        raise _conflict(path, "it was deleted")
    if isinstance(change, EditFile):
        moved = landed.moved.get(path, path)
        return replace(change, path=moved, replacements=_over(path, change.replacements, landed, before))
    if path in landed.moved:
        raise _conflict(path, f"it was renamed to {landed.moved[path]}")
    if isinstance(change, RenameFile):
        _check_free(change.new, landed)
        return replace(change, replacements=_over(path, change.replacements, landed, before))
    if landed.edits.get(path):
        raise _conflict(path, "it is to be deleted, and was edited", _place(path, landed.edits[path][0], before))
    return change


def _check_free(path: str, landed: _Landed) -> None:
    if path in landed.new:
        raise _conflict(path, "a file of that name appeared")
    for other in landed.new:
        if path.startswith(other + "/") or other.startswith(path + "/"):
            raise _conflict(path, f"{other} appeared")


def _over(
    path: str, replacements: tuple[Replacement, ...], landed: _Landed, before: Mapping[str, FileState | None]
) -> tuple[Replacement, ...]:
    theirs = landed.edits.get(path, ())
    at = 0
    for mine in replacements:
        while at < len(theirs) and theirs[at].end < mine.start:
            at += 1
        if at < len(theirs) and theirs[at].start <= mine.end:
            where = _place(path, theirs[at], before)
            shown = f" (line {where.start.line + 1})" if where else f" (characters {mine.start}..{mine.end})"
            raise _conflict(path, f"the same place was edited{shown}", where)
    places = carry([(mine.start, mine.end) for mine in replacements], theirs)
    return tuple(
        Replacement(place[0], place[1], mine.new, mine.pinned)
        for place, mine in zip(places, replacements, strict=True)
        if place is not None  # none is cut: edits that touch were refused above
    )


def _place(path: str, edit: Replacement, before: Mapping[str, FileState | None]) -> Range | None:
    state = before.get(path)
    return None if state is None else LineIndex(decode(state.content, path).text).range(edit.start, edit.end)


def _conflict(path: str, what: str, range: Range | None = None) -> Refused:
    message = f"{path} changed since the submission's base: {what}."
    return Refused(violation("conflict.base-moved", message, file=path, range=range))
