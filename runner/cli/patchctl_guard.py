"""``patchctl guard add|list|verify`` in a repository."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from runner.client.payloads import UsageProblem
from runner.model.text import LineSpan
from runner.model.tree import ChangeSet, EditFile, TreeReader
from runner.model.verdict import Refused
from runner.syntax.guards import add_guard, find_guards
from runner.text.encoding import decode
from runner.text.lsp import to_workspace_edit
from runner.text.positions import LineIndex

_MARK = b"@hash:"
_PATHS = "Paths are relative to the top of the repository."


def guard_edit(tree: TreeReader, args: argparse.Namespace) -> dict[str, object]:
    """The WorkspaceEdit that puts the markers around the lines. Raises ``UsageProblem``."""
    state = tree.read(args.file)
    if state is None:
        raise UsageProblem(f"there is no file {args.file}", _PATHS)
    try:
        text = decode(state.content, args.file).text
        changes = add_guard(text, LineSpan(args.file, args.start, args.end), args.name)
    except Refused as refused:
        raise UsageProblem(refused.violations[0].message) from refused
    except ValueError as problem:
        raise UsageProblem(str(problem)) from problem
    return to_workspace_edit(ChangeSet((EditFile(args.file, changes),)), {args.file: state})


def guards_of(tree: TreeReader, paths: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Every guarded block with its 1-based lines and whether its hash is right; and the markers that are broken."""
    blocks: list[dict[str, Any]] = []
    broken: list[dict[str, str]] = []
    for path, text in _texts(tree, paths):
        index = LineIndex(text)
        found = find_guards(text)
        broken += [{"file": path, "message": message} for message in found.broken]
        for block in found.blocks:
            start, end = index.line_of(block.start) + 1, index.line_of(block.end) + 1
            place = {"file": path, "name": block.name, "start": start, "end": end}
            blocks.append({**place, "hash": block.hash, "holds": block.holds, "right_hash": block.right_hash})
    return blocks, broken


def _texts(tree: TreeReader, paths: list[str]) -> Iterator[tuple[str, str]]:
    for path in paths or tree.paths():
        state = tree.read(path)
        if state is None:
            raise UsageProblem(f"there is no file {path}", _PATHS)
        if _MARK in state.content:
            try:
                yield path, decode(state.content, path).text
            except Refused:
                continue  # a binary file that happens to hold the bytes
