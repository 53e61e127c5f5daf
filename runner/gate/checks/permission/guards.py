"""Guarded blocks stay as they are unless the task names them."""

from __future__ import annotations

from collections.abc import Iterator

from runner.gate.checks.permission.guard_context import changed_meaning, context_of
from runner.gate.checks.permission.project_files import leaves_projects
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.guards import Guard, find_guards
from runner.text.positions import LineIndex

# A file may become another of the same kind, and JavaScript may become TypeScript.
_KINDS = {
    **dict.fromkeys(("ts", "tsx", "mts", "cts"), "TypeScript"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), "JavaScript"),
}


def check_guards(inspection: Inspection) -> list[Violation]:
    found = [each for file in inspection.files for each in _file(file, inspection)]
    for path, text in inspection.deleted.items():
        found += [
            violation(
                "guard.logic-overwrite", f"removing {path} would also remove the guarded block {guard.name}", file=path
            )
            for guard in find_guards(text).blocks
            if guard.name not in inspection.scope.guards
        ]
    return found


def _file(file: Changed, inspection: Inspection) -> Iterator[Violation]:
    before, after = find_guards(file.before), find_guards(file.after)
    if not before.blocks and before == after:
        return
    now = {guard.name: guard for guard in after.blocks}
    was = {guard.name: guard for guard in before.blocks}
    kept = [guard for guard in before.blocks if guard.name not in inspection.scope.guards]
    moved = _moved(file, inspection) if kept and file.path != file.old_path else None
    overwritten = [(guard, what) for guard in kept if (what := moved or _overwritten(file, guard, now.get(guard.name)))]
    for guard, what in overwritten:
        place = LineIndex(file.before).range(guard.start, guard.end)
        message = f"logic overwrite violation: the guarded block {guard.name} of {file.old_path} {what}"
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


def _moved(file: Changed, inspection: Inspection) -> str | None:
    """What is wrong with a guarded block whose file has a new path."""
    old, new = _kind(file.old_path), _kind(file.path)
    if old != new and (old, new) != ("JavaScript", "TypeScript"):
        return f"is {old} and would be {new} in {file.path}"
    if leaves_projects(inspection.tree, file.old_path, file.path):
        return f"would be in no project: no tsconfig names {file.path}"
    return None


def _kind(path: str) -> str:
    name, _, suffix = path.rpartition(".")
    kind = _KINDS.get(suffix, f".{suffix}")
    return f"declarations ({suffix})" if kind == "TypeScript" and name.endswith(".d") else kind


def _overwritten(file: Changed, guard: Guard, new: Guard | None) -> str | None:
    """What happened to a guarded block; None if it is unchanged."""
    if new is None:
        return "lost its markers or its place between them"
    if not _same(guard, new):
        return "was changed"
    if not file.is_code or file.before == file.after:
        return None
    context = context_of(file.before, file.old_path, guard)
    return None if context is None else changed_meaning(context, context_of(file.after, file.path, new))


def _same(one: Guard, other: Guard | None) -> bool:
    """Line ends are not part of what is guarded."""
    return other is not None and (one.hash, one.right_hash) == (other.hash, other.right_hash)
