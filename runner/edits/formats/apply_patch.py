"""``apply-patch``: V4A text, ``*** Begin Patch`` to ``*** End Patch``.

Sections are ``*** Add File: p`` (lines with ``+``), ``*** Delete File: p`` and ``*** Update File: p`` with an optional
``*** Move to: q`` and hunks. A hunk begins with ``@@``, which may name a line above it (a class, a function). Its lines
begin with a space, ``-`` or ``+``. ``*** End of File`` ties a hunk to the end of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from runner.edits.formats.builder import ChangeSetBuilder
from runner.edits.formats.hunks import Hunk, Line, place
from runner.edits.formats.payloads import Fields, malformed

_ADD, _DELETE, _UPDATE, _MOVE = "*** Add File: ", "*** Delete File: ", "*** Update File: ", "*** Move to: "
_BEGIN, _END, _END_OF_FILE = "*** Begin Patch", "*** End Patch", "*** End of File"


@dataclass(slots=True)
class _Reader:
    """The lines between begin and end. ``at`` is the next line, ``offset`` its number in the payload (0-based)."""

    lines: list[str]
    offset: int
    at: int = 0

    def peek(self) -> str | None:
        return self.lines[self.at] if self.at < len(self.lines) else None

    def number(self) -> int:
        return self.offset + self.at + 1

    def section(self) -> bool:
        """Whether the next line begins a section, or there are no more lines."""
        line = self.peek()
        return line is None or line.startswith((_ADD, _DELETE, _UPDATE))


def read(builder: ChangeSetBuilder, payload: object) -> None:
    text = payload if isinstance(payload, str) else Fields.of(payload, "payload").only(("patch",)).text("patch")
    reader = _enclosed(text)
    if reader.peek() is None:
        raise malformed("The patch is empty: there is nothing to do.")
    while (line := reader.peek()) is not None:
        reader.at += 1
        if line.startswith(_ADD):
            builder.create(line.removeprefix(_ADD).strip(), _added(reader))
        elif line.startswith(_DELETE):
            builder.delete(line.removeprefix(_DELETE).strip())
        elif line.startswith(_UPDATE):
            _update(builder, reader, line.removeprefix(_UPDATE).strip())
        elif line.strip():
            raise malformed(f"Line {reader.number() - 1} of the patch belongs to no file: {line[:80]!r}.")


def _enclosed(text: str) -> _Reader:
    lines = text.replace("\r\n", "\n").split("\n")
    marks = [line.strip() for line in lines]
    if _BEGIN not in marks or _END not in marks:
        raise malformed(f"The patch must stand between the lines '{_BEGIN}' and '{_END}'.")
    first = marks.index(_BEGIN) + 1
    last = len(marks) - 1 - marks[::-1].index(_END)
    return _Reader(lines[first:last], first)


def _added(reader: _Reader) -> str:
    found = []
    while not reader.section():
        line = reader.peek() or ""
        if not line.startswith("+"):
            raise malformed(f"Line {reader.number()} of the patch, in a new file, must begin with '+': {line[:80]!r}.")
        found.append(line[1:] + "\n")
        reader.at += 1
    return "".join(found)


def _update(builder: ChangeSetBuilder, reader: _Reader, path: str) -> None:
    source = builder.source(path)
    line = reader.peek()
    moved = None
    if line is not None and line.startswith(_MOVE):
        moved = line.removeprefix(_MOVE).strip()
        reader.at += 1
    hunks = _hunks(reader)
    if not hunks and moved is None:
        raise malformed(f"The section of {path} has no hunk.")
    if hunks:
        placed = place(source, hunks)
        builder.edit(path, placed.replacements, fuzzy=placed.fuzzy, shift=placed.shift)
    if moved is not None:
        builder.rename(path, moved)


def _hunks(reader: _Reader) -> list[Hunk]:
    found: list[Hunk] = []
    while not reader.section():
        number = reader.number()
        headings = []
        while (line := reader.peek()) is not None and line.startswith("@@"):
            heading = line.removeprefix("@@").strip()
            if heading.strip("@ "):
                headings.append(heading)
            reader.at += 1
        lines = _body(reader)
        at_end = reader.peek() == _END_OF_FILE
        if at_end:
            reader.at += 1
        if not any(line.mark != " " for line in lines):
            raise malformed(f"The hunk at line {number} of the patch changes nothing.")
        found.append(Hunk(tuple(lines), f"the hunk at line {number} of the patch", None, tuple(headings), at_end))
    return found


def _body(reader: _Reader) -> list[Line]:
    lines: list[Line] = []
    while not reader.section():
        line = reader.peek() or ""
        if line.startswith("@@") or line == _END_OF_FILE:
            break
        if line and line[0] not in " -+":
            raise malformed(
                f"Line {reader.number()} of the patch must begin with a space, '-' or '+': {line[:80]!r}.",
                "Write the whole lines of the file, each with its mark in front.",
            )
        lines.append(Line(line[:1] or " ", line[1:]))
        reader.at += 1
    # An empty line before the next section is spacing, not a line of the file.
    if reader.section():
        while lines and lines[-1] == Line(" ", ""):
            lines.pop()
    return lines
