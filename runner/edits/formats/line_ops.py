"""``line-ops``: operations on lines. Numbers are 1-based and inclusive, and refer to the base in every operation of a
list.

``replace_block`` replaces whole lines (an empty block removes them). ``insert_before`` and ``insert_after`` take
``line``, ``append`` and ``prepend`` do not. The block's own last line break does not matter. A file without a final
line break stays without one. ``open_space`` leaves three blank lines around the block, one above and two below; that is
deliberate space, not lost lines. ``expect_hash`` is the SHA-256 of the lines in question, as the file has them or
joined by LF, with or without the last line break. ``reindent`` moves the block to the indentation of the line it goes
to.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.payloads import Fields, malformed, operations
from runner.model.text import Position, Range, Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.blocks import indent_of, reindented, without_last_break

_OPERATIONS = ("replace_block", "insert_before", "insert_after", "append", "prepend")
_COMMON = ("op", "file", "new_block", "open_space", "expect_hash", "reindent")
_SPACE_ABOVE, _SPACE_BELOW = 1, 2


def read(builder: ChangeSetBuilder, payload: object) -> None:
    for operation in operations(payload):
        op = operation.choice("op", _OPERATIONS, operation.name("op").replace("-", "_"))
        places = ("start_line", "end_line") if op == "replace_block" else ("line",) if op.startswith("insert") else ()
        operation.only((*_COMMON, *places))
        source = builder.source(operation.name("file"))
        # Either end of a file is a place by itself; a line is one when its hash was seen.
        lowered = _lowered(source, op, operation)
        pinned = op in ("append", "prepend") or _is_told(source, op, operation)
        builder.edit(source.path, [replace(lowered, pinned=pinned)])


def _lowered(source: Source, op: str, operation: Fields) -> Replacement:
    count = source.index.count
    if op == "replace_block":
        first, last = operation.number("start_line", least=1), operation.number("end_line", least=1)
        if last < first:
            raise malformed(f"{operation.where} ends at line {last}, before its start at line {first}.")
        _check_line(source, last, count)
        _check_hash(source, operation, first, last)
        return _replaced(source, operation, first - 1, last - 1)
    if op == "append":
        before = count
    elif op == "prepend":
        before = 0
    elif op == "insert_before":
        before = operation.number("line", least=1) - 1
        _check_line(source, before + 1, count + 1)
    else:
        before = operation.number("line")
        _check_line(source, before, count)
    at = before if op in ("insert_before", "prepend") else before - 1
    at = min(max(at, 0), max(count - 1, 0))
    _check_hash(source, operation, at + 1, at + 1)
    if not operation.text("new_block"):
        raise malformed(f"{operation.at('new_block')} is empty: there is nothing to insert.")
    return _inserted(source, _block(source, operation, at), before)


def _block(source: Source, operation: Fields, line: int) -> str:
    """The block with the file's line ends, without its last one, spaced and re-indented as requested."""
    block = without_last_break(operation.text("new_block"))
    if operation.flag("reindent"):
        block = reindented(block, indent_of(source.text[source.index.starts[line] :]))
    if operation.flag("open_space"):
        block = "\n" * _SPACE_ABOVE + block + "\n" * _SPACE_BELOW
    return source.adopt(block)


def _replaced(source: Source, operation: Fields, first: int, last: int) -> Replacement:
    start = source.index.starts[first]
    if not operation.text("new_block") and not operation.flag("open_space"):
        return Replacement(start, source.index.span(last)[1], "")
    return Replacement(start, source.index.content(last)[1], _block(source, operation, first))


def _inserted(source: Source, block: str, before: int) -> Replacement:
    """``block`` as lines before 0-based line ``before``, which may be one past the last line."""
    text, end = source.text, "\r\n" if source.newline == "\r\n" else "\n"
    if before < source.index.count:
        start = source.index.starts[before]
        return Replacement(start, start, block + end)
    at_break = not text or text[-1] in "\r\n"
    return Replacement(len(text), len(text), block + end if at_break else end + block)


def _is_told(source: Source, op: str, operation: Fields) -> bool:
    """Whether the lines whose hash was seen stand nowhere else near. It has been found to be theirs."""
    if operation.maybe_text("expect_hash") is None or source.index.count == 0:
        return False
    if op == "replace_block":
        first, last = operation.number("start_line"), operation.number("end_line")
    else:
        first = last = min(max(operation.number("line"), 1), source.index.count)
    return source.says_where(source.index.starts[first - 1], source.index.content(last - 1)[1])


def _check_line(source: Source, line: int, most: int) -> None:
    if line > most:
        count = source.index.count
        message = f"{source.path} has {count} lines, so there is no line {line}."
        place = Position(max(count - 1, 0), 0)
        raise Refused(violation("edit.out-of-range", message, file=source.path, range=Range(place, place)))


def _check_hash(source: Source, operation: Fields, first: int, last: int) -> None:
    expected = operation.maybe_text("expect_hash")
    if expected is None:
        return
    if source.index.count == 0:
        kept = ""
    else:
        kept = source.text[source.index.starts[first - 1] : source.index.span(last - 1)[1]]
    plain = re.sub(r"\r\n|\r", "\n", kept).removesuffix("\n")
    forms = {kept, without_last_break(kept), plain, plain + "\n"}
    if first == 1 and source.file.bom:
        # A tool that hashes bytes includes the byte order mark.
        forms |= {f"\ufeff{form}" for form in forms}
    if expected.lower() not in {hashlib.sha256(form.encode()).hexdigest() for form in forms}:
        message = f"Lines {first} to {last} of {source.path} are not those that were seen: their SHA-256 differs."
        place = source.index.range(source.index.starts[first - 1], source.index.content(last - 1)[1])
        raise Refused(violation("edit.stale", message, file=source.path, range=place))
