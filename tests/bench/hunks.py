"""Where two texts differ, by libgit2's own diff: nothing of the code under test takes part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pygit2


@dataclass(frozen=True, slots=True)
class Block:
    """Old lines ``a1``..``a2`` become new lines ``b1``..``b2``; 0-based, ends exclusive."""

    a1: int
    a2: int
    b1: int
    b2: int


@dataclass(frozen=True, slots=True)
class Region:
    """Old lines ``lo``..``hi`` (0-based, end exclusive) with the blocks inside."""

    lo: int
    hi: int
    blocks: tuple[Block, ...]


def lines_of(text: str) -> list[str]:
    """Lines with their ends, split at LF."""
    return (
        text.splitlines(keepends=True) if text.isascii() and not set("\v\f\x1c\x1d\x1e") & set(text) else _split(text)
    )


def _split(text: str) -> list[str]:
    pieces = text.split("\n")
    last = pieces.pop()
    return [piece + "\n" for piece in pieces] + ([last] if last else [])


@lru_cache(maxsize=64)
def blocks_of(before: str, after: str) -> tuple[Block, ...]:
    # The patch points into these two and does not keep them alive.
    old, new = before.encode(), after.encode()
    patch = pygit2.Patch.create_from(old, new, context_lines=0, interhunk_lines=0)
    found = []
    for hunk in patch.hunks:
        a1 = hunk.old_start - (hunk.old_lines > 0)
        b1 = hunk.new_start - (hunk.new_lines > 0)
        found.append(Block(a1, a1 + hunk.old_lines, b1, b1 + hunk.new_lines))
    return tuple(found)


def git_diff(before: str, after: str, path: str) -> str:
    old, new = before.encode(), after.encode()
    patch = pygit2.Patch.create_from(old, new, old_as_path=path, new_as_path=path)
    return (patch.data or b"").decode()


def regions(before: str, blocks: tuple[Block, ...], context: int) -> list[Region]:
    """Each block with so many lines around it that its old text occurs once in ``before``; touching ones are merged."""
    lines = lines_of(before)
    grown = [_grow(before, lines, Region(block.a1, block.a2, (block,)), context) for block in blocks]
    merged: list[Region] = []
    for each in grown:
        if merged and each.lo <= merged[-1].hi:
            last = merged.pop()
            merged.append(Region(min(last.lo, each.lo), max(last.hi, each.hi), last.blocks + each.blocks))
        else:
            merged.append(each)
    return merged


def _grow(text: str, lines: list[str], region: Region, context: int) -> Region:
    lo, hi = max(0, region.lo - context), min(len(lines), region.hi + context)
    while (lo > 0 or hi < len(lines)) and not once(text, "".join(lines[lo:hi])):
        lo, hi = max(0, lo - 1), min(len(lines), hi + 1)
    return Region(lo, hi, region.blocks)


def once(text: str, part: str) -> bool:
    """Whether ``part`` has more than white space and occurs exactly once, overlaps counted."""
    at = text.find(part)
    return bool(part.strip()) and at >= 0 and text.find(part, at + 1) < 0


def new_text(region: Region, old: list[str], new: list[str]) -> str:
    """What the region's lines become."""
    pieces: list[str] = []
    at = region.lo
    for block in region.blocks:
        pieces += old[at : block.a1]
        pieces += new[block.b1 : block.b2]
        at = block.a2
    pieces += old[at : region.hi]
    return "".join(pieces)
