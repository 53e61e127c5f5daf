"""``policy.layout: reindent``: new lines are indented like their surroundings before the edit is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from runner.gate.checks.layout.indentation import fresh_rows, misplaced_rows
from runner.gate.checks.layout.pins import Pins
from runner.gate.checks.layout.reindenting import moves
from runner.gate.inspection import Changed, changed_files
from runner.model.text import Replacement
from runner.model.tree import Candidate, ChangeSet, EditFile, FileChange, RenameFile
from runner.text.blocks import indent_of
from runner.text.replacements import replace_all


def reindented(candidate: Candidate) -> tuple[ChangeSet, list[str]]:
    """The change set with its new lines re-indented, and a note for each file where that was needed.

    Only the text of the edits changes. A line whose white space comes from the base stays where it is.
    """
    files = {file.path: file for file in changed_files(candidate) if file.is_code and not file.is_new}
    changes: list[FileChange] = []
    notes: list[str] = []
    for change in candidate.change_set.changes:
        path = change.new if isinstance(change, RenameFile) else change.path
        found = {} if path not in files else _moves(candidate, files[path])
        if found and isinstance(change, EditFile | RenameFile):
            edits = _edits(Pins.of(candidate, files[path]), files[path], found)
            what = "1 new line was" if len(found) == 1 else f"{len(found)} new lines were"
            notes.append(f"{path}: {what} indented as the surroundings are (policy.layout)")
            changes.append(replace(change, replacements=edits))
        else:
            changes.append(change)
    return ChangeSet(tuple(changes)), notes


def _moves(candidate: Candidate, file: Changed) -> dict[int, str]:
    pins, lines = Pins.of(candidate, file), file.lines[1]
    own = [row for row in fresh_rows(file) if pins.author_of(row, len(indent_of(lines[row]))) is not None]
    return moves(file.after, file.path, own, partial(misplaced_rows, file))


def _edits(pins: Pins, file: Changed, indents: Mapping[int, str]) -> tuple[Replacement, ...]:
    """The edits, with the white space of their own lines changed."""
    inside: dict[int, list[Replacement]] = {}
    for at, edit in _local(pins, file, indents):
        inside.setdefault(at, []).append(edit)
    return tuple(
        replace(edit, new=replace_all(edit.new, inside[at])) if at in inside else edit
        for at, edit in enumerate(pins.edits)
    )


def _local(pins: Pins, file: Changed, indents: Mapping[int, str]) -> Iterator[tuple[int, Replacement]]:
    """Which edit to change and how, in offsets of its own text."""
    for row in sorted(indents):
        width = len(indent_of(file.lines[1][row]))
        at = pins.author_of(row, width)
        if at is not None:
            start = pins.starts[row] - pins.spans[at][0]
            yield at, Replacement(start, start + width, indents[row])
