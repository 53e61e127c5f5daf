"""Proves that no compiler can tell a candidate from its base, so that none has to be asked.

A comment means nothing to tsc, except where it does: directives, pragmas, triple-slash references, ``@internal``, links
in JSDoc (they use an import), and all JSDoc in JavaScript, which holds types there. So does a line break: it may end a
statement, and ``@ts-expect-error`` counts lines. Whatever is not surely harmless is not proved. That costs only time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from runner.checker.compare import Carry
from runner.checker.unread import is_unread, same_json
from runner.model.diagnostics import Diagnostic
from runner.model.tree import Candidate, FileState, TreeReader
from runner.model.verdict import Refused
from runner.syntax.trees import is_source
from runner.syntax.trivia import Scan, trivia
from runner.text.encoding import TextFile, decode
from runner.text.positions import LineIndex

_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
# ``a.d.css.ts`` describes ``a.css`` if a project allows arbitrary extensions.
_DESCRIBES = re.compile(r"\.d\.[^./]+\.[mc]?ts\Z", re.IGNORECASE)
# What tsc reads of a comment in TypeScript. ``@see`` and ``@link`` use an import; so may a type in braces.
_READ = re.compile(r"@(?:ts-|jsx|see|link|internal|\w+\s*\{)|///\s*<", re.IGNORECASE)
_READ_IN_JAVASCRIPT = re.compile(rf"{_READ.pattern}|/\*\*", re.IGNORECASE)
# What tsc says of a text that it cannot parse, whatever the stage.
_SYNTAX = re.compile(r"TS(?:1\d{3}|17\d{3}|2657)")
_LINES = re.compile(r"@ts-", re.IGNORECASE)
_BREAK = re.compile(r"[\r\n]")
# Comments, and lines that look as if they were in one.
_REMARK = re.compile(r"//[^\n]*|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|^[ \t]*\*[^\n]*|^[^\n*]*\*/", re.MULTILINE)
# Nothing before or after these can join them to one token.
_ALONE = frozenset("(){}[],;")
# A line break after the first or before the second of these ends no statement.
_GOES_ON_AFTER = frozenset("([{,;")
_GOES_ON_BEFORE = frozenset(")]")


def unseen_by_types(candidate: Candidate, tree: TreeReader | None = None, errors: Iterable[Diagnostic] = ()) -> bool:
    """Whether every file of the candidate is proved unchanged for every compiler.

    ``tree`` is the base: with it, a new file that no compiler reads is proved if its folder exists. ``errors`` are those
    of the base: a file with a syntax error is not proved, because compilers recover from it in their own ways.
    """
    broken = {error.file for error in errors if error.stage == "syntax" or _SYNTAX.fullmatch(error.code)}
    return all(
        path not in broken and _is_same(path, candidate.before.get(path), after, tree)
        for path, after in candidate.files.items()
    )


def moved(errors: Iterable[Diagnostic], candidate: Candidate, carry: Carry) -> tuple[Diagnostic, ...]:
    """The errors of the base, where they stand in a proved candidate: each stays with its token."""
    places: dict[str, _Moved | None] = {}
    found: list[Diagnostic] = []
    for error in errors:
        if error.file not in candidate.files:
            found.append(error)
            continue
        if error.file not in places:
            places[error.file] = _moved_in(candidate, error.file)
        way = places[error.file]
        place = way.place(error.line, error.character) if way is not None else None
        if place is None:
            carried = carry(error.file, error.line, error.character)
            place = carried[1:] if carried is not None else (error.line, error.character)
        found.append(replace(error, line=place[0], character=place[1]))
    return tuple(found)


def _is_same(path: str, before: FileState | None, after: FileState | None, tree: TreeReader | None) -> bool:
    parts = path.lower().split("/")
    if "node_modules" in parts or _DESCRIBES.search(path):
        return False
    if is_unread(parts[-1]):
        return _unread_is_same(path, before, after, tree)
    if before is None or after is None:
        return False
    old, new = _text(before), _text(after)
    if old is None or new is None or (old.bom, old.encoding) != (new.bom, new.encoding):
        return False
    if old.text == new.text:
        return True
    if parts[-1].endswith(".json"):
        return same_json(parts[-1], old.text, new.text)
    return is_source(path) and _same_code(path, old.text, new.text)


def _unread_is_same(path: str, before: FileState | None, after: FileState | None, tree: TreeReader | None) -> bool:
    """A new folder may be a package of types, and a tsconfig may extend a file of any name. So only edits and files in
    folders that exist are proved, and nothing that could be a tsconfig.
    """
    if before is None:
        folder = path.rpartition("/")[0]
        known = not folder or (tree is not None and tree.kind(folder) == "folder")
        return known and after is not None and not _may_be_config(after)
    if after is None:
        return "/" not in path and not _may_be_config(before)
    return not _may_be_config(before) and not _may_be_config(after)


_CONFIG = re.compile(r"(?:\s|\ufeff|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+(?:\{|\Z)")


def _may_be_config(state: FileState) -> bool:
    """Whether tsc would read options from it: an object, or nothing at all."""
    text = _text(state)
    return text is not None and _CONFIG.match(text.text) is not None


def _text(state: FileState) -> TextFile | None:
    try:
        return decode(state.content)
    except Refused:
        return None


def _scan(text: str, path: str) -> Scan | None:
    try:
        return trivia(text, path)
    except Refused:  # too large or too deep to be read
        return None


def _same_code(path: str, before: str, after: str) -> bool:
    if not _at_a_glance(before, after):
        return False
    old = _scan(before, path)
    new = None if old is None else _scan(after, path)
    return old is not None and new is not None and old.tokens == new.tokens and _same_gaps(path, old, new)


def _at_a_glance(before: str, after: str) -> bool:
    """Whether it is worth while to read the texts: the lines that differ look the same without what looks like comments.
    A wrong answer costs time or a proof.
    """
    old, new = before.split("\n"), after.split("\n")
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    one, other = (_REMARK.sub("", "\n".join(lines[head : len(lines) - tail])).split() for lines in (old, new))
    return "".join(one) == "".join(other)


def _same_gaps(path: str, old: Scan, new: Scan) -> bool:
    """Whether the gaps that differ hold nothing that tsc reads, and stand where no directive counts lines."""
    changed = [at for at, (gap, other) in enumerate(zip(old.gaps, new.gaps, strict=True)) if gap != other]
    read = _READ_IN_JAVASCRIPT if path.lower().endswith(_JAVASCRIPT) else _READ
    counted = [at for at, gap in enumerate(old.gaps) if "@" in gap and _LINES.search(gap)]
    if any(read.search(old.gaps[at]) or read.search(new.gaps[at]) for at in changed):
        return False
    if not _fixed(old, counted).isdisjoint(changed):
        return False
    return all(_same_gap(old, new, at, lines=bool(counted)) for at in changed)


def _fixed(scan: Scan, counted: list[int]) -> set[int]:
    """The gaps from each directive to the end of its line: the directive covers what begins on the next line."""
    found: set[int] = set()
    for at in counted:
        gap = scan.gaps[at]
        last = [each.end() for each in _LINES.finditer(gap)][-1]
        rest, end = gap[last:], at
        while not _BREAK.search(rest) and end < len(scan.tokens):
            rest, end = scan.tokens[end] + scan.gaps[end + 1], end + 1
            found.add(end)
    return found


def _same_gap(old: Scan, new: Scan, at: int, *, lines: bool) -> bool:
    before, after = old.gaps[at], new.gaps[at]
    left = old.tokens[at - 1] if at else ";"
    right = old.tokens[at] if at < len(old.tokens) else ";"
    if at == len(old.tokens):
        return True
    if (before == "") != (after == "") and left not in _ALONE and right not in _ALONE and at:
        return False
    if (_BREAK.search(before) is None) == (_BREAK.search(after) is None) or not at:
        return True
    return not lines and (left in _GOES_ON_AFTER or right in _GOES_ON_BEFORE)


class _Moved:
    """Where the places of a text are in another text with the same tokens."""

    def __init__(self, before: str, after: str, old: Scan, new: Scan) -> None:
        self._before, self._after = LineIndex(before), LineIndex(after)
        self._old, self._new = old, new

    def place(self, line: int, character: int) -> tuple[int, int] | None:
        """None if it lies in a gap that has changed."""
        offset = self._before.offset(line, character)
        starts = self._old.starts
        piece = bisect_right(starts, offset) - 1
        gap, inside = divmod(piece, 2)
        into = offset - starts[piece]
        if piece >= len(self._new.starts) - 1:
            into = 0
        elif not inside and into and self._old.gaps[gap] != self._new.gaps[gap]:
            return None
        place = self._after.position(self._new.starts[min(piece, len(self._new.starts) - 1)] + into)
        return place.line, place.character


def _moved_in(candidate: Candidate, path: str) -> _Moved | None:
    before, after = candidate.before.get(path), candidate.files[path]
    old, new = None if before is None else _text(before), None if after is None else _text(after)
    if old is None or new is None or not is_source(path):
        return None
    one, other = _scan(old.text, path), _scan(new.text, path)
    if one is None or other is None or one.tokens != other.tokens:
        return None
    return _Moved(old.text, new.text, one, other)
