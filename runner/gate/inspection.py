"""What every check receives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from runner.edits.changes.scope import Scope
from runner.gate.intent import Intent
from runner.model.contract import Contract
from runner.model.order import Policy
from runner.model.tree import Candidate, FileState, RenameFile, TreeReader
from runner.model.verdict import Refused
from runner.syntax.kept import kept
from runner.syntax.trees import is_source
from runner.text.diffing import Block, changed_blocks, split_lines
from runner.text.encoding import decode


@dataclass(frozen=True)
class Changed:
    """One text file before and after. A side that does not exist is the empty text. ``old_path`` differs after a
    rename.
    """

    old_path: str
    path: str
    before: str
    after: str
    is_new: bool
    is_code: bool

    @cached_property
    def lines(self) -> tuple[list[str], list[str]]:
        """Both texts by lines, with their ends. Not to be changed."""
        return _lines(self.before), _lines(self.after)

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of lines that differ."""
        return changed_blocks(*self.lines)


@dataclass(frozen=True)
class Inspection:
    """A candidate with everything that a check may need. Texts are decoded once and shared."""

    candidate: Candidate
    tree: TreeReader
    scope: Scope
    contract: Contract
    policy: Policy
    intent: Intent = field(default_factory=Intent)

    @cached_property
    def files(self) -> tuple[Changed, ...]:
        """The changed files that still exist. A renamed file is paired with what it was before."""
        return tuple(changed_files(self.candidate))

    @cached_property
    def code_files(self) -> tuple[Changed, ...]:
        """The changed files that hold TypeScript or JavaScript."""
        return tuple(file for file in self.files if file.is_code)

    @cached_property
    def deleted(self) -> dict[str, str]:
        """The deleted files (not the renamed ones) with their text."""
        renamed = {change.old for change in self.candidate.change_set.changes if isinstance(change, RenameFile)}
        return {
            path: text_of(self.candidate.before.get(path))
            for path, state in self.candidate.files.items()
            if state is None and path not in renamed
        }

    def text(self, state: FileState | None) -> str:
        return text_of(state)


@kept(8)
def _lines(text: str) -> list[str]:
    """Kept, because what an edit leaves is what the next one finds."""
    return split_lines(text)


def text_of(state: FileState | None) -> str:
    """The decoded text, or "" where there is no file. Binary content also gives "": the checks cannot read it."""
    if state is None:
        return ""
    try:
        return decode(state.content).text
    except Refused:
        return ""


def changed_files(candidate: Candidate) -> Iterator[Changed]:
    """The changed files that still exist. A renamed file is paired with what it was before."""
    was = {change.new: change.old for change in candidate.change_set.changes if isinstance(change, RenameFile)}
    for path, state in candidate.files.items():
        if state is None:
            continue
        old_path = was.get(path, path)
        before = candidate.before.get(old_path)
        code = is_source(path) and (before is None or is_source(old_path))
        yield Changed(old_path, path, text_of(before), text_of(state), before is None, code)
