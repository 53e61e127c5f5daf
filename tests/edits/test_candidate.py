"""Applying change sets: what the edits do not name stays, byte for byte."""

from __future__ import annotations

import pytest

from runner.edits import apply_changes
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, FileState, RenameFile
from runner.model.verdict import Refused
from tests.edits.trees import Tree, refusal


def apply(tree: Tree, *changes: FileChange) -> dict[str, FileState | None]:
    return dict(apply_changes(ChangeSet(changes), tree).files)


def test_encoding_mark_mode_and_line_ends_stay() -> None:
    tree = Tree({"utf16.ts": "\ufeffa\r\nb\n".encode("utf-16-le"), "bom.ts": b"\xef\xbb\xbfa\rb"})
    tree.files["bom.ts"] = FileState(tree.files["bom.ts"].content, executable=True)
    edit = (Replacement(0, 1, "é"),)
    after = apply(tree, EditFile("utf16.ts", edit), EditFile("bom.ts", edit))
    assert after["utf16.ts"] == FileState("\ufeffé\r\nb\n".encode("utf-16-le"))
    assert after["bom.ts"] == FileState("\ufeffé\rb".encode(), executable=True)


def test_before_and_after_name_every_touched_path() -> None:
    tree = Tree({"a.ts": "a", "b.ts": "b", "c.ts": "c"})
    changes = (RenameFile("a.ts", "x/a.ts"), DeleteFile("b.ts"), CreateFile("n.ts", b"n"))
    candidate = apply_changes(ChangeSet(changes), tree)
    a, b, n = FileState(b"a"), FileState(b"b"), FileState(b"n")
    assert candidate.before == {"a.ts": a, "x/a.ts": None, "b.ts": b, "n.ts": None}
    assert candidate.files == {"a.ts": None, "x/a.ts": a, "b.ts": None, "n.ts": n}
    assert candidate.base == tree.snapshot


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ((EditFile("no.ts", ()),), "edit.no-such-file"),
        ((EditFile("folder", ()),), "path.not-a-regular-file"),
        ((EditFile("link.ts", ()),), "path.not-a-regular-file"),
        ((CreateFile("a.ts", b""),), "edit.file-exists"),
        ((CreateFile("folder", b""),), "edit.file-exists"),
        ((CreateFile("link.ts/x.ts", b""),), "path.not-a-regular-file"),
        ((RenameFile("a.ts", "folder/b.ts"),), "edit.file-exists"),
        ((EditFile("a.ts", (Replacement(0, 1, "a"),)),), "submission.no-change"),
        ((EditFile("a.ts", ()),), "submission.no-change"),
        ((EditFile("a.ts", (Replacement(0, 9, "a"),)),), "edit.out-of-range"),
        ((EditFile("a.ts", (Replacement(0, 0, "\ufeff"),)),), "edit.not-text"),
        ((DeleteFile("a.ts"), DeleteFile("a.ts")), "edit.unsupported"),
        ((), "submission.no-change"),
    ],
)
def test_what_cannot_be_applied_is_refused(changes: tuple[FileChange, ...], name: str) -> None:
    tree = Tree({"a.ts": "a", "folder/b.ts": "b"}, links=("link.ts",))
    with pytest.raises(Refused) as refused:
        apply(tree, *changes)
    assert refused.value.violations[0].name == name


def test_a_file_may_give_way_to_a_folder() -> None:
    after = apply(Tree({"a": "a"}), DeleteFile("a"), CreateFile("a/b.ts", b"b"))
    assert after == {"a": None, "a/b.ts": FileState(b"b")}


def test_an_unknown_format_is_refused() -> None:
    assert refusal({"a.ts": "a"}, "sed", "s/a/b/").name == "submission.unknown-format"
