"""Finds declarations that are gone or emptied although neither the task nor the submission names them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from runner.gate.checks.loss.elsewhere import Elsewhere, Places
from runner.gate.checks.loss.lost import GONE, Lost, lost
from runner.gate.checks.loss.removed_ratio import lines_of
from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.outline import Declaration, outline
from runner.syntax.trees import is_source
from runner.text.positions import LineIndex

SHOWN = 10
# So much of a file's lines in another one make that one its new place.
_MOVED = 0.6


def check_declarations(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    places = Places(inspection)
    for file in inspection.code_files:
        # After a new syntax error the outline is unreliable, and the error is the thing to report.
        if not file.is_new and not new_errors(file):
            found += _file(file, inspection, places)
    for file in _moved(inspection):
        found += _file(file, inspection, places)
    return found


def _moved(inspection: Inspection) -> Iterator[Changed]:
    """Files that go while most of their lines come in a new one: moved, whatever the submission calls it."""
    new = [(file, Counter(lines_of(file.after))) for file in inspection.code_files if file.is_new]
    for path, text in inspection.deleted.items() if new else ():
        if not is_source(path):
            continue
        lines = Counter(lines_of(text))
        kept, file = max((((lines & there).total(), file) for file, there in new), key=lambda each: each[0])
        if kept >= max(1, _MOVED * lines.total()):
            yield replace(file, old_path=path, before=text, is_new=False)


def _file(file: Changed, inspection: Inspection, places: Places) -> list[Violation]:
    if file.before == file.after:
        return []
    old, new = outline(file.before, file.old_path), outline(file.after, file.path)
    elsewhere = Elsewhere(file, inspection, places)
    said = [
        missing
        for each in lost(old, new, elsewhere.pair_with(file))
        if not _is_spoken_of(each.declaration, file, inspection)
        for missing in elsewhere.missing(each)
        if not _is_spoken_of(missing.declaration, file, inspection)
    ]
    if not said:
        return []
    addresses = list(dict.fromkeys(f"{file.old_path}#{each.declaration.key}" for each in said))
    index = LineIndex(file.before)
    found = [_violation(each, file, addresses, index) for each in said[:SHOWN]]
    if len(said) > SHOWN:
        message = f"and {len(said) - SHOWN} more declarations of {file.path}"
        found.append(violation("clobber.declaration-lost", message, file=file.path, hint=_how_to_name(addresses)))
    return found


def _is_spoken_of(declaration: Declaration, file: Changed, inspection: Inspection) -> bool:
    """Whether the task names the place, or the submission says that it removes the declaration."""
    spans = inspection.scope.spans.get(file.old_path, ())
    named = any(start <= declaration.start and declaration.end <= end for start, end in spans)
    return named or inspection.intent.removes(file.old_path, declaration)


def _violation(found: Lost, file: Changed, addresses: list[str], index: LineIndex) -> Violation:
    declaration = found.declaration
    message = f"{file.path}#{declaration.key} is {found.what}; the submission is not about it"
    keep = "Keep it as it is" if found.what == GONE else "Keep what stands in it, or send the whole of it"
    # If the list is long, the last violation of the file names all the rest.
    listed = addresses if len(addresses) <= SHOWN else [f"{file.old_path}#{declaration.key}"]
    hint = f"{keep}. {_how_to_name(listed)}"
    place = index.range(declaration.start, declaration.end)
    return violation("clobber.declaration-lost", message, file=file.path, range=place, hint=hint)


def _how_to_name(addresses: list[str]) -> str:
    shown = json.dumps(addresses, ensure_ascii=False)
    return f'If it is meant to go, say so beside "edit": "removes": {shown} (patchctl: --removes ADDRESS for each).'
