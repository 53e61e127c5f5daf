"""``patchctl guard add|list|verify`` in a repository."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from runner.app.roots import plain_address
from runner.client.payloads import UsageProblem
from runner.model.suggestions import closest_paths, did_you_mean
from runner.model.text import LineSpan
from runner.model.tree import ChangeSet, EditFile, TreeReader
from runner.model.verdict import Refused
from runner.syntax.guards import add_guard, find_guards
from runner.text.encoding import decode
from runner.text.lsp import to_workspace_edit
from runner.text.paths import ROOTS
from runner.text.positions import LineIndex

_MARK = b"@hash:"


def no_file(path: str, tree: TreeReader) -> UsageProblem:
    near = did_you_mean(closest_paths(path, tree.paths()))
    return UsageProblem(f"there is no file {path}", f"{near} Paths are relative to the top of the repository.".strip())


def guard_edit(tree: TreeReader, args: argparse.Namespace, roots: Sequence[str] = ROOTS) -> dict[str, object]:
    """The WorkspaceEdit that puts the markers around the lines. Raises ``UsageProblem``."""
    path = plain_address(args.file, roots)
    state = tree.read(path)
    if state is None:
        raise no_file(path, tree)
    try:
        text = decode(state.content, path).text
        changes = add_guard(text, LineSpan(path, args.start, args.end), args.name)
    except Refused as refused:
        raise UsageProblem(refused.violations[0].message) from refused
    except ValueError as problem:
        raise UsageProblem(str(problem)) from problem
    return to_workspace_edit(ChangeSet((EditFile(path, changes),)), {path: state})


def guards_of(
    tree: TreeReader, paths: list[str], roots: Sequence[str] = ROOTS
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Every guarded block with its 1-based lines and whether its hash is right; and the markers that are broken."""
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


def _texts(tree: TreeReader, paths: list[str]) -> Iterator[tuple[str, str]]:
    for path in paths or tree.paths():
        state = tree.read(path)
        if state is None:
            raise no_file(path, tree)
        if _MARK in state.content:
            try:
                yield path, decode(state.content, path).text
            except Refused:
                continue  # a binary file that happens to hold the bytes
