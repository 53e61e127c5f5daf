"""Every edit lies inside the task's spans, symbols and paths."""

from __future__ import annotations

from runner.gate.inspection import Inspection
from runner.model.text import Position, Range, Replacement
from runner.model.tree import EditFile, RenameFile
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.text.positions import LineIndex


def check_scope(inspection: Inspection) -> list[Violation]:
    scope = inspection.scope
    found: list[Violation] = []
    for change in inspection.candidate.change_set.changes:
        if isinstance(change, EditFile):
            outside = next((edit for edit in change.replacements if not scope.allows(change.path, edit)), None)
            if outside is not None:
                found.append(_outside(inspection, change.path, outside))
            if change.executable is None:
                continue
        paths = (change.old, change.new) if isinstance(change, RenameFile) else (change.path,)
        found += [
            violation(
                "scope.outside-allowed-paths",
                f"the task does not allow {path} to be added, moved or removed, or its mode to be changed",
                file=path,
            )
            for path in paths
            if not scope.allows_file(path)
        ]
    return found


def _outside(inspection: Inspection, path: str, edit: Replacement) -> Violation:
    scope = inspection.scope
    spans = scope.spans.get(path, ())
    index = LineIndex(inspection.text(inspection.candidate.before.get(path)))
    place = Range(index.position(edit.start), index.position(edit.end))
    where = f"{path}:{_line(place.start)}-{_line(place.end)}"
    if path in scope.lost and not spans:
        message = f"{where}: the task's place in {path} was cut by another task's edit"
        hint = "End the pass with `patchctl block`, and say that the place of the task is gone."
        return violation("scope.outside-allowed-spans", message, file=path, range=place, hint=hint)
    if not spans:
        named = ", ".join(dict.fromkeys([*scope.paths, *(file for file, held in scope.spans.items() if held)]))
        message = f"{path} is not a file of the task, which allows {named or 'nothing'}"
        return violation("scope.outside-allowed-paths", message, file=path, range=place)
    lines = ", ".join(
        f"{_line(index.position(start))}-{_line(index.position(max(start, end - 1)))}" for start, end in sorted(spans)
    )
    message = f"{where} is outside of the task's lines {lines}"
    hint = f"Edit only lines {lines} of {path}, as they are numbered now; recommend the rest with `patchctl recommend`."
    return violation("scope.outside-allowed-spans", message, file=path, range=place, hint=hint)


def _line(position: Position) -> int:
    return position.line + 1
