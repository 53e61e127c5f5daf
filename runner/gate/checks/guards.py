"""Guarded blocks stay as they are, unless the task names them."""

from __future__ import annotations

from collections.abc import Iterator

from runner.edits.positions import LineIndex
from runner.gate.guards import Guard, find_guards
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation


def check_guards(inspection: Inspection) -> list[Violation]:
    found = [each for file in inspection.files for each in _file(file, inspection.scope.guards)]
    for path, text in inspection.deleted.items():
        found += [
            violation("guard.logic-overwrite", f"{path} goes, and with it the guarded block {guard.name}", file=path)
            for guard in find_guards(text).blocks
            if guard.name not in inspection.scope.guards
        ]
    return found


def _file(file: Changed, allowed: tuple[str, ...]) -> Iterator[Violation]:
    before, after = find_guards(file.before), find_guards(file.after)
    if before == after:
        return
    now = {guard.name: guard for guard in after.blocks}
    was = {guard.name: guard for guard in before.blocks}
    overwritten = [
        guard for guard in before.blocks if guard.name not in allowed and not _same(guard, now.get(guard.name))
    ]
    for guard in overwritten:
        new = now.get(guard.name)
        what = "lost its markers or its place between them" if new is None else "was changed"
        place = LineIndex(file.before).range(guard.start, guard.end)
        message = f"logic overwrite violation: the guarded block {guard.name} of {file.path} {what}"
        yield violation("guard.logic-overwrite", message, file=file.path, range=place)
    if overwritten:
        return
    for wrong in (each for each in after.broken if each not in before.broken):
        yield violation("guard.wrong-hash", f"{file.path}: {wrong}", file=file.path)
    for guard in after.blocks:
        if not guard.holds and not _same(guard, was.get(guard.name)):
            right = guard.right_hash
            message = (
                f"the guarded block {guard.name} of {file.path} has the hash {right}; its markers say {guard.hash}"
            )
            hint = f"Write @hash:{right} into both markers of {guard.name}."
            place = LineIndex(file.after).range(guard.start, guard.end)
            yield violation("guard.wrong-hash", message, file=file.path, range=place, hint=hint)


def _same(one: Guard, other: Guard | None) -> bool:
    """Line ends are not part of what is guarded."""
    return other is not None and (one.hash, one.right_hash) == (other.hash, other.right_hash)
