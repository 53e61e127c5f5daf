"""``manifest-keys``: only those keys of a package.json may change that the role's contract names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from runner.gate.inspection import Changed, Inspection
from runner.model.globs import matches_any
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.jsonc import parse_json

MANIFEST = "package.json"
_NAME = "contract.not-manifest-keys"
_ABSENT = object()


def check_manifest(inspection: Inspection) -> list[Violation]:
    keys = inspection.contract.manifest_keys
    if not keys:
        return []
    found: list[Violation] = []
    for path in inspection.candidate.change_set.paths():
        if is_manifest(path):
            if inspection.candidate.before.get(path) is None or inspection.candidate.files.get(path) is None:
                found.append(violation(_NAME, f"{path} may be edited, not added, moved or removed", file=path))
        elif not matches_any(inspection.contract.paths, path):
            found.append(violation("contract.path-not-allowed", f"the role may edit {MANIFEST} only", file=path))
    for file in inspection.files:
        if is_manifest(file.path) and not file.is_new:
            found += _outside(file, keys)
    return found


def is_manifest(path: str) -> bool:
    return posixpath.basename(path) == MANIFEST


def _outside(file: Changed, keys: tuple[str, ...]) -> list[Violation]:
    hint = f"Change only {', '.join(keys)}; leave every other key and value as it is."
    try:
        before, after = parse_json(file.before), parse_json(file.after)
    except ValueError as error:
        return [violation(_NAME, f"{file.path} cannot be compared by its keys: {error}", file=file.path)]
    allowed = [tuple(key.split(".")) for key in keys]
    return [
        violation(_NAME, f"{file.path}: {'.'.join(place) or 'the whole'} changed", file=file.path, hint=hint)
        for place in _changed(before, after, ())
        if not any(place[: len(key)] == key for key in allowed)
    ]


def _changed(before: object, after: object, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The innermost places where the values differ. ``1`` and ``true`` differ, as they do in JSON."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _changed(before.get(key, _ABSENT), after.get(key, _ABSENT), (*place, key))
    elif type(before) is not type(after) or before != after:
        inside = after if before is _ABSENT else before if after is _ABSENT else None
        # A whole object that was added or removed counts as its keys: scripts.test may bring "scripts" along.
        if isinstance(inside, dict) and inside:
            for key in inside:
                yield from _changed(_ABSENT, inside[key], (*place, key))
        else:
            yield place
