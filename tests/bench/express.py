"""A change as a payload of each submission format, the way a careful model or tool would write it; None where a format
cannot say it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.corpus import seed_of
from tests.bench.hunks import Block, Region, blocks_of, git_diff, lines_of, new_text, once, regions
from tests.bench.symbols import symbol_ops

MARKER_LINES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: a submission format, and the manner of using it. ``pinned``: it names each place by what
    stands there, not by numbers or the whole text alone."""

    name: str
    format: str
    make: Callable[[str, str, str], object | None]
    pinned: bool = True


def workspace_edit(path: str, before: str, after: str) -> object:
    edits = _text_edits(before, after, old_text=True)
    document = {"uri": f"file:///repo/{path}", "version": None, "hash": sha(before)}
    return {"documentChanges": [{"textDocument": document, "edits": edits}]}


def workspace_edit_bare(path: str, before: str, after: str) -> object:
    document = {"uri": f"file:///repo/{path}", "version": None}
    return {"documentChanges": [{"textDocument": document, "edits": _text_edits(before, after, old_text=False)}]}


def line_ops(path: str, before: str, after: str) -> object | None:
    return _line_ops(path, before, after, pinned=True)


def line_ops_bare(path: str, before: str, after: str) -> object | None:
    return _line_ops(path, before, after, pinned=False)


def anchor_ops(path: str, before: str, after: str) -> object | None:
    if not _same_end(before, after):
        return None
    old, new = lines_of(before), lines_of(after)
    patches = [_anchored(before, old, new, block) for block in blocks_of(before, after)]
    if any(patch is None for patch in patches):
        return None
    return {"target_file": path, "patches": patches}


def search_replace(path: str, before: str, after: str) -> object:
    old, new = lines_of(before), lines_of(after)
    found = regions(before, blocks_of(before, after), 0)
    return [
        {"file": path, "search": _plain("".join(old[r.lo : r.hi])), "replace": _plain(new_text(r, old, new))}
        for r in found
    ]


def search_replace_text(path: str, before: str, after: str) -> object | None:
    """SEARCH/REPLACE blocks, whole lines, two lines of context."""
    if not _same_end(before, after):
        return None
    old, new = lines_of(before), lines_of(after)
    pieces = []
    for region in regions(before, blocks_of(before, after), 2):
        search, replace = _plain("".join(old[region.lo : region.hi])), _plain(new_text(region, old, new))
        if any(line.startswith(("=====", "<<<<<", ">>>>>")) for line in (search + replace).split("\n")):
            return None
        pieces.append(f"{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n")
    return "\n".join(pieces)


def apply_patch(path: str, before: str, after: str) -> object | None:
    if not _same_end(before, after):
        return None
    old, new = lines_of(before), lines_of(after)
    out = ["*** Begin Patch", f"*** Update File: {path}"]
    for region in regions(before, blocks_of(before, after), 3):
        heading = _heading(old, region.lo) if seed_of("heading", path, region.lo) % 3 == 0 else ""
        out += [f"@@ {heading}".rstrip(), *_marked(region, old, new)]
    return "\n".join([*out, "*** End Patch"])


def unified_diff(path: str, before: str, after: str) -> object:
    return git_diff(before, after, path)


def unified_diff_wrong(path: str, before: str, after: str) -> object | None:
    """With enough context to be found, and with line numbers as models make them up."""
    if not _same_end(before, after):
        return None
    old, new = lines_of(before), lines_of(after)
    out = [f"--- a/{path}", f"+++ b/{path}"]
    for at, region in enumerate(regions(before, blocks_of(before, after), 3)):
        marked = _marked(region, old, new, plain=False)
        shift = (-7, -2, -1, 1, 3, 12, 40)[seed_of("wrong", path, at) % 7]
        start = max(1, region.lo + 1 + shift)
        olds, news = (sum(line[0] != mark for line in marked) for mark in "+-")
        miscount = seed_of("count", path, at) % 3 == 0
        out += [f"@@ -{start},{olds + miscount} +{start},{news} @@", *marked]
    return "\n".join(out) + "\n"


def whole_file(path: str, before: str, after: str) -> object:
    return [{"file": path, "content": _plain(after)}]


def whole_file_hashed(path: str, before: str, after: str) -> object:
    return [{"file": path, "content": _plain(after), "hash": sha(before)}]


