"""What a change takes away on purpose: the addresses that a careful author sends as ``removes``.

Worked out from the outlines of both sides, without the gate's own checks.
"""

from __future__ import annotations

from collections import Counter

from runner.syntax.outline import Declaration
from tests.bench.corpus import Change
from tests.bench.symbols import declarations

# As many as a submission may name.
MOST = 100


def removes_of(change: Change) -> tuple[str, ...]:
    """Declarations of the base that are gone, or fewer than they were, or no longer exported, or empty now."""
    old, new = declarations(change.before, change.path), declarations(change.after, change.path)
    gone = Counter(each.address for each in old) - Counter(each.address for each in new)
    public = {each.address for each in new if each.exported}
    empty = {each.address for each in new if _is_empty(change.after, each)}
    named: list[str] = []
    for each in old:
        hidden = each.exported and each.address not in public
        emptied = each.address in empty and not _is_empty(change.before, each)
        if (gone[each.address] or hidden or emptied) and not _holder(each.address) & set(named):
            named.append(each.address)
    return tuple(f"{change.path}#{address}" for address in dict.fromkeys(named))[:MOST]


def _is_empty(text: str, each: Declaration) -> bool:
    return each.body is not None and not text[each.body[0] + 1 : each.body[1] - 1].strip()


def _holder(address: str) -> set[str]:
    """The addresses of what holds the declaration: those cover it."""
    parts = address.split(".")
    return {".".join(parts[:size]) for size in range(1, len(parts))}
