"""Change sets carried over others that landed first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.edits import apply_changes
from runner.edits.changes.rebase import rebase
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, RenameFile
from runner.model.verdict import Refused
from tests.edits.strategies import replacements
from tests.edits.trees import Tree

BASE = Tree({"a.ts": "one\ntwo\nthree\n", "b.ts": "b\n"})


def landed(tree: Tree, change_set: ChangeSet) -> Tree:
    after = apply_changes(change_set, tree).files
    files = {path: state.content for path, state in tree.files.items() if path not in after}
    return Tree(files | {path: state.content for path, state in after.items() if state is not None})


def edit(path: str, *places: tuple[int, int, str]) -> EditFile:
    return EditFile(path, tuple(Replacement(*place) for place in places))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (edit("a.ts", (8, 13, "3")), edit("a.ts", (0, 3, "first"))),
        (edit("a.ts", (0, 3, "1")), edit("a.ts", (8, 13, ""))),
        (edit("a.ts", (0, 0, "x"), (8, 13, "3")), edit("a.ts", (4, 7, "2"))),
        (edit("b.ts", (0, 1, "B")), edit("a.ts", (0, 3, "1"))),
        (CreateFile("c.ts", b"c"), edit("a.ts", (0, 3, "1"))),
        (DeleteFile("b.ts"), edit("a.ts", (0, 3, "1"))),
        (RenameFile("a.ts", "d.ts", (Replacement(8, 13, "3"),)), edit("a.ts", (0, 3, "1"))),
        (edit("a.ts", (8, 13, "3")), RenameFile("a.ts", "d.ts", (Replacement(0, 3, "1"),))),
    ],
)
def test_disjoint_changes_come_out_alike_in_either_order(mine: FileChange, theirs: FileChange) -> None:
    one, other = ChangeSet((mine,)), ChangeSet((theirs,))
    first = landed(landed(BASE, other), rebase(one, other))
    second = landed(landed(BASE, one), rebase(other, one))
    assert first.files == second.files


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (edit("a.ts", (4, 7, "x")), edit("a.ts", (5, 6, "y"))),
        (edit("a.ts", (4, 4, "x")), edit("a.ts", (4, 4, "y"))),
        (edit("a.ts", (3, 4, "x")), edit("a.ts", (4, 7, "y"))),
        (edit("a.ts", (4, 7, "x")), DeleteFile("a.ts")),
        (DeleteFile("a.ts"), edit("a.ts", (4, 7, "x"))),
        (DeleteFile("a.ts"), DeleteFile("a.ts")),
        (CreateFile("c.ts", b""), CreateFile("c.ts", b"")),
        (CreateFile("c.ts/d.ts", b""), CreateFile("c.ts", b"")),
        (RenameFile("a.ts", "c.ts"), CreateFile("c.ts", b"")),
        (RenameFile("a.ts", "c.ts"), RenameFile("a.ts", "d.ts")),
        (DeleteFile("a.ts"), RenameFile("a.ts", "d.ts")),
    ],
)
def test_changes_that_touch_are_a_conflict(mine: FileChange, theirs: FileChange) -> None:
    with pytest.raises(Refused) as refused:
        rebase(ChangeSet((mine,)), ChangeSet((theirs,)))
    assert refused.value.violations[0].name == "conflict.base-moved"


def test_a_conflict_names_file_and_line() -> None:
    with pytest.raises(Refused) as refused:
        rebase(
            ChangeSet((edit("a.ts", (5, 6, "x")),)),
            ChangeSet((edit("a.ts", (4, 7, "y")),)),
            before={"a.ts": BASE.read("a.ts")},
        )
    violation = refused.value.violations[0]
    assert (violation.file, "line 2" in violation.message) == ("a.ts", True)
    assert violation.range is not None
    assert violation.range.start.line == 1


@given(st.data())
def test_any_two_disjoint_edits_come_out_alike_in_either_order(data: st.DataObject) -> None:
    text = data.draw(st.text("ab;\n", min_size=1, max_size=40))
    everything = data.draw(replacements(text, most=6, gap=1))
    everything = tuple(each for each in everything if text[each.start : each.end] != each.new)
    mine = tuple(each for each in everything if data.draw(st.booleans()))
    theirs = tuple(each for each in everything if each not in mine)
    if not mine or not theirs:
        return
    tree = Tree({"a.ts": text})
    one, other = ChangeSet((EditFile("a.ts", mine),)), ChangeSet((EditFile("a.ts", theirs),))
    both = landed(tree, ChangeSet((EditFile("a.ts", everything),)))
    assert landed(landed(tree, other), rebase(one, other)).files == both.files
    assert landed(landed(tree, one), rebase(other, one)).files == both.files
