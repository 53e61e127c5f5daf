"""Finds where the lines of a hunk are in a file, and computes what the hunk changes there.

Line numbers are only a hint, since models get them wrong: the context decides. Exact lines are tried first; then lines
compared without white space, if they fit only one place. Context lines are never written: they stay as the file has
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from runner.edits.formats.builder import Source
from runner.edits.formats.search import WHITE_SPACE, nearest
from runner.model.text import Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation


@dataclass(frozen=True, slots=True)
class Line:
    """``mark`` is ``" "``, ``-`` or ``+``. ``bare`` says that the line has no line break (the last line of its file)."""

    mark: str
    text: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """``expected`` is the 0-based line of the base that the header names. ``headings`` are lines to be found above it.

    With ``at_end``, the old lines are the last of the file. ``shown`` names the hunk in messages.
    """

    lines: tuple[Line, ...]
    shown: str
    expected: int | None = None
    headings: tuple[str, ...] = ()
    at_end: bool = False

    @property
    def old(self) -> list[str]:
        return [line.text for line in self.lines if line.mark != "+"]


@dataclass
class _Lines:
    """A file's lines without their ends, split at LF as git does. In a CRLF file the CR belongs to the line end."""

    source: Source
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        at = 0
        text = self.source.text
        returns = self.source.newline == "\r\n"
        for piece in text.split("\n"):
            end = at + len(piece)
            content = end - 1 if returns and piece.endswith("\r") else end
            if at < len(text):
                self.spans.append((at, content, min(end + 1, len(text))))
            at = end + 1

    @cached_property
    def exact(self) -> list[str]:
        return [self.source.text[start:end] for start, end, _ in self.spans]

    @cached_property
    def loose(self) -> list[str]:
        return [" ".join(line.split()) for line in self.exact]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        return _places(self.exact)

    @cached_property
    def loose_places(self) -> dict[str, list[int]]:
        return _places(self.loose)

    @property
    def end(self) -> str:
        return "\r\n" if self.source.newline == "\r\n" else "\n"

    def bare_end(self) -> bool:
        """Whether the last line lacks a line break."""
        return bool(self.spans) and self.spans[-1][1] == len(self.source.text)


