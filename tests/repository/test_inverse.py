"""Text in, text out: an inverse takes its edit back, wherever it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.edits.changes.apply import apply_changes
from runner.edits.changes.invert import invert
from runner.edits.lowering import lower
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileState, RenameFile
from runner.snapshots.memory import MemoryTree
from runner.text.diffing import minimal_edits, unified_diff
from runner.text.reverse_diff import reversed_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "-- c\n", "++ d\n", "@@ -1 +1 @@\n", "é😀\n", "\n"]), max_size=12)
TEXTS = st.builds(lambda lines, end: "".join(lines) + end, LINES, st.sampled_from(["", "last"]))


def after(tree: MemoryTree, change_set: ChangeSet) -> MemoryTree:
    files = dict(tree.files)
    for path, state in apply_changes(change_set, tree).files.items():
        files.pop(path, None)
        if state is not None:
            files[path] = state
    return MemoryTree(files)


@given(TEXTS, TEXTS)
def test_the_inverse_of_any_edit_restores_the_text(old: str, new: str) -> None:
    if old == new:
        return
    tree = MemoryTree.of(**{"a.ts": old})
    change_set = ChangeSet((EditFile("a.ts", minimal_edits(old, new)),))
    there = after(tree, change_set)
    assert after(there, invert(change_set, tree)).files == tree.files


def test_files_that_came_went_or_moved_do_so_again() -> None:
    tree = MemoryTree.of(**{"gone.ts": "g\r\n", "old.ts": "one two\n"})
    moved = RenameFile("old.ts", "new.ts", (Replacement(0, 3, "1"), Replacement(4, 7, "2")))
    change_set = ChangeSet((CreateFile("made.ts", b"m\n"), DeleteFile("gone.ts"), moved))
    there = after(tree, change_set)
    assert sorted(there.files) == ["made.ts", "new.ts"] and there.files["new.ts"].content == b"1 2\n"
    assert after(there, invert(change_set, tree)).files == tree.files


@given(TEXTS, TEXTS)
def test_a_reversed_diff_restores_the_text(old: str, new: str) -> None:
    before, later = {"a.ts": FileState(old.encode())}, {"a.ts": FileState(new.encode())}
    diff = unified_diff(before, later)
    if not diff:
        return
    tree = MemoryTree(later)
    assert after(tree, lower("unified-diff", reversed_diff(diff), tree)).files == before


@pytest.mark.parametrize("path", ["src/a.ts", "with space.ts", "é.ts"])
def test_a_reversed_diff_removes_a_new_file_and_restores_a_removed_one(path: str) -> None:
    file = {path: FileState(b"one\ntwo\n")}
    made = unified_diff({path: None}, file)
    tree = MemoryTree(file)
    assert after(tree, lower("unified-diff", reversed_diff(made), tree)).files == {}
    removed = unified_diff(file, {path: None})
    empty = MemoryTree({})
    assert after(empty, lower("unified-diff", reversed_diff(removed), empty)).files == file


def test_a_diff_that_ends_too_early_is_refused() -> None:
    with pytest.raises(ValueError, match="ends within a hunk"):
        reversed_diff("--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n a")
