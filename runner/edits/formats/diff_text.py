"""Parses a unified diff into files and hunks. Knows nothing of the tree that it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from runner.edits.formats.hunks import Hunk, Line
from runner.edits.formats.payloads import malformed

_HEADER = re.compile(r"@@+ *(?:-(\d+)(?:,(\d+))? +\+(\d+)(?:,(\d+))? *@@)?")
_GIT = re.compile(r"diff --git (?:\"?a/)?(.*?)\"? \"?b/(.*?)\"?\s*\Z")
_QUOTED = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_INDEX = re.compile(r"index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})\b")
_BARE = "\\ No newline"


@dataclass(slots=True)
class FileDiff:
    """``old`` is None for a new file, ``new`` for a deleted one. ``unsupported`` says what cannot be done.
    ``executable`` is None if no mode is named. ``blobs`` are the prefixes of both object ids, if git's ``index`` line
    gives them.
    """

    old: str | None = None
    new: str | None = None
    renamed: bool = False
    hunks: list[Hunk] = field(default_factory=list)
    unsupported: str | None = None
    executable: bool | None = None
    blobs: tuple[str, str] | None = None


def parse(text: str) -> list[FileDiff]:
    """Raises ``Refused`` (``submission.malformed``). Text before the first file, such as a commit message, is skipped."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if lines and all(line.endswith("\r") for line in lines):
        lines = [line[:-1] for line in lines]
    files: list[FileDiff] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("diff --git "):
            files.append(_git_head(line))
            at = _extended(lines, at + 1, files[-1])
        elif _names_file(lines, at):
            if not files or files[-1].hunks or not lines[at - 1 : at] or not _is_git(lines, at):
                files.append(FileDiff())
            _names(files[-1], lines[at], lines[at + 1])
            at += 2
        elif line.startswith("@@"):
            if not files:
                raise malformed(f"The hunk at line {at + 1} of the diff has no lines '--- a/…' and '+++ b/…' above it.")
            at = _hunk(lines, at, files[-1])
        else:
            at += 1
    return [file for file in files if file.hunks or file.renamed or file.unsupported or _is_whole_file(file)]


def _is_whole_file(file: FileDiff) -> bool:
    """A file diff without hunks: an empty file is added or removed, or a mode changes."""
    return file.executable is not None or None in (file.old, file.new)


def _executable(line: str, file: FileDiff) -> bool:
    """The mode of a header line. git knows two modes for regular files, and others for links and submodules."""
    mode = line.rsplit(maxsplit=1)[-1]
    if mode not in ("100644", "100755"):
        file.unsupported = f"makes something that is no regular file (mode {mode})"
    return mode == "100755"


def _git_head(line: str) -> FileDiff:
    found = _GIT.match(line)
    return FileDiff(_unquoted(found[1]), _unquoted(found[2])) if found else FileDiff("", "")


def _is_git(lines: list[str], at: int) -> bool:
    """Whether the ``---`` line at ``at`` belongs to the ``diff --git`` header just above it."""
    while at > 0 and not lines[at - 1].startswith(("@@", "+++ ")):
        at -= 1
        if lines[at].startswith("diff --git "):
            return True
    return False


def _extended(lines: list[str], at: int, file: FileDiff) -> int:
    """git's extended header lines after ``diff --git``."""
    while at < len(lines):
        line = lines[at]
        if line.startswith("new file mode"):
            file.old, file.executable = None, _executable(line, file)
        elif line.startswith("deleted file mode"):
            file.new = None
        elif line.startswith("rename from "):
            file.old, file.renamed = _unquoted(line.removeprefix("rename from ").strip()), True
        elif line.startswith("rename to "):
            file.new = _unquoted(line.removeprefix("rename to ").strip())
        elif line.startswith(("copy from ", "copy to ")):
            file.unsupported = "copies a file"
        elif line.startswith("new mode"):
            file.executable = _executable(line, file)
        elif line.startswith(("Binary files ", "GIT binary patch")):
            file.unsupported = "is binary"
        elif blobs := _INDEX.match(line):
            file.blobs = (blobs[1], blobs[2])
        elif not line.startswith(("old mode", "index ", "similarity index", "dissimilarity index")):
            break
        at += 1
    return at