ROWS = (
    Row("workspace-edit", "workspace-edit", workspace_edit),
    Row("workspace-edit, no hash", "workspace-edit", workspace_edit_bare, pinned=False),
    Row("line-ops", "line-ops", line_ops),
    Row("line-ops, no hash", "line-ops", line_ops_bare, pinned=False),
    Row("anchor-ops", "anchor-ops", anchor_ops),
    Row("symbol-ops", "symbol-ops", symbol_ops),
    Row("search-replace", "search-replace", search_replace),
    Row("search-replace, blocks", "search-replace", search_replace_text),
    Row("apply-patch", "apply-patch", apply_patch),
    Row("unified-diff", "unified-diff", unified_diff),
    Row("unified-diff, wrong numbers", "unified-diff", unified_diff_wrong),
    Row("whole-file, with hash", "whole-file", whole_file_hashed),
    Row("whole-file", "whole-file", whole_file, pinned=False),
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(text: str) -> str:
    r"""Text in payloads uses ``\n``."""
    return text.replace("\r\n", "\n")


def _same_end(before: str, after: str) -> bool:
    """Most formats speak of whole lines and cannot say that the last line break comes or goes."""
    return before.endswith("\n") and after.endswith("\n")


def _text_edits(before: str, after: str, *, old_text: bool) -> list[dict[str, object]]:
    old, new = lines_of(before), lines_of(after)
    edits = []
    for block in blocks_of(before, after):
        start, end = _line_place(old, block.a1), _line_place(old, block.a2)
        edit: dict[str, object] = {"range": {"start": start, "end": end}, "newText": "".join(new[block.b1 : block.b2])}
        if old_text and block.a2 > block.a1:
            edit["oldText"] = "".join(old[block.a1 : block.a2])
        elif old_text and block.a1:
            edit["precededBy"] = old[block.a1 - 1]
        edits.append(edit)
    return edits


def _line_place(lines: list[str], line: int) -> dict[str, int]:
    """The start of ``line``; behind a last line without a line break, that line's end (in UTF-16)."""
    if line < len(lines) or not lines or lines[-1].endswith("\n"):
        return {"line": line, "character": 0}
    return {"line": line - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}


def _line_ops(path: str, before: str, after: str, *, pinned: bool) -> object | None:
    if not _same_end(before, after):
        return None
    old, new = lines_of(before), lines_of(after)
    found: list[dict[str, object]] = []
    for block in blocks_of(before, after):
        text = _plain("".join(new[block.b1 : block.b2]))
        if block.a1 == block.a2:
            operation: dict[str, object] = {"op": "insert_after", "file": path, "line": block.a1, "new_block": text}
            seen = old[block.a1 - 1 : block.a1]
        else:
            operation = {
                "op": "replace_block",
                "file": path,
                "start_line": block.a1 + 1,
                "end_line": block.a2,
                "new_block": text,
            }
            seen = old[block.a1 : block.a2]
        if pinned and seen:
            operation["expect_hash"] = sha("".join(seen))
        found.append(operation)
    return found


def _anchored(text: str, old: list[str], new: list[str], block: Block) -> dict[str, object] | None:
    content = _plain("".join(new[block.b1 : block.b2]))
    above, below = _marker(text, old, block.a1, -1), _marker(text, old, block.a2, 1)
    if block.a1 == block.a2:
        if above is not None:
            return {"op": "insert_after", "anchor": above, "content": content}
        return None if below is None else {"op": "insert_before", "anchor": below, "content": content}
    if above is None or below is None:
        return None
    return {"op": "replace_block", "start_marker": above, "end_marker": below, "content": content}


def _marker(text: str, lines: list[str], at: int, step: int) -> str | None:
    """The fewest whole lines next to ``at`` that occur once and whose outer line is not blank; without outer breaks."""
    for count in range(1, MARKER_LINES + 1):
        lo, hi = (at - count, at) if step < 0 else (at, at + count)
        if lo < 0 or hi > len(lines):
            return None
        part = "".join(lines[lo:hi])
        edge = lines[hi - 1] if step < 0 else lines[lo]
        if not edge.strip():
            return None
        if once(text, part.strip("\r\n")):
            return _plain(part).strip("\n")
    return None


def _heading(lines: list[str], at: int) -> str:
    """A declaration's line at the left edge above ``at``, when there is only one like it."""
    for line in range(at - 1, max(-1, at - 400), -1):
        text = lines[line].rstrip()
        if text.startswith(("export ", "class ", "function ", "const ", "interface ", "abstract ")):
            same = [each for each in lines if " ".join(each.split()) == " ".join(text.split())]
            return text if len(same) == 1 else ""
    return ""


def _marked(region: Region, old: list[str], new: list[str], *, plain: bool = True) -> list[str]:
    """The region's lines with their marks, without line breaks (a CR stays unless ``plain``)."""
    out: list[str] = []
    at = region.lo
    for block in region.blocks:
        out += [" " + line for line in old[at : block.a1]]
        out += ["-" + line for line in old[block.a1 : block.a2]]
        out += ["+" + line for line in new[block.b1 : block.b2]]
        at = block.a2
    out += [" " + line for line in old[at : region.hi]]
    return [line.removesuffix("\n").removesuffix("\r") if plain else line.removesuffix("\n") for line in out]
