"""Applies a change set to a virtual tree. Writes nothing."""

from __future__ import annotations

from dataclasses import replace

from runner.model.text import Replacement
from runner.model.tree import Candidate, ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.encoding import TextFile, decode, encode
from runner.text.replacements import in_order, replace_all


def apply_changes(change_set: ChangeSet, tree: TreeReader) -> Candidate:
    """The files as they would be afterwards. Encoding, byte order mark and mode (unless one is named) stay. Bytes
    outside the edits are the same bytes.

    Raises ``Refused``: ``edit.no-such-file``, ``edit.file-exists``, ``path.not-a-regular-file``, ``edit.not-text``, or
    ``submission.no-change`` if no file would change.
    """
    before: dict[str, FileState | None] = {}
    files: dict[str, FileState | None] = {}
    for change in change_set.changes:
        for path, old, new in _outcome(change, tree):
            if path in files:
                raise Refused(violation("edit.unsupported", f"The change set names {path} twice.", file=path))
            before[path], files[path] = old, new
    _check_folders({path for path, new in files.items() if new is not None and before[path] is None}, files, tree)
    if all(before[path] == files[path] for path in files):
        paths = ", ".join(files)
        raise Refused(violation("submission.no-change", f"The edit leaves {paths or 'every file'} exactly as it is."))
    return Candidate(tree.snapshot, change_set, before, files)


def edited(state: FileState, replacements: tuple[Replacement, ...], path: str) -> FileState:
    """``state`` with its text edited."""
    file = decode(state.content, path)
    text = replace_all(file.text, in_order(replacements, file.text, path))
    return FileState(encode(TextFile(text, file.encoding, file.bom), path), state.executable)


_Outcome = tuple[str, FileState | None, FileState | None]


def _outcome(change: FileChange, tree: TreeReader) -> list[_Outcome]:
    """Path, old state and new state of each file that ``change`` touches."""
    if isinstance(change, CreateFile):
        _check_free(change.path, tree)
        return [(change.path, None, FileState(change.content, change.executable))]
    if isinstance(change, EditFile):
        old = _existing(change.path, tree)
        new = edited(old, change.replacements, change.path) if change.replacements else old
        executable = old.executable if change.executable is None else change.executable
        return [(change.path, old, replace(new, executable=executable))]
    if isinstance(change, DeleteFile):
        return [(change.path, _existing(change.path, tree), None)]
    old = _existing(change.old, tree)
    _check_free(change.new, tree)
    new = edited(old, change.replacements, change.old) if change.replacements else old
    return [(change.old, old, None), (change.new, None, new)]


def _existing(path: str, tree: TreeReader) -> FileState:
    state = tree.read(path)
    if state is not None:
        return state
    kind = tree.kind(path)
    if kind is None:
        raise Refused(violation("edit.no-such-file", f"There is no file {path} in the base.", file=path))
    raise Refused(violation("path.not-a-regular-file", f"{path} is a {kind}.", file=path))


def _check_free(path: str, tree: TreeReader) -> None:
    kind = tree.kind(path)
    if kind is not None:
        raise Refused(violation("edit.file-exists", f"{path} is there already: a {kind}.", file=path))


def _check_folders(new_paths: set[str], files: dict[str, FileState | None], tree: TreeReader) -> None:
    """A new file may only be below folders, not below a file, a symlink or another new file."""
    for path in sorted(new_paths):
        parts = path.split("/")
        for length in range(1, len(parts)):
            parent = "/".join(parts[:length])
            kind = tree.kind(parent)
            if parent in files:
                kind = "file" if files[parent] is not None else None
            if kind not in (None, "folder"):
                message = f"{path} cannot be made: {parent} is a {kind}."
                raise Refused(violation("path.not-a-regular-file", message, file=path))
