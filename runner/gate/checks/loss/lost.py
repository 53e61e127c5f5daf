"""Which declarations of the old text the new text lacks, or keeps without their content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.gate.checks.loss.bodies import held, inner, is_assigned, is_emptied, is_literal, says_nothing
from runner.gate.checks.loss.pairing import Pair, is_in_another, is_renamed, is_second, pair_up
from runner.syntax.exports import exports
from runner.syntax.outline import Declaration

GONE, EMPTY, HOLLOW, GUTTED = "gone", "empty now", "nearly empty now", "without most of its members now"
BODILESS, PRIVATE = "without its body now", "no longer exported as before"
# A body of at least the first number of tokens, of which at most the second number is left, has lost its function.
FULL_TOKENS, HOLLOW_TOKENS = 40, 4
# The same minimum for a declaration that also has another name, kind or place, and says nothing now.
STUB_TOKENS = 8
CONTAINERS = ("class", "namespace")
_LISTS = ("interface", "enum", "type")
_MERGED = ("interface", "namespace", "enum")
_SIGNATURES = ("function", "method", "constructor")
_CALLABLE = (*_SIGNATURES, "getter", "setter")


@dataclass(frozen=True, slots=True)
class Lost:
    """``what`` is one of the constants above: the end of a sentence about the declaration."""

    declaration: Declaration
    what: str


def lost(old: Sequence[Declaration], new: Sequence[Declaration], pair: Pair) -> Iterator[Lost]:
    """What is gone or empty, outermost first. The members of a lost declaration are not listed separately."""
    groups: dict[str, list[Declaration]] = {}
    for each in old:
        groups.setdefault(each.name, []).append(each)
    now: dict[str, list[Declaration]] = {}
    for each in new:
        now.setdefault(each.name, []).append(each)
    names = {name: pair.renames.get(group[0].address, name) for name, group in groups.items()}
    taken = set(names.values())
    fresh = [each for each in new if each.name not in taken]
    for name, group in groups.items():
        left = now.get(names[name], [])
        for each, partner in pair_up(group, left, old, pair):
            if partner is not None and _is_type_only_now(each, partner, pair):
                yield Lost(each, PRIVATE)
            elif partner is not None:
                yield from compare(each, partner, pair, strict=names[name] != name)
            elif not _is_merged(each, group, left, pair):
                renamed = next((other for other in fresh if is_renamed(each, other, pair)), None)
                if renamed is None:
                    yield Lost(each, GONE)
                else:
                    fresh.remove(renamed)
                    yield from _under_another_name(each, renamed, pair)


def compare(old: Declaration, new: Declaration, pair: Pair, *, strict: bool = False) -> Iterator[Lost]:
    """What ``new`` lacks of ``old``. ``strict``: it has another place or another name, and could be a stub."""
    if old.kind == new.kind and pair.old_text(old) == pair.new_text(new):
        return
    strict = strict or old.kind != new.kind
    if is_literal(pair.before, old):
        yield from _of_literal(old, new, pair)
    elif is_emptied(pair.before, old, pair.after, new):
        yield Lost(old, EMPTY)
    elif inner(pair.before, old) and new.body is None and new.kind in _CALLABLE:
        yield Lost(old, BODILESS)
    elif _is_hollow(old, new, pair, strict=strict):
        yield Lost(old, HOLLOW)
    elif old.kind in CONTAINERS and new.kind == old.kind:
        yield from lost(old.children, new.children, pair)
    elif old.kind in _LISTS and new.kind == old.kind and _is_gutted(old, new):
        yield Lost(old, GUTTED)
    elif old.kind in CONTAINERS:
        # It is something of another kind now: what it still has by name is complete.
        names = {each.name for each in new.children}
        yield from lost([each for each in old.children if each.name in names], new.children, pair)


def _of_literal(old: Declaration, new: Declaration, pair: Pair) -> Iterator[Lost]:
    """For the members of an object literal, only functions count, and members that are still there by name."""
    if new.body is None:
        return
    kept = {child.name for child in new.children}
    members = [
        child for child in old.children if child.body and (child.name in kept or not is_literal(pair.before, child))
    ]
    yield from lost(members, new.children, pair)


def _under_another_name(old: Declaration, new: Declaration, pair: Pair) -> Iterator[Lost]:
    if is_public(old, pair.before, pair.old_path) and not is_public(new, pair.after, pair.path):
        yield Lost(old, PRIVATE)
    else:
        yield from compare(old, new, pair, strict=True)


def is_public(top: Declaration, text: str, path: str) -> bool:
    """Whether a top-level declaration is exported with every meaning it has (as a value and as a type)."""
    if "." in top.address:
        return False
    known = exports(text, path)
    return top.name in known.values or (top.kind in ("interface", "type") and top.name in known.types)


def _is_type_only_now(old: Declaration, new: Declaration, pair: Pair) -> bool:
    """Whether a class or value that others could use is now exported only as a type."""
    if "." in old.address or new.kind in ("interface", "type") or not is_public(old, pair.before, pair.old_path):
        return False
    known = exports(pair.after, pair.path)
    return new.name in known.types - known.values


def _is_merged(each: Declaration, group: Sequence[Declaration], left: Sequence[Declaration], pair: Pair) -> bool:
    """Whether one of several declarations of a name went into the others, or only this file could miss it."""
    same = [other for other in left if other.kind == each.kind]
    if not same:
        return False
    if each.kind in _MERGED:
        before = {child.name for child in each.children}
        after = {child.name for other in same for child in other.children}
        return len(before - after) <= len(before) // 2
    if any(is_second(each, other, pair) for other in group) and any(other.body or not each.body for other in same):
        return True
    if each.kind not in _SIGNATURES or each.body is not None:
        return False
    if "." not in each.address and not is_public(each, pair.before, pair.old_path):
        return True
    if all(other.body is not None for other in same):
        # With no overload left, callers see the signature of the implementation.
        return True
    known = {pair.old_text(other) for other in group}
    return is_in_another(each, [other for other in same if pair.new_text(other) not in known], pair)


def _is_gutted(old: Declaration, new: Declaration) -> bool:
    """More than half of the members are gone and none is new, so members were not just edited. tsc catches single ones
    better.
    """
    before, after = {each.name for each in old.children}, {each.name for each in new.children}
    return len(before - after) > max(1, len(before) // 2) and not after - before


def _is_hollow(old: Declaration, new: Declaration, pair: Pair, *, strict: bool) -> bool:
    """Whether almost nothing is left. A body that now calls what the edit adds has moved there."""
    if old.kind == new.kind and old.kind in (*CONTAINERS, *_LISTS):
        return False
    was, now = held(pair.before, old, pair.old_path), held(pair.after, new, pair.path)
    if strict and old.body is not None and says_nothing(now):
        is_constant = new.kind in ("variable", "property") and (new.body is None or is_literal(pair.after, new))
        if len(was) >= STUB_TOKENS or is_constant:
            return True
    if is_literal(pair.after, new) or len(was) < FULL_TOKENS or len(now) > HOLLOW_TOKENS:
        return False
    if new.kind == "variable" and not now and is_assigned(pair.after, pair.path, new.name, was):
        # It is declared without a value now, and gets the whole of it later.
        return False
    return not pair.fresh & set(now)
