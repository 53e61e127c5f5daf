"""Pairs the declarations of the old text with those of the new text that have the same name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from runner.gate.checks.loss.bodies import inner, is_literal
from runner.gate.checks.loss.removed_ratio import lines_of
from runner.syntax.outline import Declaration, flat
from runner.syntax.tokens import Token, tokens

ALIKE = 0.6
_TYPES = ("interface", "type")
_WITH_TYPES = ("interface", "type", "class", "enum")
_VALUES = ("function", "variable", "class", "enum", "default")
_NAMED = (*_TYPES, *_VALUES, "namespace")
_ACCESSORS = ("getter", "setter")
_VAR = re.compile(r"\b(?:var|declare)\s")
# The namespaces of TypeScript in which each kind declares its name. Kinds that are missing here are values.
_VALUE, _TYPE = frozenset({"value"}), frozenset({"type"})
_SPACES = {
    **dict.fromkeys(_TYPES, _TYPE),
    **dict.fromkeys(("class", "enum"), _VALUE | _TYPE),
    "namespace": frozenset({"namespace"}),
}


@dataclass(frozen=True)
class Pair:
    """The text that declarations stood in, and the one that they are looked for in.

    ``renames`` holds the new names of the addresses that the submission renames. ``find_fresh`` gives ``fresh``: it is asked
    when a body is nearly empty, which is seldom.
    """

    before: str
    old_path: str
    after: str
    path: str
    renames: Mapping[str, str]
    find_fresh: Callable[[], frozenset[str]]

    @cached_property
    def fresh(self) -> frozenset[str]:
        """The names that ``after`` declares or imports and ``before`` does not."""
        return self.find_fresh()

    def old_text(self, each: Declaration) -> str:
        return self.before[each.start : each.end]

    def new_text(self, each: Declaration) -> str:
        return self.after[each.start : each.end]


def pair_up(
    old: Sequence[Declaration], new: Sequence[Declaration], all_old: Sequence[Declaration], pair: Pair
) -> list[tuple[Declaration, Declaration | None]]:
    """A partner for each of ``old``, or None. A declaration of the same kind is the partner of only one. One of another
    kind may be the partner of several, as a property replaces a getter and its setter.
    """
    if len(old) == len(new) == 1 and old[0].kind == new[0].kind:
        return [(old[0], new[0])]  # as the stages below would, without asking for their texts
    partners: dict[str, Declaration] = {}
    left = list(new)
    stages: tuple[Callable[[Declaration, Declaration], bool], ...] = (
        lambda a, b: a.kind == b.kind and pair.old_text(a) == pair.new_text(b),
        lambda a, b: a.kind == b.kind and (a.body is None) == (b.body is None),
        lambda a, b: a.kind == b.kind,
    )
    for fits in stages:
        for each in old:
            found = None if each.key in partners else next((other for other in left if fits(each, other)), None)
            if found is not None:
                partners[each.key] = found
                left.remove(found)
    kinds = {each.kind for each in new}
    for each in old:
        if each.key not in partners and each.kind not in kinds:
            others = [b for b in new if stands_for(each, b, pair) and not _is_namesake(each, b, all_old)]
            if others:
                # If a constant became overloads, its partner is the implementation.
                partners[each.key] = max(others, key=lambda other: (other.body is None) == (each.body is None))
    return [(each, partners.get(each.key)) for each in old]


def stands_for(old: Declaration, new: Declaration, pair: Pair) -> bool:
    """Whether a declaration of the kind of ``new`` can replace ``old``. A class that only holds data may become a type."""
    if old.kind == new.kind:
        return True
    if old.kind in _ACCESSORS and new.kind in _ACCESSORS:
        return False
    if old.kind in _TYPES:
        return new.kind in _WITH_TYPES
    if old.kind in ("class", "enum") and new.kind in _TYPES:
        return not _has_code(old, pair)
    return (old.kind in _NAMED) == (new.kind in _NAMED) and new.kind not in (*_TYPES, "namespace")


def is_renamed(old: Declaration, new: Declaration, pair: Pair) -> bool:
    """Whether ``new`` is ``old`` under another name: the same kind, and mostly the same text apart from the name."""
    if old.kind != new.kind or is_literal(pair.before, old) != is_literal(pair.after, new):
        return False
    before = Counter(lines_of(pair.old_text(old).replace(old.name, new.name)))
    after = Counter(lines_of(pair.new_text(new)))
    return (before & after).total() >= ALIKE * max(before.total(), after.total())


def is_second(old: Declaration, other: Declaration, pair: Pair) -> bool:
    """Whether a module declares ``old`` and ``other`` though it may have one of them only, as a bad merge leaves them."""
    if old is other or old.kind != other.kind or "." in old.address:
        return False
    if old.kind == "function":
        return old.body is not None and other.body is not None
    heads = [pair.before[each.start : each.name_start] for each in (old, other)]
    return old.kind == "class" or (old.kind == "variable" and not any(_VAR.search(head) for head in heads))


def is_in_another(signature: Declaration, others: Sequence[Declaration], pair: Pair) -> bool:
    """Whether a rewritten signature covers ``signature``, as when overloads become one with a union."""
    said = Counter(token.text for token in _tokens(pair.before, pair.old_path, signature))
    for other in others:
        head = other.end if other.body is None else other.body[0]
        now = Counter(token.text for token in _tokens(pair.after, pair.path, other) if token.end <= head)
        if (said & now).total() >= ALIKE * said.total():
            return True
    return False


def _tokens(text: str, path: str, declaration: Declaration) -> list[Token]:
    return [each for each in tokens(text, path) if declaration.start <= each.start and each.end <= declaration.end]


def _has_code(declaration: Declaration, pair: Pair) -> bool:
    return any(
        each.kind in ("method", "constructor", *_ACCESSORS) and inner(pair.before, each)
        for each in flat(declaration.children)
    )


def _is_namesake(old: Declaration, new: Declaration, all_old: Sequence[Declaration]) -> bool:
    """Whether ``new`` is not ``old`` but the type (or the value) of the same name that was beside it."""
    if _SPACES.get(old.kind, _VALUE) & _SPACES.get(new.kind, _VALUE):
        return False
    return any(each.name == old.name and each.kind == new.kind for each in all_old)
