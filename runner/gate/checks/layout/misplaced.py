"""Signs that an edit went in a line or half a line off, which neither people nor formatters leave behind.

Each sign is compared with the file itself: if the base has it too, it is the file's own style.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from runner.gate.checks.layout.advice import Odd, judged
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range
from runner.model.verdict import Violation
from runner.syntax.trees import Syntax
from runner.text.blocks import indent_of
from runner.text.diffing import Block

# So many lines, or places between two declarations, that are alike show what a file's way is.
_ALIKE_LINES = 2
_TEXTS = ("comment", "template_string", "string_fragment", "jsx_text")
_RUN_ON = re.compile(r";[ \t]*\}[);]*$")
_FENCE = re.compile(r"[ \t*]*```")
_JUMP = re.compile(r"(?:break|continue|return)\b.*;")

# Code in a comment, half a word and a repeated line are more than a matter of layout, wherever they went.
_CODE = re.compile(
    r"[;{}(,=]\s*$|=>|\S = |^\s*(?:import|export|const|let|var|function|class|return|if|for|type|interface)\b"
)
_HALF = "is the rest of a line that was cut in the middle of a word"
_BARE = "stands in a comment whose lines begin with a star, and has none"
_EXAMPLE = "stands in an example of a comment whose lines begin with a star, and has none"
_RUNS_ON = "goes on where a new line should begin"
_AGAIN = "says what the line above it says"

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class _Side:
    """One text by lines (0-based rows, without line ends)."""

    lines: Sequence[str]
    root: Node

    def at(self, row: int) -> Node | None:
        """The comment, template text or JSX text that the row begins in; None if it begins in code."""
        found = self.root.descendant_for_point_range((row, 0), (row, 0))
        return found if found is not None and found.type in _TEXTS and found.start_point.row < row else None

    def comments(self, rows: Iterable[int]) -> Iterator[Node]:
        """The block comments that overlap these rows or end in them, each once."""
        seen = set()
        for row in rows:
            found = self.at(row) if self.lines[row].strip() else None
            if found is None and self.lines[row].lstrip().startswith("/*"):
                column = len(indent_of(self.lines[row]))
                found = self.root.descendant_for_point_range((row, column), (row, column))
            if found is not None and found.type == "comment" and found.start_byte not in seen:
                seen.add(found.start_byte)
                yield found


def check_misplaced(inspection: Inspection) -> list[Violation]:
    """Reports one place: if one edit went in the wrong place, the others usually did too."""
    if inspection.contract.formatting_only:
        return []
    files = (file for file in inspection.code_files if not file.is_new)
    return [each for file in files for each in judged(inspection, file, "clobber.misplaced", _of(file))]


def _of(file: Changed) -> Iterator[Odd]:
    old, new = _side(file.lines[0], file.before, file.old_path), _side(file.lines[1], file.after, file.path)
    blocks = file.blocks
    fresh = frozenset(row for block in blocks for row in range(block[2], block[3]))
    found = [*_cut(old, new, blocks), *_starless(new, fresh)]
    # A sign that the base does not have can only be at an edge of what changed. A pure deletion can also leave one.
    grown = [block for block in blocks if block[2] < block[3]]
    near = sorted({row for block in grown for row in range(max(0, block[2] - 1), min(block[3] + 2, len(new.lines)))})
    for marked, what in _ABSENT:
        row = next(marked(new, near), None)
        if row is not None and next(marked(old, range(len(old.lines))), None) is None:
            found.append((row, what))
    for row, what in sorted(found):
        place = Range(Position(row, 0), Position(row, len(new.lines[row])))
        means = what in (_HALF, _AGAIN) or (what == _BARE and _CODE.search(new.lines[row]) is not None)
        yield Odd(row, place, f"{file.path}:{row + 1} {what}", means=means)


def _side(lines: Sequence[str], text: str, path: str) -> _Side:
    return _Side([line.rstrip("\r\n") for line in lines], Syntax(text, path).root)


def _cut(old: _Side, new: _Side, blocks: Sequence[Block]) -> Found:
    """What is left of an old line that was cut in the middle of a word."""
    for a1, a2, b1, b2 in blocks:
        rest = {new.lines[row]: row for row in reversed(range(b1, b2)) if _in_word(new.lines[row][:1])}
        for line in old.lines[a1:a2] if rest else ():
            for head in _before_one_of(rest.keys(), line):
                if _in_word(head[-1:]):
                    yield rest[line[len(head) :]], _HALF


def _before_one_of(tails: Collection[str], line: str) -> Iterator[str]:
    """The part of the line before a tail that it ends with."""
    # Even many tails have only a few different lengths.
    for length in {len(tail) for tail in tails}:
        if length < len(line) and line[-length:] in tails:
            yield line[:-length]


def _in_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$")


def _starless(new: _Side, fresh: frozenset[int]) -> Found:
    """A new line without a star, in a block comment whose old lines all begin with one."""
    for comment in new.comments(sorted(fresh)):
        below = range(comment.start_point.row + 1, comment.end_point.row + 1)
        starred = {row for row in below if new.lines[row].lstrip().startswith("*")}
        kept = [row for row in below if row not in fresh]
        if len(kept) >= _ALIKE_LINES and starred.issuperset(kept):
            bare = [row for row in below if row not in starred and new.lines[row].strip()]
            # Code that strayed into a comment brings no fences along.
            fenced = any(row in fresh and _FENCE.match(new.lines[row]) for row in below)
            yield from ((row, _EXAMPLE if fenced else _BARE) for row in bare)


def _run_on(side: _Side, rows: Iterable[int]) -> Iterator[int]:
    """A block that spans lines but closes right after its last statement, or code right after a doc comment."""
    for row in rows:
        line = side.lines[row]
        if _RUN_ON.search(line) and line.count("{") < line.count("}") and side.at(row) is None:
            yield row
    for comment in side.comments(row for row in rows if "*/" in side.lines[row]):
        rest = side.lines[comment.end_point.row].encode()[comment.end_point.column :].decode(errors="replace")
        if (_in_word(rest[:1]) or rest[:1] == "@") and (comment.text or b"").startswith(b"/**"):
            yield comment.end_point.row


def _repeated(side: _Side, rows: Iterable[int]) -> Iterator[int]:
    """The same jump twice in a row: the second is never reached."""
    for row in rows:
        line = side.lines[row].strip()
        if row and _JUMP.fullmatch(line) and line == side.lines[row - 1].strip() and side.at(row) is None:
            yield row


_Marked = Callable[[_Side, Sequence[int]], Iterator[int]]
_ABSENT: tuple[tuple[_Marked, str], ...] = (
    (_run_on, _RUNS_ON),
    (_repeated, _AGAIN),
)
