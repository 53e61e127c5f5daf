"""Changes as operations on declarations, where every changed line lies inside one that both sides have."""

from __future__ import annotations

from functools import lru_cache

from runner.syntax.outline import Declaration, flat, outline
from tests.bench.hunks import blocks_of, lines_of


@lru_cache(maxsize=64)
def declarations(text: str, path: str) -> tuple[Declaration, ...]:
    return tuple(flat(outline(text, path)))


def symbol_ops(path: str, before: str, after: str) -> object | None:
    """Where every changed block lies inside a declaration that both sides have: each such declaration is replaced."""
    left, right = _unique(before, path), _unique(after, path)
    starts = _offsets(lines_of(before))
    chosen: dict[str, Declaration] = {}
    for block in blocks_of(before, after):
        holder = _holder(left, starts[block.a1], starts[block.a2], right)
        if holder is None:
            return None
        chosen[holder.address] = holder
    kept = [each for each in chosen.values() if not any(_inside(each, other) for other in chosen.values())]
    pieces, at = [], 0
    for each in sorted(kept, key=lambda each: each.doc_start):
        if not _compatible(before, after, each, right[each.address]):
            return None
        twin = right[each.address]
        pieces += [before[at : each.doc_start], after[twin.doc_start : twin.end]]
        at = each.end
    if "".join(pieces) + before[at:] != after:
        return None
    return [
        {"op": "replace", "symbol": f"{path}#{each.address}", "content": _doc_text(after, right[each.address])}
        for each in kept
    ]


def _unique(text: str, path: str) -> dict[str, Declaration]:
    return {each.address: each for each in declarations(text, path) if each.overload == 0 and "<" not in each.address}


def _holder(left: dict[str, Declaration], start: int, end: int, right: dict[str, Declaration]) -> Declaration | None:
    """The innermost declaration of both sides that holds the place wholly."""
    found = [
        d for d in left.values() if d.doc_start <= start and end <= d.end + 1 and start < d.end and d.address in right
    ]
    return min(found, key=lambda each: each.end - each.doc_start, default=None)


def _inside(inner: Declaration, outer: Declaration) -> bool:
    return inner is not outer and outer.doc_start <= inner.doc_start and inner.end <= outer.end


def _compatible(before: str, after: str, old: Declaration, new: Declaration) -> bool:
    """What the content does not bring stays: a removed doc comment, ``export`` or neighbour cannot be said this way."""
    if old.kind != new.kind or old.exported != new.exported or old.comma != new.comma:
        return False
    if (old.doc_start < old.start) > (new.doc_start < new.start):
        return False
    lead = [
        text[text.rfind("\n", 0, each.doc_start) + 1 : each.doc_start] for text, each in ((before, old), (after, new))
    ]
    return lead[0] == lead[1] and not lead[0].strip() and "@" not in before[old.start : old.name_start]


def _doc_text(text: str, each: Declaration) -> str:
    return text[each.doc_start : each.end].replace("\r\n", "\n")


def _offsets(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts
