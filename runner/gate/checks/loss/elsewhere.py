"""Whether a declaration that is gone from its place is somewhere else now, or was no longer used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from runner.gate.checks.loss.bodies import held
from runner.gate.checks.loss.lost import CONTAINERS, EMPTY, GONE, STUB_TOKENS, Lost, compare, is_public
from runner.gate.checks.loss.pairing import Pair, stands_for
from runner.gate.inspection import Changed, Inspection
from runner.syntax.exports import links
from runner.syntax.kept import kept
from runner.syntax.outline import Declaration, flat, outline
from runner.syntax.tokens import tokens
from runner.syntax.trees import Syntax

_PRIVATE = ("function", "variable", "class", "interface", "type", "enum")
_PRIVATE_MEMBER = re.compile(r"\bprivate\s")
_TYPES = ("interface", "type")
_OWNERS = ("class", "interface", "type", "enum", "namespace")
# This much of a class member's code must be found in the member of the same name in another class.
KEPT = 0.5


@dataclass(frozen=True, slots=True)
class _Place:
    """A declaration at a new place, with the text around it."""

    declaration: Declaration
    owner: Declaration | None
    file: Changed


@dataclass(frozen=True)
class Places:
    """The declarations that are new at their addresses, in all files of a submission. Computed on first use."""

    inspection: Inspection

    @cached_property
    def by_name(self) -> dict[str, list[_Place]]:
        found: dict[str, list[_Place]] = {}
        for file in self.inspection.code_files:
            after = outline(file.after, file.path)
            known = Counter(each.address for each in flat(outline(file.before, file.old_path)))
            owners = {child.key: each for each in flat(after) for child in each.children}
            for each in flat(after):
                known[each.address] -= 1
                if known[each.address] < 0:
                    found.setdefault(each.name, []).append(_Place(each, owners.get(each.key), file))
        return found


@dataclass(frozen=True)
class Elsewhere:
    """What one file of a submission may have lost to another place."""

    file: Changed
    inspection: Inspection
    places: Places
    _pairs: dict[str, Pair] = field(default_factory=dict, init=False)

    def missing(self, found: Lost) -> Iterator[Lost]:
        """Returns ``found`` itself or what its new place lacks of it; nothing if it is complete there or was unused."""
        if found.what == EMPTY and found.declaration.kind in CONTAINERS:
            members = [Lost(each, GONE) for each in found.declaration.children]
            if not members or any(True for each in members for _ in self.missing(each)):
                yield found
            return
        if found.what != GONE:
            yield found
            return
        if _is_unused(found.declaration, self.file):
            return
        best: list[Lost] | None = None
        places = self.places.by_name.get(found.declaration.name, [])
        for place in places:
            if self._fits(found.declaration, place):
                left = list(compare(found.declaration, place.declaration, self.pair_with(place.file), strict=True))
                if best is None or len(left) < len(best):
                    best = left
        if best is None or any(each.declaration == found.declaration for each in best):
            if not self._is_linked(found.declaration, places):
                yield found
            return
        for each in best:
            yield from self.missing(each)

    def pair_with(self, other: Changed) -> Pair:
        """This file before the edit, paired with another file of the submission (or itself) after it."""
        if other.path not in self._pairs:
            self._pairs[other.path] = self._pair_with(other)
        return self._pairs[other.path]

    def _pair_with(self, other: Changed) -> Pair:
        def fresh() -> frozenset[str]:
            declared = _names(other.after, other.path).keys() - _names(self.file.before, self.file.old_path).keys()
            imported = links(other.after, other.path).values - links(self.file.before, self.file.old_path).values
            return frozenset(declared) | imported

        renames = self.inspection.intent.renames_of(self.file.old_path)
        return Pair(self.file.before, self.file.old_path, other.after, other.path, renames, fresh)

    def _fits(self, old: Declaration, place: _Place) -> bool:
        """Whether a declaration that others may use keeps its kind and its depth, and is still exported."""
        new, owner = place.declaration, self._owners.get(old.key)
        pair = self.pair_with(place.file)
        if owner is None and (is_public(old, pair.before, pair.old_path) or not _is_module(self.file)):
            exported = is_public(new, pair.after, pair.path) or not is_public(old, pair.before, pair.old_path)
            return place.owner is None and exported and stands_for(old, new, pair)
        if owner is not None and owner.kind in _OWNERS and not _is_private(old, pair.before):
            same = place.owner is not None and place.owner.kind == owner.kind
            return same and stands_for(old, new, pair) and _does_the_same(old, new, pair)
        return (old.kind in _TYPES) == (new.kind in _TYPES)

    def _is_linked(self, old: Declaration, places: list[_Place]) -> bool:
        """Whether the name is imported now. If the file it comes from is in the submission, that file decides."""
        owner = self._owners.get(old.key)
        if (owner is not None and owner.kind in _OWNERS) or any(each.file is not self.file for each in places):
            return False
        before, after = links(self.file.before, self.file.old_path), links(self.file.after, self.file.path)
        known = after.values | after.types if old.kind in _TYPES else after.values
        return old.name in known - before.values

    @cached_property
    def _owners(self) -> dict[str, Declaration]:
        """The declaration that contains each one, by key."""
        everything = flat(outline(self.file.before, self.file.old_path))
        return {child.key: each for each in everything for child in each.children}


def _does_the_same(old: Declaration, new: Declaration, pair: Pair) -> bool:
    was, now = (Counter(held(*side)) for side in ((pair.before, old, pair.old_path), (pair.after, new, pair.path)))
    return was.total() < STUB_TOKENS or (was & now).total() >= KEPT * was.total()


def _is_private(member: Declaration, text: str) -> bool:
    head = text[member.start : member.name_start]
    return member.name[0] == "#" or _PRIVATE_MEMBER.search(head) is not None


def _is_unused(declaration: Declaration, file: Changed) -> bool:
    """Whether a module's private declaration went together with the last use of its name. tsc would report a use that
    is left.

    A variable that was never used does not count if its initialiser calls something: it may have been there for the
    effect.
    """
    if "." in declaration.address:
        return _is_unused_member(declaration, file)
    if declaration.exported or declaration.kind not in _PRIVATE or not _is_module(file):
        return False
    if _mentions(file.after, file.path)[declaration.name]:
        return False
    uses = _mentions(file.before, file.old_path)[declaration.name]
    statement = file.before[declaration.start : declaration.end]
    return declaration.kind != "variable" or uses > 1 or "(" not in statement


def _is_unused_member(declaration: Declaration, file: Changed) -> bool:
    """Whether a private member of a class went together with the last use of its name in that class."""
    if not _is_private(declaration, file.before):
        return False
    owner = declaration.address.rpartition(".")[0]
    before, after = (_mentions_in(*side, owner, declaration.name) for side in _sides(file))
    return before is not None and before > 1 and after == 0


def _mentions_in(text: str, path: str, owner: str, name: str) -> int | None:
    """How often the class at the address ``owner`` uses the name; None if the class is gone."""
    classes = [each for each in flat(outline(text, path)) if each.address == owner]
    said = [token.start for token in tokens(text, path) if token.text == name]
    return sum(each.start <= at < each.end for each in classes for at in said) if classes else None


@kept(8)
def _mentions(text: str, path: str) -> Counter[str]:
    """How often each word stands where it may mean a declaration: ``other.name`` is another one's. Not to be changed."""
    return Counter(token.text for token in tokens(text, path) if token.kind != "property_identifier")


def _is_module(file: Changed) -> bool:
    """Whether the file is a module, before and after the edit."""
    return all(_has_module_statement(text, path) for text, path in _sides(file))


@kept(8)
def _has_module_statement(text: str, path: str) -> bool:
    return any(node.type in ("import_statement", "export_statement") for node in Syntax(text, path).root.children)


def _sides(file: Changed) -> tuple[tuple[str, str], tuple[str, str]]:
    """Text and path, before and after."""
    return (file.before, file.old_path), (file.after, file.path)


def _names(text: str, path: str) -> Counter[str]:
    return Counter(each.name for each in flat(outline(text, path)))
