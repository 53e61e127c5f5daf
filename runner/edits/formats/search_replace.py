"""``search-replace``: a list of ``{file, search, replace}``, or text with SEARCH/REPLACE blocks.

A search must occur exactly once in the base, unless ``occurrence`` (1-based) or ``all`` says otherwise. In text, the
path is on the line before a block (alone, in backquotes, or after ``file:``). A block without a path uses the path of
the block before. Code fences around blocks are skipped; any other text between them is an error.
"""

from __future__ import annotations

import re
from dataclasses import replace as replace_fields

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.payloads import Fields, malformed, operations
from runner.edits.formats.search import Match, MatchOptions, locate, refitted
from runner.model.text import Replacement

_HEAD = re.compile(r"<{5,9} ?SEARCH>?\s*\Z")
_MIDDLE = re.compile(r"={5,9}\s*\Z")
_TAIL = re.compile(r">{5,9} ?REPLACE\s*\Z")
_FENCE = re.compile(r"\s*(```|~~~)")
_KEYS = ("file", "search", "replace", "occurrence", "all")


def read(builder: ChangeSetBuilder, payload: object) -> None:
    if isinstance(payload, str):
        given: list[object] = list(blocks(payload))
    else:
        given = [dict(fields.values) for fields in operations(payload)]
    for at, item in enumerate(given):
        _one(builder, Fields.of(item, f"payload[{at}]").only(_KEYS), lines=isinstance(payload, str))


def _one(builder: ChangeSetBuilder, operation: Fields, *, lines: bool) -> None:
    """``lines``: the search is a run of whole lines."""
    source = builder.source(operation.name("file"))
    search, replace = operation.name("search"), operation.text("replace")
    options = replace_fields(match_options(operation), lines=lines)
    replacements, fuzzy = [], None
    for match in locate(source, search, f"{operation.at('search')}", options):
        new = _fitted(search, replace, match)
        # The number of an occurrence is as easily wrong as that of a line.
        pinned = not options.occurrence or source.says_where(match.start, match.end)
        start = match.start if new else _line_start(source, match)
        replacements.append(Replacement(start, match.end, source.adopt(new), pinned=pinned))
        fuzzy = fuzzy or match.fuzzy
    builder.edit(source.path, replacements, fuzzy=fuzzy)


def _line_start(source: Source, match: Match) -> int:
    """Where lines that go begin: their indentation goes with them, though the search may have left some of it out."""
    start = source.text.rfind("\n", 0, match.start) + 1
    whole = source.text[match.start : match.end].endswith("\n") and not source.text[start : match.start].strip(" \t")
    return start if whole else match.start


def match_options(operation: Fields) -> MatchOptions:
    occurrence = operation.number("occurrence", least=1) if operation.has("occurrence") else 0
    every = operation.flag("all")
    if occurrence and every:
        raise malformed(f'{operation.where} has both "occurrence" and "all".')
    return MatchOptions(occurrence, every)


def _fitted(search: str, replace: str, match: Match) -> str:
    """A fuzzy match covers whole lines without surrounding blank ones, so the replacement must not add those either."""
    if match.fuzzy is None:
        return replace
    lines, sought = replace.split("\n"), search.split("\n")
    for end in (0, -1):
        while lines and not lines[end].strip() and sought and not sought[end].strip():
            lines.pop(end)
            sought.pop(end)
    fitted = refitted("\n".join(lines), match.indents)
    return fitted + "\n" if search.endswith("\n") and fitted else fitted


def blocks(text: str) -> list[dict[str, object]]:
    """The SEARCH/REPLACE blocks of ``text`` in list form. Raises ``Refused`` (``submission.malformed``)."""
    lines = text.replace("\r\n", "\n").split("\n")
    found: list[dict[str, object]] = []
    path: str | None = None
    at = 0
    while at < len(lines):
        if _HEAD.match(lines[at]):
            if path is None:
                raise malformed(f"The block at line {at + 1} of the text has no path on the line before it.")
            middle = _seek(lines, at + 1, _MIDDLE, "=======")
            tail = _seek(lines, middle + 1, _TAIL, ">>>>>>> REPLACE")
            found.append({"file": path, **_sides(lines[at + 1 : middle], lines[middle + 1 : tail])})
            at = tail
        elif lines[at].strip() and not _FENCE.match(lines[at]):
            path = _path(lines[at], at)
        at += 1
    if not found:
        raise malformed("The text has no block that begins with '<<<<<<< SEARCH'.")
    return found


def _sides(search: list[str], replace: list[str]) -> dict[str, object]:
    """Both sides are whole lines. A removed line takes its line break along."""
    if not replace:
        return {"search": "\n".join(search) + "\n", "replace": ""}
    return {"search": "\n".join(search), "replace": "\n".join(replace)}


def _path(line: str, at: int) -> str:
    path = line.strip().strip("`*").strip()
    for prefix in ("file:", "File:", "path:", "#", "//"):
        path = path.removeprefix(prefix).strip()
    path = path.removesuffix(":").strip("`*")
    if not path or " " in path:
        raise malformed(f"Line {at + 1} of the text is neither a path nor part of a block: {line.strip()[:80]!r}.")
    return path


def _seek(lines: list[str], start: int, mark: re.Pattern[str], shown: str) -> int:
    for at in range(start, len(lines)):
        if mark.match(lines[at]):
            return at
        if _HEAD.match(lines[at]):
            break
    raise malformed(f"The block at line {start} of the text has no line '{shown}' after it.")
