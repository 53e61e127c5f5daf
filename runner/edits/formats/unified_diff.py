"""``unified-diff``: git's form or plain, with right line numbers, wrong ones or none: the context decides.

It understands new, deleted and renamed files, modes, quoted names and the marker for a missing line break at the end.
Counts in hunk headers are used if they are right and ignored if they are wrong. If the ids in git's ``index`` line are
those of the base file, the diff must lead to the new id. Binary patches and copies are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.diff_text import FileDiff, parse
from runner.edits.formats.hunks import place
from runner.edits.formats.payloads import Fields, malformed
from runner.model.text import Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.encoding import encode
from runner.text.paths import is_absolute
from runner.text.replacements import replace_all


def read(builder: ChangeSetBuilder, payload: object) -> None:
    text = payload if isinstance(payload, str) else Fields.of(payload, "payload").only(("diff",)).text("diff")
    files = parse(text)
    if not files:
        raise malformed("The text has no file of a unified diff: no lines '--- a/…' and '+++ b/…'.")
    for file in files:
        _one(builder, file)


def _one(builder: ChangeSetBuilder, diff: FileDiff) -> None:
    if diff.unsupported is not None:
        name = diff.new or diff.old or "the file"
        raise Refused(violation("edit.unsupported", f"The diff of {name} {diff.unsupported}."))
    if diff.old is None:
        _create(builder, diff)
        return
    old = _existing(builder, diff.old)
    if diff.hunks:
        source = builder.source(old)
        placed = place(source, diff.hunks)
        if diff.new is None:
            if sum(each.end - each.start for each in placed.replacements) != len(source.text):
                message = f"{old} is to be deleted, and the diff removes only a part of its lines."
                raise Refused(violation("edit.stale", message, file=old))
        else:
            _check_blobs(source, placed.replacements, diff)
            builder.edit(old, placed.replacements, fuzzy=placed.fuzzy, shift=placed.shift)
    if diff.executable is not None:
        builder.set_mode(old, executable=diff.executable)
    if diff.new is None:
        builder.delete(old)
    elif diff.renamed:
        builder.rename(old, _new(builder, diff.new))


def _check_blobs(source: Source, replacements: Sequence[Replacement], diff: FileDiff) -> None:
    """git names what it compared. A diff made from this very file must lead to the other blob; otherwise a part of it
    is missing, however well the rest applies.
    """
    if diff.blobs is None or source.state is None or not _is_blob(source.state.content, diff.blobs[0]):
        return
    after = encode(replace(source.file, text=replace_all(source.text, replacements)), source.path)
    if not _is_blob(after, diff.blobs[1]):
        message = f"The diff of {source.path} does not lead to the file that its index line names ({diff.blobs[1]})."
        hint = "A part of it is missing or was changed: send it as git wrote it, or without the index line."
        raise Refused(violation("edit.stale", message, file=source.path, hint=hint))


def _is_blob(content: bytes, beginning: str) -> bool:
    whole = b"blob %d\0" % len(content) + content
    kinds = (hashlib.sha1(usedforsecurity=False), hashlib.sha256())
    for kind in kinds:
        kind.update(whole)
    return any(kind.hexdigest().startswith(beginning) for kind in kinds)


def _create(builder: ChangeSetBuilder, diff: FileDiff) -> None:
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    if diff.new is None or any(line.mark != "+" for line in lines):
        raise malformed("The diff of a new file may hold added lines only.")
    text = "".join(line.text + ("" if line.bare else "\n") for line in lines)
    builder.create(_new(builder, diff.new), text, executable=diff.executable)


def _existing(builder: ChangeSetBuilder, name: str) -> str:
    """The path without ``a/``, unless only the path with it exists."""
    if is_absolute(name):
        return builder.path(name)
    stripped = name.removeprefix("a/").removeprefix("./")
    return name if stripped != name and not builder.exists(stripped) and builder.exists(name) else stripped


def _new(builder: ChangeSetBuilder, name: str) -> str:
    return name.removeprefix("b/").removeprefix("./")
