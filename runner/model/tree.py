"""Files as values, and the changes that a submission makes to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeAlias

from runner.model.text import Replacement


@dataclass(frozen=True, slots=True)
class FileState:
    """A regular file: its exact bytes, and whether its mode is 100755 (else 100644)."""

    content: bytes
    executable: bool = False


class TreeReader(Protocol):
    """The tree of one snapshot, read-only. Paths are repository-relative with ``/``; case is exact, as in git."""

    @property
    def snapshot(self) -> str:
        """The snapshot's id (a commit)."""

    def read(self, path: str) -> FileState | None:
        """The file at ``path``; None if there is nothing, or not a regular file."""

    def kind(self, path: str) -> str | None:
        """``file``, ``folder``, ``symlink``, ``submodule`` or None. Only the last component may be a symlink."""

    def paths(self) -> Iterator[str]:
        """Every regular file, sorted."""


@dataclass(frozen=True, slots=True)
class FileSet:
    """A ``TreeReader`` with only ``files``: those that a patch touches."""

    files: Mapping[str, FileState | None]
    snapshot: str

    def read(self, path: str) -> FileState | None:
        return self.files.get(path)

    def kind(self, path: str) -> str | None:
        return None if self.files.get(path) is None else "file"

    def paths(self) -> Iterator[str]:
        return iter(sorted(path for path, state in self.files.items() if state is not None))


@dataclass(frozen=True, slots=True)
class OverlayTree:
    """A ``TreeReader``: ``base`` with some files in other states. It has no snapshot of its own."""

    base: TreeReader
    files: Mapping[str, FileState | None]

    @property
    def snapshot(self) -> str:
        return self.base.snapshot

    def read(self, path: str) -> FileState | None:
        return self.files[path] if path in self.files else self.base.read(path)

    def kind(self, path: str) -> str | None:
        if path in self.files:
            return None if self.files[path] is None else "file"
        below = any(name.startswith(f"{path}/") and state is not None for name, state in self.files.items())
        return "folder" if below else self.base.kind(path)

    def paths(self) -> Iterator[str]:
        there = {path for path in self.base.paths() if path not in self.files}
        yield from sorted(there | {path for path, state in self.files.items() if state is not None})


@dataclass(frozen=True, slots=True)
class EditFile:
    """Edits of an existing text file. ``replacements`` are sorted, do not overlap, and refer to the base text.

    ``fuzzy`` says how the place was found if not by an exact match ("white space"), for the verdict. ``shift`` is the
    largest distance in lines from the line that the submission named. ``executable`` None leaves the mode as it is.
    """

    path: str
    replacements: tuple[Replacement, ...]
    fuzzy: str | None = None
    shift: int = 0
    executable: bool | None = None


@dataclass(frozen=True, slots=True)
class CreateFile:
    """A file that must not exist in the base."""

    path: str
    content: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class DeleteFile:
    path: str


@dataclass(frozen=True, slots=True)
class RenameFile:
    """``replacements`` refer to the text before the rename. ``fuzzy`` and ``shift`` are as in ``EditFile``."""

    old: str
    new: str
    replacements: tuple[Replacement, ...] = ()
    fuzzy: str | None = None
    shift: int = 0


FileChange: TypeAlias = EditFile | CreateFile | DeleteFile | RenameFile


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A submission lowered onto one base snapshot: at most one change per path."""

    changes: tuple[FileChange, ...]

    def paths(self) -> tuple[str, ...]:
        """Every path that is read, written or removed, in order."""
        found: list[str] = []
        for change in self.changes:
            found += [change.old, change.new] if isinstance(change, RenameFile) else [change.path]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change set applied to a virtual tree; nothing has been written.

    ``files`` maps each touched path to its new state, or ``None`` if it is gone. ``before`` does the same for the base.
    """

    base: str
    change_set: ChangeSet
    before: Mapping[str, FileState | None]
    files: Mapping[str, FileState | None]

    def __post_init__(self) -> None:
        object.__setattr__(self, "before", MappingProxyType(dict(self.before)))
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))
