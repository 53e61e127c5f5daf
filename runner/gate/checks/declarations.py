"""Declarations that are gone or emptied though neither the task nor the submission speaks of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from runner.edits.outline import Declaration, flat, outline
from runner.edits.positions import LineIndex
from runner.edits.syntax import Syntax, captures
from runner.edits.tokens import tokens
from runner.gate.bodies import is_emptied, is_literal, words
from runner.gate.checks.share import lines_of
from runner.gate.checks.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation

SHOWN = 10
ALIKE = 0.6
# A body of so many tokens of which no more than so few are left does not do what it did.
MANY, FEW = 40, 4
_CONTAINERS = ("class", "namespace")
_LISTS = ("interface", "enum", "type")
# Where a name of the kind lives; the others are values.
_VALUE, _TYPE = frozenset({"value"}), frozenset({"type"})
_SPACES = {
    **dict.fromkeys(("interface", "type"), _TYPE),
    **dict.fromkeys(("class", "enum"), _VALUE | _TYPE),
    "namespace": frozenset({"namespace"}),
}
_PRIVATE = ("function", "variable", "class", "interface", "type", "enum")
_PRIVATE_MEMBER = re.compile(r"\bprivate\s")
_ACCESSORS = ("getter", "setter")
_LINKS = "(import_specifier name: (identifier) @name) (export_specifier name: (identifier) @name)"


def check_declarations(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.code_files:
        # With a new syntax error the outline means nothing, and the error is what there is to say.
        if not file.is_new and not new_errors(file):
            found += _file(file, inspection)
    return found


def _file(file: Changed, inspection: Inspection) -> list[Violation]:
    old, new = outline(file.before, file.old_path), outline(file.after, file.path)
    if old == new:
        return []
    spans = inspection.scope.spans.get(file.old_path, ())
    said = [
        (declaration, what)
        for declaration, what in _lost(old, new, file)
        if not any(start <= declaration.start and declaration.end <= end for start, end in spans)
        and not inspection.intent.removes(file.old_path, declaration.address)
    ]
    if said:
        moved = _moved(file, inspection)
        said = [
            (each, what)
            for each, what in said
            if not (what == "gone" and (each.name in moved or _is_unused(each, file)))
        ]
    if said and (linked := _linked(file)):
        said = [(each, what) for each, what in said if each.name not in linked]
    index = LineIndex(file.before)
    found = []
    for declaration, what in said[:SHOWN]:
        message = f"{file.path}#{declaration.address} is {what}; the submission is not about it"
        hint = (
            f"Keep {declaration.address} as it is. If it is meant to go, say so with symbol-ops: "
            f'{{"op": "delete", "symbol": "{file.path}#{declaration.address}"}}.'
            if what == "gone"
            else f"Keep what stands in {declaration.address}, or send the whole of it."
        )
        place = index.range(declaration.start, declaration.end)
        found.append(violation("clobber.declaration-lost", message, file=file.path, range=place, hint=hint))
    if len(said) > SHOWN:
        message = f"and {len(said) - SHOWN} more declarations of {file.path}"
        found.append(violation("clobber.declaration-lost", message, file=file.path))
    return found


def _lost(old: Sequence[Declaration], new: Sequence[Declaration], file: Changed) -> Iterator[tuple[Declaration, str]]:
    """What is gone or empty, outermost first: the members of what is gone are not told one by one."""
    now: dict[str, list[Declaration]] = {}
    for each in new:
        now.setdefault(each.name, []).append(each)
    names = {each.name for each in old}
    fresh = [each for each in new if each.name not in names]
    for each in old:
        left = [other for other in now.get(each.name, []) if not _is_namesake(each, other, old)]
        same_kind = [other for other in left if other.kind == each.kind]
        if not left or (each.kind in _ACCESSORS and not same_kind and left[0].kind in _ACCESSORS):
            renamed = next((other for other in fresh if _is_renamed(each, other, file)), None)
            if renamed is None:
                yield each, "gone"
            else:
                fresh.remove(renamed)
            continue
        # Overloads and accessors share a name: the partner is the one of the same number.
        partner = next((other for other in same_kind if other.overload == each.overload), (same_kind or left)[0])
        if file.before[each.start : each.end] == file.after[partner.start : partner.end]:
            continue
        if not is_literal(file.before, each) and is_emptied(file.before, each, file.after, partner):
            yield each, "empty now"
        elif each.kind not in (*_CONTAINERS, *_LISTS) and is_hollow(each, partner, file):
            yield each, "nearly empty now"
        elif each.kind in _CONTAINERS and partner.kind == each.kind:
            yield from _lost(each.children, partner.children, file)
        elif each.kind in _LISTS and partner.kind == each.kind and _gutted(each, partner):
            yield each, "without most of its members now"
        elif is_literal(file.before, each) and partner.body is not None:
            kept = {child.name for child in partner.children}
            yield from _lost(
                [
                    child
                    for child in each.children
                    if child.body and (child.name in kept or not is_literal(file.before, child))
                ],
                partner.children,
                file,
            )


def _is_namesake(old: Declaration, new: Declaration, all_old: Sequence[Declaration]) -> bool:
    """Whether ``new`` is not ``old`` but the type of the same name, or the value, that stood beside it."""
    if _SPACES.get(old.kind, _VALUE) & _SPACES.get(new.kind, _VALUE):
        return False
    return any(each.name == old.name and each.kind == new.kind for each in all_old)


def is_hollow(old: Declaration, new: Declaration, file: Changed) -> bool:
    """Whether of a body with many tokens a ``return true`` is left. One that now calls what the edit brings in has moved."""
    if is_literal(file.before, old) or is_literal(file.after, new):
        return False
    before, after = words(file.before, old, file.old_path), words(file.after, new, file.path)
    if len(before) < MANY or len(after) > FEW:
        return False
    fresh = _names(file.after, file.path).keys() - _names(file.before, file.old_path).keys()
    return not (fresh | _linked(file)) & set(after)


def _gutted(old: Declaration, new: Declaration) -> bool:
    """More than half of the members gone and none new: no edit of some members. Of single ones tsc knows more."""
    before, after = {each.name for each in old.children}, {each.name for each in new.children}
    return len(before - after) > max(1, len(before) // 2) and not after - before


def _is_renamed(old: Declaration, new: Declaration, file: Changed) -> bool:
    """Whether ``new`` is ``old`` under another name: of the same kind, and mostly the same text but for the name."""
    if old.kind != new.kind:
        return False
    before = Counter(lines_of(file.before[old.start : old.end].replace(old.name, new.name)))
    after = Counter(lines_of(file.after[new.start : new.end]))
    return (before & after).total() >= ALIKE * max(before.total(), after.total())


def _is_unused(declaration: Declaration, file: Changed) -> bool:
    """Whether a module's own declaration went with the last use of its name, which tsc would miss otherwise.

    A variable that nothing used before may have been there for what its initialiser does.
    """
    if "." in declaration.address:
        return _is_unused_member(declaration, file)
    if declaration.exported or declaration.kind not in _PRIVATE or not _is_module(file):
        return False
    if _mentions(file.after, file.path, declaration.name):
        return False
    uses = _mentions(file.before, file.old_path, declaration.name)
    statement = file.before[declaration.start : declaration.end]
    return declaration.kind != "variable" or uses > 1 or "(" not in statement


def _is_unused_member(declaration: Declaration, file: Changed) -> bool:
    """Whether a class's private member went with the last use of its name in that class."""
    head = file.before[declaration.start : declaration.name_start]
    if declaration.name[0] != "#" and not _PRIVATE_MEMBER.search(head):
        return False
    owner = declaration.address.rpartition(".")[0]
    before, after = (_mentions_in(*side, owner, declaration.name) for side in _sides(file))
    return before is not None and before > 1 and after == 0


