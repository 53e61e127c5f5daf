"""The way from an edit to an error elsewhere: the shortest chain of imports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection

from runner.model.verdict import Refused
from runner.syntax.modules import module_names, resolve
from runner.syntax.trees import is_source

# How many files are read at most, for all errors of one candidate, and how long they may be.
FILES = 300
LONGEST = 400_000


class Ways:
    """``text_of`` gives the text of a file of the candidate, or None. ``paths`` are the files of both sides."""

    def __init__(
        self, edited: Collection[str], paths: Collection[str], text_of: Callable[[str], str | None], files: int = FILES
    ) -> None:
        self._edited, self._paths, self._text_of, self._left = edited, paths, text_of, files
        self._imports: dict[str, tuple[str, ...]] = {}

    def to(self, file: str) -> tuple[str, ...]:
        """From an edited file to ``file``, both included. Empty if none is found among the files that may be read."""
        after: dict[str, str] = {}
        pending = deque([file])
        while pending:
            path = pending.popleft()
            for each in self._imported(path):
                if each == file or each in after:
                    continue
                after[each] = path
                if each in self._edited:
                    return _chain(each, file, after)
                pending.append(each)
        return ()

    def _imported(self, path: str) -> tuple[str, ...]:
        """The files of the tree that ``path`` imports."""
        if path in self._imports:
            return self._imports[path]
        found: tuple[str, ...] = ()
        if self._left > 0 and is_source(path):
            self._left -= 1
            text = self._text_of(path)
            if text is not None and len(text) <= LONGEST:
                found = tuple(target for name in _names(text, path) if (target := resolve(name, path, self._paths)))
        self._imports[path] = found
        return found


def _names(text: str, path: str) -> tuple[str, ...]:
    try:
        return module_names(text, path)
    except Refused:  # too large or too deep to be read
        return ()


def _chain(start: str, end: str, after: dict[str, str]) -> tuple[str, ...]:
    found = [start]
    while found[-1] != end:
        found.append(after[found[-1]])
    return tuple(found)
