"""Differences between texts: smallest edits, unified diffs that git applies, and line counts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from runner.model.text import Replacement
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.text.encoding import decode

_CONTEXT = 3
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MANY_WORDS = 2000
_MANY_PAIRS = 1_000_000

Block = tuple[int, int, int, int]
"""Old lines ``[0]..[1]`` become new lines ``[2]..[3]``; 0-based, ends exclusive."""


def split_lines(text: str) -> list[str]:
    """Lines with their ends, split at LF only, as git does."""
    lines = text.split("\n")
    last = lines.pop()
    found = [line + "\n" for line in lines]
    return [*found, last] if last else found


def changed_blocks(old: list[str], new: list[str]) -> list[Block]:
    """Where two lists of lines differ, in order. Equal lines at both ends are removed first.

    Long texts are compared by their rarer lines first: difflib is quadratic in lines that occur often.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if not a or not b:
        return [(head, head + len(a), head, head + len(b))] if a or b else []
    return [
        (head + a1, head + a2, head + b1, head + b2)
        for lost, a1, a2, b1, b2 in difflib.SequenceMatcher(
            None, a, b, autojunk=len(a) * len(b) > _MANY_PAIRS
        ).get_opcodes()
        if lost != "equal"
    ]


def _common(old: list[str], new: list[str]) -> int:
    """How many lines both begin with, by bisection: lists are compared far faster than their items one by one."""
    least, most = 0, min(len(old), len(new))
    while least < most:
        middle = (least + most + 1) // 2
        if old[least:middle] == new[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def minimal_edits(old: str, new: str) -> tuple[Replacement, ...]:
    """Small edits that turn ``old`` into ``new`` (code point offsets): a line diff, refined to words in changed lines."""
    if old == new:
        return ()
    before, after = split_lines(old), split_lines(new)
    starts = _offsets(before)
    found: list[Replacement] = []
    for a1, a2, b1, b2 in changed_blocks(before, after):
        found += _refined("".join(before[a1:a2]), "".join(after[b1:b2]), starts[a1])
    return tuple(found)


def _offsets(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _refined(old: str, new: str, at: int) -> Iterator[Replacement]:
    words, others = _WORD.findall(old), _WORD.findall(new)
    if not words or not others or len(words) + len(others) > _MANY_WORDS:
        yield Replacement(at, at + len(old), new)
        return
    matcher = difflib.SequenceMatcher(None, words, others, autojunk=False)
    if matcher.quick_ratio() < 0.5:
        yield Replacement(at, at + len(old), new)
        return
    starts = _offsets(words)
    for lost, a1, a2, b1, b2 in matcher.get_opcodes():
        if lost != "equal":
            yield Replacement(at + starts[a1], at + starts[a2], "".join(others[b1:b2]))


def line_stats(before: Mapping[str, FileState | None], after: Mapping[str, FileState | None]) -> tuple[int, int]:
    """Lines (added, removed) over all files. A binary file counts as 0."""
    added = removed = 0
    for path in _paths(before, after):
        old, new = _text(before.get(path)), _text(after.get(path))
        if old is None or new is None:
            continue
        for a1, a2, b1, b2 in changed_blocks(split_lines(old), split_lines(new)):
            added, removed = added + b2 - b1, removed + a2 - a1
    return added, removed


def unified_diff(before: Mapping[str, FileState | None], after: Mapping[str, FileState | None]) -> str:
    """In git's form, sorted by path; ``git apply`` accepts it. A path missing from one mapping has no file there.

    A byte order mark and CRs are part of their lines. Binary and UTF-16 files are named but not shown.
    """
    return "".join(_file_diff(path, before.get(path), after.get(path)) for path in _paths(before, after))


def _paths(before: Mapping[str, FileState | None], after: Mapping[str, FileState | None]) -> list[str]:
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def _text(state: FileState | None) -> str | None:
    """The file's text with its byte order mark, as a diff shows it; None for a file that git would call binary."""
    if state is None:
        return ""
    try:
        file = decode(state.content)
    except Refused:
        return None
    if file.encoding != "utf-8":
        return None
    return ("\ufeff" if file.bom else "") + file.text


def _mode(state: FileState) -> str:
    return "100755" if state.executable else "100644"


def _file_diff(path: str, old: FileState | None, new: FileState | None) -> str:
    left, right = _quoted("a/" + path), _quoted("b/" + path)
    head = [f"diff --git {left} {right}\n"]
    if old is None and new is not None:
        head.append(f"new file mode {_mode(new)}\n")
    elif old is not None and new is None:
        head.append(f"deleted file mode {_mode(old)}\n")
    elif old is not None and new is not None and old.executable != new.executable:
        head += [f"old mode {_mode(old)}\n", f"new mode {_mode(new)}\n"]
    before, after = _text(old), _text(new)
    if before is None or after is None:
        return "".join((*head, f"Binary files {left} and {right} differ\n"))
    if before == after:
        return "".join(head)
    head.append("--- " + ("/dev/null" if old is None else left + _tab(path)) + "\n")
    head.append("+++ " + ("/dev/null" if new is None else right + _tab(path)) + "\n")
    return "".join((*head, *_hunks(split_lines(before), split_lines(after))))


def _tab(path: str) -> str:
    """git ends a name that contains a space with a tab, so that nobody looks for a time stamp in it."""
    return "\t" if " " in path else ""


def _quoted(name: str) -> str:
    """git quotes names with quotes, backslashes, control or non-ASCII characters, the last as octal bytes."""
    if name.isascii() and name.isprintable() and '"' not in name and "\\" not in name:
        return name
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in name.encode())
    return f'"{"".join(plain)}"'


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    group: list[Block] = []
    for block in changed_blocks(old, new):
        if group and block[0] - group[-1][1] > 2 * _CONTEXT:
            yield from _hunk(old, new, group)
            group = []
        group.append(block)
    if group:
        yield from _hunk(old, new, group)


def _hunk(old: list[str], new: list[str], group: list[Block]) -> Iterator[str]:
    before = min(_CONTEXT, group[0][0])
    start, other = group[0][0] - before, group[0][2] - before
    after = min(_CONTEXT, len(old) - group[-1][1])
    end, last = group[-1][1] + after, group[-1][3] + after
    yield f"@@ -{_span(start, end)} +{_span(other, last)} @@\n"
    at = start
    for a1, a2, b1, b2 in group:
        yield from (_line(" ", line) for line in old[at:a1])
        yield from (_line("-", line) for line in old[a1:a2])
        yield from (_line("+", line) for line in new[b1:b2])
        at = a2
    yield from (_line(" ", line) for line in old[at:end])


def _span(start: int, end: int) -> str:
    """1-based start and count. An empty span names the line before it."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


def _line(mark: str, line: str) -> str:
    return mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
