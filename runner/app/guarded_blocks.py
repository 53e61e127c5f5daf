"""Lists and verifies the guarded blocks of a tree, and puts markers around lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.app.nearest import real_roots
from runner.errors import UsageError
from runner.ledger.mission_control import MissionControl
from runner.model.suggestions import closest_paths, did_you_mean
from runner.model.text import LineSpan
from runner.model.tree import ChangeSet, EditFile, TreeReader
from runner.model.verdict import Refused
from runner.snapshots.worktree.working_tree import WorkingTree
from runner.syntax.guards import add_guard, find_guards
from runner.text.encoding import decode
from runner.text.lsp import to_workspace_edit
from runner.text.paths import ROOTS, plain_address
from runner.text.positions import LineIndex

_MARK = b"@hash:"


def guard_edit(tree: TreeReader, lines: LineSpan, name: str, roots: Sequence[str] = ROOTS) -> dict[str, object]:
    """The WorkspaceEdit that puts the markers around ``lines`` (1-based, inclusive). Raises ``UsageError``."""
    lines = replace(lines, file=plain_address(lines.file, roots))
    state = tree.read(lines.file)
    if state is None:
        raise no_file(lines.file, tree)
    try:
        text = decode(state.content, lines.file).text
        changes = add_guard(text, lines, name)
    except Refused as refused:
        raise UsageError(refused.violations[0].message, refused.violations[0].hint) from refused
    except ValueError as problem:
        raise UsageError(str(problem)) from problem
    return to_workspace_edit(ChangeSet((EditFile(lines.file, changes),)), {lines.file: state})


def guards_of(
    tree: TreeReader, paths: Sequence[str], roots: Sequence[str] = ROOTS
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Every guarded block with its 1-based lines and whether its hash is right, and the broken markers.

    No ``paths`` means every file. Raises ``UsageError`` for a path that is not in the tree.
    """
    blocks: list[dict[str, Any]] = []
    broken: list[dict[str, str]] = []
    for path, text in _texts(tree, [plain_address(path, roots) for path in paths]):
        index = LineIndex(text)
        found = find_guards(text)
        broken += [{"file": path, "message": message} for message in found.broken]
        for block in found.blocks:
            start, end = index.line_of(block.start) + 1, index.line_of(block.end) + 1
            place = {"file": path, "name": block.name, "start": start, "end": end}
            blocks.append({**place, "hash": block.hash, "holds": block.holds, "right_hash": block.right_hash})
    return blocks, broken


def guards_on_disk(folder: Path, paths: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """``guards_of`` for the working tree of the repository whose top folder is ``folder``."""
    tree = WorkingTree(folder, MissionControl.to_read(folder).root)
    try:
        return guards_of(tree.tree(), paths, real_roots(folder))
    finally:
        tree.close()


def no_file(path: str, tree: TreeReader) -> UsageError:
    near = did_you_mean(closest_paths(path, tree.paths()))
    return UsageError(f"there is no file {path}", f"{near} Paths are relative to the top of the repository.".strip())


def _texts(tree: TreeReader, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    for path in paths or tree.paths():
        state = tree.read(path)
        if state is None:
            raise no_file(path, tree)
        if _MARK in state.content:
            try:
                yield path, decode(state.content, path).text
            except Refused:
                continue  # a binary file that happens to hold the bytes
