"""``anchor-ops``: ``{target_file, patches}``. Text is placed by an anchor or between two markers, in whole lines.

``insert_after`` and ``insert_before`` put ``content`` on separate lines next to the anchor's line. ``replace_block``
replaces what is between ``start_marker`` and ``end_marker`` and keeps both. An anchor must occur exactly once unless
``occurrence`` or ``all`` says otherwise; the end marker must occur exactly once after its start. ``reindent`` moves the
content to the anchor's indentation.
"""

from __future__ import annotations

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.payloads import Fields, malformed, operations
from runner.edits.formats.search import Match, ambiguous, locate, not_found
from runner.edits.formats.search_replace import match_options
from runner.model.text import Replacement
from runner.text.blocks import indent_of, reindented, without_last_break

_KEYS = {
    "insert_after": ("anchor", "occurrence", "all"),
    "insert_before": ("anchor", "occurrence", "all"),
    "replace_block": ("start_marker", "end_marker", "occurrence"),
}


def read(builder: ChangeSetBuilder, payload: object) -> None:
    for target in operations(payload):
        target.only(("target_file", "file", "patches"))
        source = builder.source(target.name("target_file" if target.has("target_file") else "file"))
        patches = target.children("patches")
        if not patches:
            raise malformed(f"{target.at('patches')} is an empty list: there is nothing to do.")
        for patch in patches:
            op = patch.choice("op", _KEYS, patch.name("op").replace("-", "_"))
            patch.only(("op", "content", "reindent", *_KEYS[op]))
            if op == "replace_block":
                _between(builder, source, patch)
            else:
                _beside(builder, source, patch, after=op == "insert_after")


def _beside(builder: ChangeSetBuilder, source: Source, patch: Fields, *, after: bool) -> None:
    anchor = patch.name("anchor").strip("\n")
    if not anchor:
        raise malformed(f"{patch.at('anchor')} is blank.")
    index, end = source.index, _line_end(source)
    options = match_options(patch)
    for match in locate(source, anchor, patch.at("anchor"), options):
        # The number of an occurrence is as easily wrong as that of a line.
        pinned = not options.occurrence or source.says_where(match.start, match.end)
        block = _block(source, patch, match.start)
        if after:
            at = index.content(index.line_of(max(match.end - 1, match.start)))[1]
            replacement = Replacement(at, at, end + block, pinned=pinned)
        else:
            at = index.starts[index.line_of(match.start)]
            replacement = Replacement(at, at, block + end, pinned=pinned)
        builder.edit(source.path, [replacement], fuzzy=match.fuzzy)


def _between(builder: ChangeSetBuilder, source: Source, patch: Fields) -> None:
    start = locate(source, patch.name("start_marker").strip("\n"), patch.at("start_marker"), match_options(patch))[0]
    end = _end_marker(source, patch, start)
    index = source.index
    first, last = index.line_of(start.end - 1), index.line_of(end.start)
    if first == last:
        new = source.adopt(patch.text("content"))
        builder.edit(source.path, [Replacement(start.end, end.start, new, pinned=True)], fuzzy=start.fuzzy)
        return
    block = _block(source, patch, start.start)
    new = block + _line_end(source) if block else ""
    inside = Replacement(index.starts[first + 1], index.starts[last], new, pinned=True)
    builder.edit(source.path, [inside], fuzzy=start.fuzzy)


def _end_marker(source: Source, patch: Fields, start: Match) -> Match:
    marker = source.adopt(patch.name("end_marker").strip("\n"))
    found = []
    at = source.text.find(marker, start.end)
    while at >= 0 and marker:
        found.append(Match(at, at + len(marker)))
        at = source.text.find(marker, at + 1)
    if not found:
        raise not_found(source, marker, f"{patch.at('end_marker')} (after its start)")
    if len(found) > 1:
        raise ambiguous(source, found, f"{patch.at('end_marker')} (after its start)")
    return found[0]


def _block(source: Source, patch: Fields, anchor: int) -> str:
    block = without_last_break(patch.text("content"))
    if patch.flag("reindent"):
        block = reindented(block, indent_of(source.text[source.index.starts[source.index.line_of(anchor)] :]))
    return source.adopt(block)


def _line_end(source: Source) -> str:
    return "\r\n" if source.newline == "\r\n" else "\n"
