"""The difference between two trees as a candidate: what the gate's checks and the type check read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runner.model.text import Replacement
from runner.model.tree import (
    Candidate,
    ChangeSet,
    CreateFile,
    DeleteFile,
    EditFile,
    FileChange,
    FileState,
    RenameFile,
    TreeReader,
)
from runner.model.verdict import Refused
from runner.text.diffing import minimal_edits
from runner.text.encoding import decode


@dataclass(frozen=True, slots=True)
class Special:
    """A changed path that is a symlink or a submodule on one of the sides (``kind``: what it is in the head, or was)."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Difference:
    candidate: Candidate
    special: tuple[Special, ...] = ()


def difference_of(base: TreeReader, head: TreeReader, paths: Iterable[str], renames: Mapping[str, str]) -> Difference:
    """``renames`` maps new paths to old ones. Unlike an edit, a change between trees may touch binary files, and may
    change an encoding: such a file is then edited without known places.
    """
    before: dict[str, FileState | None] = {}
    files: dict[str, FileState | None] = {}
    special: list[Special] = []
    for path in sorted(paths):
        kinds = [kind for kind in (head.kind(path), base.kind(path)) if kind in ("symlink", "submodule")]
        special += [Special(path, kinds[0])] if kinds else []
        old, new = base.read(path), head.read(path)
        if old != new:
            before[path], files[path] = old, new
    return Difference(Candidate(base.snapshot, _change_set(before, files, renames), before, files), tuple(special))


def _change_set(
    before: Mapping[str, FileState | None], files: Mapping[str, FileState | None], renames: Mapping[str, str]
) -> ChangeSet:
    moved = {
        old: new
        for new, old in renames.items()
        if before.get(old) is not None and files.get(old) is None and old in files and files.get(new) is not None
    }
    fresh = set(moved.values())
    changes: list[FileChange] = []
    for path, new in files.items():
        old = before[path]
        if path in moved:
            changes.append(RenameFile(path, moved[path], _edits(old, files[moved[path]])))
        elif path in fresh:
            continue
        elif new is None:
            changes.append(DeleteFile(path))
        elif old is None:
            changes.append(CreateFile(path, new.content, new.executable))
        else:
            executable = None if old.executable == new.executable else new.executable
            changes.append(EditFile(path, _edits(old, new), executable=executable))
    return ChangeSet(tuple(changes))


def _edits(old: FileState | None, new: FileState | None) -> tuple[Replacement, ...]:
    """Nothing where one side is not text: its places are then not carried."""
    if old is None or new is None or old.content == new.content:
        return ()
    try:
        return minimal_edits(decode(old.content).text, decode(new.content).text)
    except Refused:
        return ()
