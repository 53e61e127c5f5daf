"""``whole-file``: a list of ``{file, content}``. Null content deletes the file; a file that does not exist is created.

For an existing file the smallest edits are computed, so that spans elsewhere in it survive and a reviewer sees what
really changed. ``hash`` (SHA-256 of the base file's bytes) says which file the author saw.
"""

from __future__ import annotations

from dataclasses import replace

from runner.edits.formats.builder import ChangeSetBuilder
from runner.edits.formats.payloads import Fields, malformed, operations
from runner.edits.formats.workspace_edit import check_hash
from runner.text.diffing import minimal_edits


def read(builder: ChangeSetBuilder, payload: object) -> None:
    for operation in operations(payload):
        operation.only(("file", "content", "hash"))
        _one(builder, operation)


def _one(builder: ChangeSetBuilder, operation: Fields) -> None:
    path = builder.path(operation.name("file"))
    if "content" not in operation.values:
        raise malformed(f"{operation.where} lacks 'content' (null deletes the file).")
    content = operation.maybe_text("content")
    pinned = operation.has("hash")
    if pinned:
        check_hash(builder.source(path), operation.name("hash"))
    if content is None:
        builder.delete(path)
    elif not builder.exists(path):
        builder.create(path, content)
    else:
        source = builder.source(path)
        new = source.adopt(content.removeprefix("\ufeff") if source.file.bom else content)
        builder.edit(path, (replace(each, pinned=pinned) for each in minimal_edits(source.text, new)))
