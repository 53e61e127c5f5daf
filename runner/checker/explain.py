"""Tells about each new error where it stands, and what the edit has to do with it if it stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runner.checker.causes import cause_of, edited_files
from runner.checker.ways import Ways
from runner.model.diagnostics import Diagnostic
from runner.model.plain import safe
from runner.model.tree import Candidate, FileState, TreeReader
from runner.model.verdict import Refused
from runner.syntax.kept import kept
from runner.syntax.outline import flat, outline
from runner.syntax.trees import is_source
from runner.text.encoding import decode
from runner.text.positions import LineIndex

# So many errors are explained; a verdict shows fewer.
ERRORS = 60
# Of a line of code.
_WIDTH = 160
_LONGEST = 400_000


def explained(errors: Iterable[Diagnostic], candidate: Candidate, tree: TreeReader) -> tuple[Diagnostic, ...]:
    """``errors`` with symbol, text, way and cause; ``tree`` is the base. Those of edited files come first.

    Reads the files of the errors and, for errors elsewhere, what these import, up to a limit.
    """
    ordered = sorted(errors, key=lambda error: error.file not in candidate.files)
    if not ordered:
        return ()
    reader = _Reader(candidate, tree)
    files = edited_files(candidate)
    ways: Ways | None = None
    found: list[Diagnostic] = []
    for error in ordered[:ERRORS]:
        line = reader.line(error)
        way: tuple[str, ...] = ()
        if error.file and error.file not in candidate.files:
            ways = ways or Ways(candidate.files, frozenset((*tree.paths(), *candidate.files)), reader.text)
            way = ways.to(error.file)
        found.append(
            replace(
                error,
                symbol=safe(reader.symbol(error), limit=300),
                text=safe(line[:_WIDTH]) + ("…" if len(line) > _WIDTH else ""),
                way=way,
                cause=safe(cause_of(error, line, files), limit=500),
            )
        )
    return (*found, *ordered[ERRORS:])


class _Reader:
    """The files of a candidate, as text."""

    def __init__(self, candidate: Candidate, tree: TreeReader) -> None:
        self._candidate, self._tree = candidate, tree
        self._texts: dict[str, str | None] = {}

    def text(self, path: str) -> str | None:
        if path not in self._texts:
            files = self._candidate.files
            self._texts[path] = _text(files[path] if path in files else self._tree.read(path))
        return self._texts[path]

    def line(self, error: Diagnostic) -> str:
        """With single spaces."""
        text = self.text(error.file) if error.file else None
        if text is None:
            return ""
        index = _index(text)
        if error.line >= len(index.starts):
            return ""
        start, end = index.content(error.line)
        return " ".join(text[start:end].split())

    def symbol(self, error: Diagnostic) -> str:
        """The address of the innermost declaration around the error, with its file; "" outside of all."""
        text = self.text(error.file) if error.file and is_source(error.file) else None
        if text is None:
            return ""
        try:
            offset = _index(text).offset(error.line, error.character)
            around = [each for each in flat(outline(text, error.file)) if each.start <= offset < each.end]
        except Refused:
            return ""
        return f"{error.file}#{around[-1].key}" if around else ""


@kept(32)
def _index(text: str) -> LineIndex:
    return LineIndex(text)


def _text(state: FileState | None) -> str | None:
    if state is None or len(state.content) > _LONGEST:
        return None
    try:
        return decode(state.content).text
    except Refused:
        return None
