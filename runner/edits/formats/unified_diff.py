"""``unified-diff``: git's form or plain; with right line numbers, wrong ones, or none: the context decides.

New, deleted and renamed files, modes, quoted names and the mark for a missing line break at the end are understood. Counts
in hunk headers are used where they are right and passed over where they are wrong. Binary patches and copies are refused.
"""

from __future__ import annotations

from runner.edits.drafting import Draft
from runner.edits.formats.diff_text import FileDiff, parse
from runner.edits.hunks import place
from runner.edits.payloads import Fields, malformed
from runner.model.verdict import Refused
from runner.model.violations import violation


def read(draft: Draft, payload: object) -> None:
    text = payload if isinstance(payload, str) else Fields.of(payload, "payload").only(("diff",)).text("diff")
    files = parse(text)
    if not files:
        raise malformed("The text has no file of a unified diff: no lines '--- a/…' and '+++ b/…'.")
    for file in files:
        _one(draft, file)


def _one(draft: Draft, diff: FileDiff) -> None:
    if diff.unsupported is not None:
        name = diff.new or diff.old or "the file"
        raise Refused(violation("edit.unsupported", f"The diff of {name} {diff.unsupported}."))
    if diff.old is None:
        _create(draft, diff)
        return
    old = _existing(draft, diff.old)
    if diff.hunks:
        source = draft.source(old)
        placed = place(source, diff.hunks)
        if diff.new is None:
            if sum(each.end - each.start for each in placed.replacements) != len(source.text):
                message = f"{old} is to be deleted, and the diff removes only a part of its lines."
                raise Refused(violation("edit.stale", message, file=old))
        else:
            draft.edit(old, placed.replacements, fuzzy=placed.fuzzy, shift=placed.shift)
    if diff.executable is not None:
        draft.set_mode(old, executable=diff.executable)
    if diff.new is None:
        draft.delete(old)
    elif diff.renamed:
        draft.rename(old, _new(draft, diff.new))


def _create(draft: Draft, diff: FileDiff) -> None:
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    if diff.new is None or any(line.mark != "+" for line in lines):
        raise malformed("The diff of a new file may hold added lines only.")
    text = "".join(line.text + ("" if line.bare else "\n") for line in lines)
    draft.create(_new(draft, diff.new), text, executable=diff.executable)


def _existing(draft: Draft, name: str) -> str:
    """The path without ``a/``, unless only the path with it is there."""
    stripped = name.removeprefix("a/").removeprefix("./")
    return name if stripped != name and not draft.exists(stripped) and draft.exists(name) else stripped


def _new(draft: Draft, name: str) -> str:
    return name.removeprefix("b/").removeprefix("./")