def _mentions_in(text: str, path: str, owner: str, name: str) -> int | None:
    """How often the class at the address ``owner`` says the name; None where it is gone."""
    classes = [each for each in flat(outline(text, path)) if each.address == owner]
    said = [token.start for token in tokens(text, path) if token.text == name]
    return sum(each.start <= at < each.end for each in classes for at in said) if classes else None


def _mentions(text: str, path: str, name: str) -> int:
    """How often the name stands where it may mean the declaration: ``other.name`` is another one's."""
    return sum(token.text == name and token.kind != "property_identifier" for token in tokens(text, path))


def _is_module(file: Changed) -> bool:
    """By a statement that stays: what is left of a module must still be one."""
    return all(
        any(node.type in ("import_statement", "export_statement") for node in Syntax(text, path).root.children)
        for text, path in _sides(file)
    )


def _sides(file: Changed) -> tuple[tuple[str, str], tuple[str, str]]:
    """Text and path, before and after."""
    return (file.before, file.old_path), (file.after, file.path)


def _moved(file: Changed, inspection: Inspection) -> set[str]:
    """The names that stand elsewhere now: deeper or higher in the file, or in another file of the submission."""
    before, after = _names(file.before, file.old_path), _names(file.after, file.path)
    found = {name for name, count in before.items() if after[name] >= count}
    for other in inspection.code_files:
        if other.path != file.path:
            found |= set(_names(other.after, other.path) - _names(other.before, other.old_path))
    return found


def _names(text: str, path: str) -> Counter[str]:
    return Counter(each.name for each in flat(outline(text, path)))


def _linked(file: Changed) -> set[str]:
    """Names that the file now imports or re-exports, and did not: their declarations live in another file."""
    return _links(file.after, file.path) - _links(file.before, file.old_path)


def _links(text: str, path: str) -> set[str]:
    syntax = Syntax(text, path)
    return {syntax.source(node) for node in captures(syntax, _LINKS).get("name", ())}
