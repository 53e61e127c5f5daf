"""Lowering turns a payload in any format into a change set on one base tree. A format is one module, listed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runner.edits.formats import (
    anchor_ops,
    apply_patch,
    line_ops,
    search_replace,
    symbol_ops,
    unified_diff,
    whole_file,
    workspace_edit,
)
from runner.edits.formats.builder import ChangeSetBuilder, Renamer
from runner.model.suggestions import hint_for
from runner.model.tree import ChangeSet, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.paths import ROOTS

Format = Callable[[ChangeSetBuilder, object], None]
"""Reads a payload into a builder. Raises ``Refused``; then the builder is thrown away."""

FORMATS: dict[str, Format] = {
    "workspace-edit": workspace_edit.read,
    "line-ops": line_ops.read,
    "anchor-ops": anchor_ops.read,
    "symbol-ops": symbol_ops.read,
    "search-replace": search_replace.read,
    "apply-patch": apply_patch.read,
    "unified-diff": unified_diff.read,
    "whole-file": whole_file.read,
}


def lower(
    format: str,
    payload: object,
    tree: TreeReader,
    *,
    rename: Renamer | None = None,
    roots: Sequence[str] = ROOTS,
) -> ChangeSet:
    """``payload`` (plain JSON) as a change set on ``tree``: all of it, or ``Refused`` and nothing.

    ``rename`` is asked for symbol renames: (path, 0-based line, 0-based UTF-16 character, new name) to a WorkspaceEdit.
    ``roots`` are the folders below which an absolute path is one of the repository.
    """
    reader = FORMATS.get(format)
    if reader is None:
        hint = hint_for(format, FORMATS, f"Formats are: {', '.join(FORMATS)}.")
        raise Refused(violation("submission.unknown-format", f"There is no format {format!r}.", hint=hint))
    builder = ChangeSetBuilder(tree, rename, roots)
    reader(builder, payload)
    return builder.change_set()
