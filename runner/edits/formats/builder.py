"""Builds a change set: formats say what should happen, and the builder merges it into one change per path.

Operations on files happen in order, like LSP's ``documentChanges``. Edits of one file all refer to its base text, even
if they are spread over several operations. For a file that the same submission creates, the base text is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from runner.model.suggestions import closest_paths, did_you_mean
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, RenameFile, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.diffing import minimal_edits
from runner.text.encoding import TextFile, decode, encode, with_newline
from runner.text.paths import ROOTS, normalise
from runner.text.positions import LineIndex
from runner.text.replacements import in_order, replace_all

Renamer = Callable[[str, int, int, str], dict[str, object]]
"""The language server's rename: path, 0-based line, 0-based UTF-16 character and new name to an LSP WorkspaceEdit."""


# How many lines, and at most how many characters, are the surroundings of a place.
_NEAR, _FAR = 5, 2000


class Source:
    """One text file as the submission's edits see it. ``text`` has no byte order mark."""

    def __init__(self, path: str, state: FileState | None) -> None:
        self.path = path
        self.state = state
        self.file = TextFile("") if state is None else decode(state.content, path)

    @property
    def text(self) -> str:
        return self.file.text

    @cached_property
    def newline(self) -> str:
        return self.file.newline

    @cached_property
    def index(self) -> LineIndex:
        return LineIndex(self.text)

    def says_where(self, start: int, end: int) -> bool:
        """Whether the text from ``start`` to ``end`` tells that place from its surroundings: a brace says as little as a
        blank line, where the next line is one too. Who counts lines wrongly is wrong by a few."""
        known = self.text[start:end].strip()
        if not known:
            return False
        first, last = self.index.line_of(start), self.index.line_of(end)
        above = self.index.starts[max(0, first - _NEAR)]
        below = self.index.span(min(last + _NEAR, len(self.index.starts) - 1))[1]
        return self.text[max(above, start - _FAR) : min(below, end + _FAR)].count(known) == 1

    def adopt(self, text: str) -> str:
        """Payload text with the line ends of this file."""
        return with_newline(text, self.newline)


@dataclass(slots=True)
class _Entry:
    """What will be at a path: the base's file ``origin`` with edits, or new text if ``origin`` is None.

    ``executable`` None leaves the mode as it is. ``encoding`` is that of new text that is not UTF-8.
    """

    origin: str | None
    replacements: list[Replacement] = field(default_factory=list)
    fuzzy: str | None = None
    shift: int = 0
    executable: bool | None = None
    encoding: str = "utf-8"