def _places(lines: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        found[line].append(at)
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """What the hunks of one file change. ``fuzzy`` and ``shift`` are as in ``EditFile``."""

    replacements: list[Replacement]
    fuzzy: str | None
    shift: int


def place(source: Source, hunks: Sequence[Hunk]) -> Placed:
    """Find the place of each hunk of one file.

    Raises ``Refused``: ``edit.not-found`` with the nearest line, ``edit.ambiguous`` with the lines of the candidates.
    """
    lines = _Lines(source)
    replacements: list[Replacement] = []
    fuzzy = None
    shift = cursor = 0
    for given in hunks:
        hunk = _adopted(given, source)
        at, loose = _find(lines, hunk, cursor)
        replacements += _changes(lines, hunk, at)
        fuzzy = fuzzy or (WHITE_SPACE if loose else None)
        shift = max(shift, 0 if hunk.expected is None else abs(at - hunk.expected))
        cursor = at + len(hunk.old)
    return Placed(replacements, fuzzy, shift)


def _adopted(hunk: Hunk, source: Source) -> Hunk:
    """For a CRLF file: the hunk without its CRs, and without the byte order mark, which is not part of our text."""
    lines = hunk.lines
    if source.newline == "\r\n":
        lines = tuple(Line(line.mark, line.text.removesuffix("\r"), line.bare) for line in lines)
    if source.file.bom:
        lines = tuple(Line(line.mark, line.text.removeprefix("\ufeff"), line.bare) for line in lines)
        # A file with only a byte order mark has no lines for us, but one line without a line break in a diff.
        lines = tuple(line for line in lines if line.text or not line.bare)
    return Hunk(lines, hunk.shown, hunk.expected, hunk.headings, hunk.at_end)


def _find(lines: _Lines, hunk: Hunk, cursor: int) -> tuple[int, bool]:
    """The 0-based line where the hunk's old lines begin, and whether white space was ignored to find it."""
    old = hunk.old
    if not old:
        return _bare_insertion(lines, hunk, cursor), False
    first, last = _region(lines, hunk, cursor)
    for loose in (False, True):
        sought = [" ".join(line.split()) for line in old] if loose else old
        if loose and not any(sought):
            break
        everything = _matches(
            lines.loose if loose else lines.exact, sought, lines.loose_places if loose else lines.places
        )
        if hunk.at_end:
            everything = [at for at in everything if at + len(old) == len(lines.exact)] or everything
        if hunk.expected in everything and not loose:
            return hunk.expected, loose
        found = everything
        for least, most in ((cursor, len(lines.exact)), (first, len(lines.exact)), (first, last)):
            narrowed = [at for at in found if least <= at < most]
            found = narrowed or found
        if len(found) == 1:
            return found[0], loose
        if found:
            raise _ambiguous(lines, hunk, found)
    message = f"The old lines of {hunk.shown} do not occur in {lines.source.path}."
    hint = nearest(lines.source, "\n".join(old))
    raise Refused(violation("edit.not-found", message, file=lines.source.path, hint=hint))


def _ambiguous(lines: _Lines, hunk: Hunk, found: list[int]) -> Refused:
    message = f"The old lines of {hunk.shown} occur {len(found)} times in {lines.source.path}."
    numbers = ", ".join(str(at + 1) for at in found[:10])
    hint = f"They stand at lines {numbers}. Add context lines until the place is unique."
    return Refused(violation("edit.ambiguous", message, file=lines.source.path, hint=hint))


def _matches(lines: list[str], sought: list[str], places: dict[str, list[int]]) -> list[int]:
    """Every place where the lines ``sought`` occur in a row, found by their rarest line."""
    rarest = min(range(len(sought)), key=lambda at: len(places.get(sought[at], ())))
    starts = (at - rarest for at in places.get(sought[rarest], ()))
    return [at for at in starts if at >= 0 and lines[at : at + len(sought)] == sought]


def _region(lines: _Lines, hunk: Hunk, cursor: int) -> tuple[int, int]:
    """The lines below the hunk's headings, down to where the indentation returns to that of the last heading."""
    first, last = 0, len(lines.exact)
    for heading in hunk.headings:
        plain = " ".join(heading.split())
        found = [at for at in lines.loose_places.get(plain, []) if at >= first]
        found = [at for at in found if at >= cursor] or found
        if not found:
            message = f"The line '{heading.strip()}' above {hunk.shown} does not occur in {lines.source.path}."
            hint = nearest(lines.source, heading)
            raise Refused(violation("edit.not-found", message, file=lines.source.path, hint=hint))
        if len(found) > 1:
            raise _ambiguous(lines, Hunk((), f"the heading '{heading.strip()}'"), found)
        first = found[0]
        depth = _depth(lines.exact[first])
        below = range(first + 1, len(lines.exact))
        last = next((at for at in below if lines.loose[at] and _depth(lines.exact[at]) <= depth), last)
        # The closing line still belongs to the block.
        last = min(last + 1, len(lines.exact))
    return first, last


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _bare_insertion(lines: _Lines, hunk: Hunk, cursor: int) -> int:
    """The place of a hunk without old lines: where its header says (below line n), else below its heading, else the
    end.
    """
    if hunk.headings:
        return _region(lines, hunk, cursor)[0] + 1
    if hunk.expected is not None and cursor <= hunk.expected <= len(lines.exact):
        return hunk.expected
    if hunk.at_end or not lines.exact:
        return len(lines.exact)
    message = f"{hunk.shown} has no context lines, so its place in {lines.source.path} is not known."
    hint = "Give at least one unchanged line around the added ones."
    raise Refused(violation("edit.not-found", message, file=lines.source.path, hint=hint))


def _changes(lines: _Lines, hunk: Hunk, at: int) -> list[Replacement]:
    """One replacement for each run of removed and added lines."""
    found: list[Replacement] = []
    known = lines.spans[at : at + len(hunk.old)]
    pinned = hunk.at_end or any(map(str.strip, hunk.headings))
    pinned = pinned or (bool(known) and lines.source.says_where(known[0][0], known[-1][1]))
    removed: list[Line] = []
    added: list[Line] = []
    for line in (*hunk.lines, Line(" ", "")):
        if line.mark == "-":
            removed.append(line)
        elif line.mark == "+":
            added.append(line)
        else:
            if removed or added:
                found.append(replace(_run(lines, at, removed, added), pinned=pinned))
                at += len(removed)
                removed, added = [], []
            at += 1
    return found


def _run(lines: _Lines, at: int, removed: list[Line], added: list[Line]) -> Replacement:
    """Replaces the removed lines from line ``at`` on by the added ones. A missing final line break stays unless the
    hunk names it.
    """
    end, length = lines.end, len(lines.source.text)
    start = lines.spans[at][0] if at < len(lines.spans) else length
    stop = lines.spans[at + len(removed) - 1][2] if removed else start
    new = "".join(line.text + ("" if line.bare else end) for line in added)
    if stop == length and lines.bare_end() and added:
        unaware = not any(line.bare for line in (*removed, *added))
        if not removed:
            new = end + new
        if unaware:
            new = new.removesuffix(end)
    return Replacement(start, stop, new)
