"""Any mix of patches and hand edits: restore leaves what was done by hand, and replay finds the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from runner.edits.changes.apply import apply_changes
from runner.edits.changes.difference import difference
from runner.edits.lowering import lower
from runner.gate.verdict.deltas import deltas
from runner.gate.verdict.wire import delta_json
from runner.ledger.memory import MemoryLedger
from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.tree import FileSet, FileState
from runner.repository.worktree_replay import replay_worktree
from runner.repository.worktree_undo import plan_worktree_restore
from runner.text.lsp import to_workspace_edit

PATH, BASE, TRACE = "a.ts", "0" * 40, "0000beef"
LINES = 16
# Patches have every fourth line and people those half-way between: never neighbours, so that nothing is a conflict.
_STEP = st.one_of(
    st.tuples(st.just("patch"), st.integers(0, LINES // 4 - 1).map(lambda number: 4 * number)),
    st.tuples(st.just("hand"), st.integers(0, LINES // 4 - 1).map(lambda number: 4 * number + 2)),
)
_TEXT = st.sampled_from(["", "x", "some text", "two\nlines", "ü👋", "}"])


class PatchedFile:
    """A file, the ledger and the kept files, as ``patchctl`` would have them."""

    def __init__(self, end: str) -> None:
        self.ledger = MemoryLedger()
        self.kept: dict[str, bytes] = {}
        self.end = end
        self.lines = [f"line {number}" for number in range(LINES)]
        self.count = 0

    def state(self, lines: list[str]) -> FileState:
        return FileState("".join(line.replace("\n", self.end) + self.end for line in lines).encode())

    def patch(self, number: int, text: str) -> None:
        before = {PATH: self.state(self.lines)}
        self.lines[number] = text
        after = {PATH: self.state(self.lines)}
        for state in (*before.values(), *after.values()):
            self.kept[hashlib.sha256(state.content).hexdigest()] = state.content
        edits = to_workspace_edit(difference(FileSet(before, BASE), FileSet(after, BASE), (PATH,)), before)
        changes = [delta_json(each) for each in deltas(before, after)]
        data: dict[str, object] = {"base": BASE, "changes": changes, "edits": edits, "tree": tree_of(BASE, after)}
        for kind in (PATCH_PREPARED, PATCH_APPLIED):
            self.ledger.record(Event(kind, "now", TRACE, None, None, f"p{self.count}", {**data, "working_tree": True}))
        self.count += 1

    def read(self, name: str | None) -> bytes | None:
        return None if name is None else self.kept[name]


def tree_of(_base: str, files: Mapping[str, FileState | None]) -> str:
    return ",".join(str(state and state.content) for state in files.values())


@given(st.lists(st.tuples(_STEP, _TEXT), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_restore_leaves_exactly_what_was_edited_by_hand(steps: list[tuple[tuple[str, int], str]], end: str) -> None:
    patched, expected = PatchedFile(end), PatchedFile(end)
    for (who, number), text in steps:
        if who == "hand":
            patched.lines[number] = expected.lines[number] = text
        elif patched.lines[number] != text:
            patched.patch(number, text)
    if not patched.count:
        return
    tree = FileSet({PATH: patched.state(patched.lines)}, BASE)
    submission = plan_worktree_restore(patched.ledger, patched.read, tree, TRACE, None)
    change_set = lower("workspace-edit", submission.payload, tree)
    after = apply_changes(change_set, tree).files[PATH] if change_set.changes else tree.read(PATH)
    assert after == patched.state(expected.lines)
    patches = patched.ledger.events(kinds=(PATCH_PREPARED,))
    result = replay_worktree(patches, patched.read, tree_of)
    assert result.same and len(result.patches) == patched.count
    assert all(replay_worktree(patches, patched.read, tree_of, last=last).same for last in range(1, patched.count + 1))
