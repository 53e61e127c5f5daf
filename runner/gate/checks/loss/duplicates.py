"""Finds a declaration that was added beside the one it should have replaced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.outline import Declaration, outline
from runner.text.positions import LineIndex

_STATIC = re.compile(r"\bstatic\s")
# The kinds that may occur only once under a name. A class merges with an interface, and a namespace with anything.
_SLOTS: dict[str, tuple[str, ...]] = {
    "function": ("value",),
    "variable": ("value",),
    "class": ("value", "type"),
    "type": ("type",),
    "method": ("member",),
    "property": ("member",),
    "getter": ("get",),
    "setter": ("set",),
    "constructor": ("member",),
    "default": ("value",),
}
_LISTS = ("interface", "enum", "type")
# Without a body these are signatures, and there may be many.
_OVERLOADED = ("function", "method", "constructor")


def check_duplicates(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.code_files:
        if not new_errors(file):
            found += _file(file)
    return found


def _file(file: Changed) -> Iterator[Violation]:
    before = Counter(key for key, _ in _slots(file.before, outline(file.before, file.old_path)))
    seen: Counter[tuple[str, str]] = Counter()
    reported: set[str] = set()
    for key, declaration in _slots(file.after, outline(file.after, file.path)):
        seen[key] += 1
        if seen[key] > max(1, before[key]) and declaration.address not in reported:
            reported.add(declaration.address)
            place = LineIndex(file.after).range(declaration.start, declaration.end)
            message = f"{file.path} has {declaration.address} already; line {place.start.line + 1} adds it again"
            yield violation("clobber.duplicate-declaration", message, file=file.path, range=place)


def _slots(
    text: str, declarations: Sequence[Declaration], above: str = ""
) -> Iterator[tuple[tuple[str, str], Declaration]]:
    """The slots that are taken, and by which declaration. ``above`` keeps functions inside a getter apart from those in
    its setter.
    """
    for each in declarations:
        if each.body is not None or each.kind not in _OVERLOADED:
            static = "static " if _STATIC.search(text, each.start, each.name_start) else ""
            for slot in _SLOTS.get(each.kind, ()):
                yield (f"{above}{static}{each.name}", slot), each
        if each.kind not in _LISTS:
            # All parts of a namespace are one scope.
            own = each.address if each.kind == "namespace" else each.key
            yield from _slots(text, each.children, f"{own}/")