class ChangeSetBuilder:
    """Collects what one submission does to ``tree``. Pass paths as the payload writes them; they are checked here."""

    def __init__(self, tree: TreeReader, rename: Renamer | None = None, roots: Sequence[str] = ROOTS) -> None:
        self._tree = tree
        self.roots = roots
        self.renamer = rename
        self._sources: dict[str, Source] = {}
        self._entries: dict[str, _Entry | None] = {}

    # what is there

    def path(self, given: str) -> str:
        """The repository-relative path that the payload means. Raises ``Refused``."""
        return normalise(given, self.roots)

    def exists(self, path: str) -> bool:
        """Whether a regular file is at the normalised ``path``, after the operations so far."""
        return self._entries[path] is not None if path in self._entries else self._tree.kind(path) == "file"

    def under(self, folder: str) -> list[str]:
        """The regular files below ``folder``, after the operations so far."""
        gone = {path for path, entry in self._entries.items() if entry is None}
        new = {path for path, entry in self._entries.items() if entry is not None}
        return sorted(path for path in {*self._tree.paths(), *new} - gone if path.startswith(folder + "/"))

    def source(self, path: str) -> Source:
        """The text that edits of ``path`` refer to. Raises ``Refused``: no such file, not a regular one, not text."""
        path = self.path(path)
        entry = self._entries.get(path)
        if path in self._entries and entry is None:
            raise self._missing(path)
        if entry is not None and entry.origin is None:
            return self._source(path, created=True)
        return self._source(path if entry is None or entry.origin is None else entry.origin)

    def _source(self, path: str, *, created: bool = False) -> Source:
        key = "\0" + path if created else path
        if key not in self._sources:
            state = None if created else self._tree.read(path)
            if state is None and not created:
                raise self._missing(path)
            self._sources[key] = Source(path, state)
        return self._sources[key]

    def _missing(self, path: str) -> Refused:
        kind = self._tree.kind(path)
        if kind not in (None, "file"):
            return Refused(violation("path.not-a-regular-file", f"{path} is a {kind}.", file=path))
        hint = did_you_mean(closest_paths(path, self._tree.paths())) or None
        return Refused(violation("edit.no-such-file", f"There is no file {path} in the base.", file=path, hint=hint))

    # what is to happen

    def edit(self, path: str, replacements: Iterable[Replacement], *, fuzzy: str | None = None, shift: int = 0) -> None:
        """Edits that refer to ``source(path).text``. ``fuzzy`` and ``shift`` are as in ``EditFile``."""
        path = self.path(path)
        self.source(path)
        entry = self._entries.setdefault(path, _Entry(path))
        assert entry is not None, "source() has refused a path that is gone"
        entry.replacements += replacements
        entry.fuzzy = entry.fuzzy or fuzzy
        entry.shift = max(entry.shift, shift)

    def set_mode(self, path: str, *, executable: bool) -> None:
        path = self.path(path)
        self.edit(path, ())
        entry = self._entries[path]
        assert entry is not None, "edit() has refused a path that is gone"
        entry.executable = executable

    def create(
        self,
        path: str,
        text: str = "",
        *,
        overwrite: bool = False,
        executable: bool | None = None,
        encoding: str = "utf-8",
    ) -> None:
        """``encoding`` is as in ``TextFile``. Text in an encoding other than UTF-8 begins with U+FEFF."""
        path = self.path(path)
        if self.exists(path) and not overwrite:
            raise Refused(violation("edit.file-exists", f"{path} is there already.", file=path))
        kind = self._tree.kind(path)
        if kind not in (None, "file"):
            raise Refused(violation("edit.file-exists", f"{path} is a {kind}.", file=path))
        self._sources.pop("\0" + path, None)
        edits = [Replacement(0, 0, text)] if text else []
        self._entries[path] = _Entry(None, edits, executable=executable, encoding=encoding)

    def delete(self, path: str) -> None:
        path = self.path(path)
        if not self.exists(path):
            raise self._missing(path)
        self._entries[path] = None

    def rename(self, old: str, new: str, *, overwrite: bool = False) -> None:
        old, new = self.path(old), self.path(new)
        if not self.exists(old):
            raise self._missing(old)
        if old == new:
            return
        if self._tree.kind(new) not in (None, "file") or (self.exists(new) and not overwrite):
            raise Refused(violation("edit.file-exists", f"{new} is there already.", file=new))
        entry = self._entries.get(old) or _Entry(old)
        self._entries[old] = None
        self._entries[new] = entry
        if entry.origin is None:
            self._sources["\0" + new] = self._source(old, created=True)

    # the result

    def change_set(self) -> ChangeSet:
        """Raises ``Refused`` for overlapping edits of one file, for bad new text, and if nothing would change."""
        moved = self._moved()
        changes = [change for path in self._entries if (change := self._change(path, moved)) is not None]
        if not changes:
            raise Refused(violation("submission.no-change", "The edit changes nothing."))
        return ChangeSet(tuple(changes))

    def _moved(self) -> dict[str, str]:
        """Base path to new path for files that count as renamed: the old place is empty now, and the new one was
        before.
        """
        found: dict[str, str] = {}
        for path, entry in self._entries.items():
            if entry is None or entry.origin in (None, path) or self._tree.kind(path) is not None:
                continue
            if self._entries.get(entry.origin or "", entry) is None:
                found[entry.origin or ""] = path
        return found

    def _change(self, path: str, moved: dict[str, str]) -> FileChange | None:
        entry = self._entries[path]
        in_base = self._tree.kind(path) == "file"
        if entry is None:
            return DeleteFile(path) if in_base and path not in moved else None
        if entry.origin == path:
            return _edited(path, self._ordered(entry, path), entry)
        if entry.origin is not None and moved.get(entry.origin) == path:
            if entry.executable is not None:
                raise Refused(violation("edit.unsupported", f"{path} is renamed and changes its mode.", file=path))
            return RenameFile(entry.origin, path, self._ordered(entry, entry.origin), entry.fuzzy, entry.shift)
        if not in_base:
            return CreateFile(path, self._content(entry, path), bool(entry.executable))
        base = self._source(path)
        new = decode(self._content(entry, path), path).text
        return _edited(path, minimal_edits(base.text, new), entry)

    def _ordered(self, entry: _Entry, path: str) -> tuple[Replacement, ...]:
        if not entry.replacements:
            return ()
        return in_order(entry.replacements, self._source(path).text, path)

    def _content(self, entry: _Entry, path: str) -> bytes:
        if entry.origin is None:
            text = replace_all("", in_order(entry.replacements, "", path))
            bom = "\ufeff".encode(entry.encoding) if text[:1] == "\ufeff" else b""
            return encode(TextFile(text.removeprefix("\ufeff"), entry.encoding, bom), path)
        source = self._source(entry.origin)
        text = replace_all(source.text, in_order(entry.replacements, source.text, entry.origin))
        return encode(TextFile(text, source.file.encoding, source.file.bom), path)


def _edited(path: str, replacements: tuple[Replacement, ...], entry: _Entry) -> EditFile | None:
    if not replacements and entry.executable is None:
        return None
    return EditFile(path, replacements, entry.fuzzy, entry.shift, entry.executable)
