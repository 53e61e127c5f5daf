"""What a check is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from runner.edits.encoding import decode
from runner.gate.scope import Scope
from runner.model.contract import Contract
from runner.model.order import Policy
from runner.model.tree import Candidate, FileState, RenameFile, TreeReader
from runner.model.verdict import Refused

CODE = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


@dataclass(frozen=True)
class CodeFile:
    """One source file before and after, as text. An absent side is the empty text."""

    old_path: str
    path: str
    before: str
    after: str
    is_new: bool


@dataclass(frozen=True)
class Inspection:
    """A candidate with everything a check may want to know. Texts are decoded once and shared."""

    candidate: Candidate
    tree: TreeReader
    scope: Scope
    contract: Contract
    policy: Policy

    @cached_property
    def code_files(self) -> tuple[CodeFile, ...]:
        """The changed source files that still exist, renamed ones beside what they were."""
        return tuple(self._code_files())

    def text(self, state: FileState | None) -> str:
        """The decoded text; empty for no file. Binary content counts as empty: nothing can be said of it."""
        if state is None:
            return ""
        try:
            return decode(state.content).text
        except Refused:
            return ""

    def _code_files(self) -> Iterator[CodeFile]:
        was = {change.new: change.old for change in self.candidate.change_set.changes if isinstance(change, RenameFile)}
        for path, state in self.candidate.files.items():
            if state is None or not path.endswith(CODE):
                continue
            old_path = was.get(path, path)
            before = self.candidate.before.get(old_path)
            yield CodeFile(old_path, path, self.text(before), self.text(state), before is None)