def _names_file(lines: list[str], at: int) -> bool:
    return lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ ")


def _names(file: FileDiff, old: str, new: str) -> None:
    left, right = _name(old), _name(new)
    if file.renamed:
        return
    file.old = None if left == "/dev/null" else left
    file.new = None if right == "/dev/null" else right
    plain = (left.removeprefix("a/"), right.removeprefix("b/"))
    file.renamed = file.old is not None and file.new is not None and plain[0] != plain[1] and left != right


def _name(line: str) -> str:
    """The name after ``---`` or ``+++``, without a time stamp."""
    return _unquoted(line[4:].partition("\t")[0].strip())


def _unquoted(name: str) -> str:
    if not (name.startswith('"') and name.endswith('"') and len(name) > 1):
        return name
    plain = bytearray()
    at = 1
    for found in _QUOTED.finditer(name, 1, len(name) - 1):
        plain += name[at : found.start()].encode("utf-8", "surrogatepass")
        code = found[1]
        plain += (
            bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPES.get(code, code).encode("utf-8", "surrogatepass")
        )
        at = found.end()
    plain += name[at:-1].encode("utf-8", "surrogatepass")
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise malformed(f"The quoted name {name} is not UTF-8.") from None


def _hunk(lines: list[str], at: int, file: FileDiff) -> int:
    """Reads the hunk whose header is at line ``at``; returns the line after it."""
    shown = f"the hunk at line {at + 1} of the diff"
    header = _HEADER.match(lines[at])
    expected = olds = news = None
    if header and header[1] is not None:
        olds, news = int(header[2] or "1"), int(header[4] or "1")
        # A header without old lines names the line above it. Read as 0-based, that number is the insertion point.
        expected = int(header[1]) - (olds > 0)
    end = _counted(lines, at + 1, olds, news) or _guessed(lines, at + 1)
    body: list[Line] = []
    for line in lines[at + 1 : end]:
        if line.startswith(_BARE):
            if body:
                body[-1] = Line(body[-1].mark, body[-1].text, True)
        elif line[:1] not in ("", " ", "-", "+"):
            raise malformed(f"A line of {shown} must begin with a space, '-' or '+': {line[:80]!r}.")
        else:
            body.append(Line(line[:1] or " ", line[1:]))
    if end >= len(lines) and not _is_whole(body, olds, news):
        raise malformed(f"The diff is cut off: {shown} has fewer lines than its header says.", "Send the whole diff.")
    if not any(line.mark != " " for line in body):
        raise malformed(f"{shown[0].upper()}{shown[1:]} changes nothing.")
    file.hunks.append(Hunk(tuple(body), shown, expected))
    return end


def _is_whole(body: list[Line], olds: int | None, news: int | None) -> bool:
    """Whether the last hunk is complete. A single wrong count is common; if both are too high, the rest is missing.

    One line of context more or less does no harm: a blank line at the very end is easily trimmed.
    """
    if olds is None or news is None:
        return True
    missing = min(olds - sum(line.mark != "+" for line in body), news - sum(line.mark != "-" for line in body))
    return missing <= (len(body) > 2 and all(line.mark == " " for line in body[-2:]))


def _counted(lines: list[str], at: int, olds: int | None, news: int | None) -> int | None:
    """The end of a hunk according to its header; None if the counts do not fit the lines."""
    if olds is None or news is None:
        return None
    while at < len(lines) and (olds > 0 or news > 0):
        mark = lines[at][:1] or " "
        if mark not in " -+\\":
            return None
        olds -= mark in " -"
        news -= mark in " +"
        at += 1
    if at < len(lines) and lines[at].startswith(_BARE):
        at += 1
    # "-- " ends a mail from git format-patch.
    over = at >= len(lines) or lines[at] in ("", "-- ") or lines[at][0] not in " -+" or _names_file(lines, at)
    return at if olds == news == 0 and over else None


def _guessed(lines: list[str], at: int) -> int:
    """The end of a hunk whose counts are wrong or missing: the next header. Empty lines at its end do not belong to it."""
    while at < len(lines) and not lines[at].startswith(("@@", "diff --git ")) and not _names_file(lines, at):
        at += 1
    while at > 0 and not lines[at - 1]:
        at -= 1
    return at
