"""Applies LSP ``TextEdit``s to one text, exactly as specified (LSP 3.18). The only module that knows ``lsprotocol``'s
types.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from runner.model.text import Position, Range, Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.positions import Encoding, LineIndex
from runner.text.replacements import in_order, is_text, replace_all

if TYPE_CHECKING:
    from lsprotocol import types as lsp  # importing it takes longer than most commands run


_ROW = attrgetter("range.start.line", "range.start.character", "range.end.line", "range.end.character", "new_text")


def apply_text_edits(text: str, edits: Sequence[lsp.TextEdit], *, encoding: Encoding = "utf-16") -> str:
    """The text after all of ``edits``, each of which refers to the given ``text``. One pass over the text.

    Positions are 0-based, characters in units of ``encoding`` (``utf-8``, ``utf-16``, ``utf-32``). A character past the
    end of the line means the end of the line; a line past the last means the end of the text. Insertions at one place
    keep the order of the array. Raises ``Refused``: ``edit.overlap``, ``edit.inside-character``, ``edit.out-of-range``
    (the range ends before it starts) or ``edit.not-text`` (a lone surrogate in the new text).
    """
    index = LineIndex(text)
    quick = _quick(text, edits, index, encoding)
    if quick is not None:
        return quick
    ranges = [(_range(edit.range), edit.new_text) for edit in edits]
    return replace_all(text, replacements_of(ranges, index, encoding=encoding))


def _quick(text: str, edits: Sequence[lsp.TextEdit], index: LineIndex, encoding: Encoding) -> str | None:
    """The result of ``apply_text_edits``, several times faster; None if an edit needs a closer look or has to be
    refused.

    It makes one tuple for each edit and nothing else: with ten thousand edits, making and comparing objects takes all
    the time.
    """
    rows = list(map(_ROW, edits))
    # Sort by line and then by character. Two stable sorts by integers are faster than one by pairs.
    rows.sort(key=itemgetter(1))
    rows.sort(key=itemgetter(0))
    if not is_text("".join([row[4] for row in rows])):
        return None
    find, starts = index.finder(encoding), index.starts
    wide = [*index.wide(encoding), len(text)]
    final = -1 if "\r" in text else len(starts) - 1
    pieces: list[str] = []
    done = at = 0
    for line, character, last, until, new in rows:
        if last == line and 0 <= line < final and 0 <= character <= until:
            # The same as ``find`` for a line of narrow characters that ends with LF, without the call.
            start, stop = starts[line], starts[line + 1] - 1
            while wide[at] < start:
                at += 1
            if wide[at] >= stop:
                end = start + until
                start += character
                if end > stop:
                    end = stop
                    start = min(start, stop)
                if start < done:
                    return None
                pieces.append(text[done:start])
                pieces.append(new)
                done = end
                continue
        place = find(line, character, until if last == line else character)
        ending = place if last == line else find(last, until, until)
        if place is None or ending is None or last < line or (last == line and until < character):
            return None
        start, end = place[0], ending[1]
        if start < done:
            return None
        pieces.append(text[done:start])
        pieces.append(new)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _range(range: lsp.Range) -> Range:
    start, end = range.start, range.end
    return Range(Position(start.line, start.character), Position(end.line, end.character))


def replacements_of(
    edits: Sequence[tuple[Range, str]], index: LineIndex, *, encoding: Encoding = "utf-16", path: str | None = None
) -> tuple[Replacement, ...]:
    """The edits (range, new text) as replacements of offsets, in order. Raises like ``apply_text_edits``.

    They are sorted by the position as written, not by the clamped one, as the reference implementation does.
    """
    found = []
    for range, new in sorted(edits, key=lambda edit: edit[0].start):
        if range.end < range.start:
            message = f"The range ends at {range.end.line}:{range.end.character}, before it starts."
            raise Refused(violation("edit.out-of-range", message, file=path, range=range))
        start = index.offset(range.start.line, range.start.character, encoding)
        end = index.offset(range.end.line, range.end.character, encoding)
        found.append(Replacement(start, end, new))
    return in_order(found, index.text, path)
