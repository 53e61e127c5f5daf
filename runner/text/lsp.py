"""Change sets as LSP WorkspaceEdits in plain JSON. ``formats.workspace_edit`` reads them back."""

from __future__ import annotations

from collections.abc import Mapping

from runner.model.text import Position, Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState
from runner.text.encoding import TextFile, decode
from runner.text.paths import to_uri
from runner.text.positions import LineIndex


def to_workspace_edit(change_set: ChangeSet, before: Mapping[str, FileState | None]) -> dict[str, object]:
    """Only ``documentChanges``, with null versions, URIs ``file:///repo/<path>`` and UTF-16 positions.

    ``before`` holds the base state of every edited file. A file is edited first and renamed afterwards. A change of
    mode is ``executable`` beside ``edits``. The mode and encoding of a new file are in its ``options``.
    """
    operations = [each for change in change_set.changes for each in _operations(change, before)]
    return {"documentChanges": operations}


def _operations(change: FileChange, before: Mapping[str, FileState | None]) -> list[dict[str, object]]:
    if isinstance(change, EditFile):
        edit = _edit(change.path, change.replacements, before)
        return [edit if change.executable is None else {**edit, "executable": change.executable}]
    if isinstance(change, DeleteFile):
        return [{"kind": "delete", "uri": to_uri(change.path)}]
    if isinstance(change, CreateFile):
        file = decode(change.content, change.path)
        create: dict[str, object] = {"kind": "create", "uri": to_uri(change.path), **_options(change, file)}
        text = ("\ufeff" if file.bom else "") + file.text
        if not text:
            return [create]
        insert: dict[str, object] = {
            "range": {"start": _place(Position(0, 0)), "end": _place(Position(0, 0))},
            "newText": text,
        }
        return [create, _document(change.path, [insert])]
    move: dict[str, object] = {"kind": "rename", "oldUri": to_uri(change.old), "newUri": to_uri(change.new)}
    return [_edit(change.old, change.replacements, before), move] if change.replacements else [move]


def _options(change: CreateFile, file: TextFile) -> dict[str, object]:
    """Properties that LSP cannot express, if they are not the default of a new file."""
    options: dict[str, object] = {"executable": True} if change.executable else {}
    options |= {"encoding": file.encoding} if file.encoding != "utf-8" else {}
    return {"options": options} if options else {}


def _edit(
    path: str, replacements: tuple[Replacement, ...], before: Mapping[str, FileState | None]
) -> dict[str, object]:
    state = before[path]
    assert state is not None, f"{path} is edited, so it is in the base"
    index = LineIndex(decode(state.content, path).text)
    edits: list[dict[str, object]] = [
        {
            "range": {"start": _place(index.position(each.start)), "end": _place(index.position(each.end))},
            "newText": each.new,
        }
        for each in replacements
    ]
    return _document(path, edits)


def _document(path: str, edits: list[dict[str, object]]) -> dict[str, object]:
    return {"textDocument": {"uri": to_uri(path), "version": None}, "edits": edits}


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}
