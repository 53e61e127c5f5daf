"""Change sets out as WorkspaceEdits, and in again."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from runner.edits import apply_changes, lower
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, FileChange, RenameFile
from runner.text.lsp import to_workspace_edit
from tests.edits.strategies import replacements, texts
from tests.edits.trees import Tree


def test_a_change_set_reads_as_lsp() -> None:
    tree = Tree({"src/a b.ts": "😀x\n"})
    edit = to_workspace_edit(ChangeSet((EditFile("src/a b.ts", (Replacement(1, 2, "y"),)),)), tree.files)
    assert edit == {
        "documentChanges": [
            {
                "textDocument": {"uri": "file:///repo/src/a%20b.ts", "version": None},
                "edits": [
                    {
                        "range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}},
                        "newText": "y",
                    }
                ],
            }
        ]
    }


@given(st.data())
def test_a_workspace_edit_is_read_back_as_the_same_change_set(data: st.DataObject) -> None:
    files = {"src/[é] 1.ts": data.draw(texts), "b.ts": data.draw(texts), "c.ts": "c"}
    tree = Tree(files)
    edits = data.draw(replacements(files["src/[é] 1.ts"]).filter(bool))
    moved = data.draw(replacements(files["b.ts"]))
    new = data.draw(texts).encode()
    changes: tuple[FileChange, ...] = (
        EditFile("src/[é] 1.ts", edits),
        RenameFile("b.ts", "folder/d.ts", moved),
        DeleteFile("c.ts"),
        CreateFile("new.ts", data.draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + new),
    )
    payload = json.loads(json.dumps(to_workspace_edit(ChangeSet(changes), tree.files)))
    assert set(lower("workspace-edit", payload, tree).changes) == set(changes)
    assert (
        apply_changes(lower("workspace-edit", payload, tree), tree).files
        == apply_changes(ChangeSet(changes), tree).files
    )
