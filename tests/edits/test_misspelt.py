"""A misspelt key, operation, format, path or symbol of a submission is refused with what was meant."""

from __future__ import annotations

import pytest

from tests.edits.trees import edited, refusal

FILES = {"src/cart.ts": "export class Cart {\n  total(): number { return 1; }\n}\n"}
RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}


def document(edit: dict[str, object], **more: object) -> dict[str, object]:
    return {"documentChanges": [{"textDocument": {"uri": "file:///repo/src/cart.ts"}, "edits": [edit], **more}]}


@pytest.mark.parametrize(
    ("format", "payload", "hint"),
    [
        ("search-replace", [{"file": "src/cart.ts", "serach": "a", "replace": "b"}], "Did you mean search?"),
        (
            "line-ops",
            [{"op": "replace-blok", "file": "src/cart.ts"}],
            "Did you mean replace_block?",
        ),
        ("line-ops", [{"op": "append", "file": "src/cart.ts", "newBlock": "x"}], "Did you mean new_block?"),
        ("symbol-ops", [{"op": "replcae", "symbol": "src/cart.ts#Cart"}], "Did you mean replace"),
        ("symbol-ops", [{"op": "delete", "symbol": "src/cart.ts#Cart.totl"}], "Did you mean Cart.total"),
        ("symbol-ops", [{"op": "delete", "symbol": "src/cart.ts#total"}], "Did you mean Cart.total"),
        ("whole-file", [{"file": "src/cart.ts", "contnet": ""}], "Did you mean content?"),
        ("search-replace", [{"file": "src/crat.ts", "search": "a", "replace": "b"}], "Did you mean src/cart.ts?"),
        ("search-replace", [{"file": "cart.ts", "search": "a", "replace": "b"}], "Did you mean src/cart.ts?"),
        ("search_replace", [], "Did you mean search-replace?"),
        ("workspaceEdit", {}, "Did you mean workspace-edit?"),
        ("workspace-edit", document({"range": RANGE, "newTxt": "x"}), "Did you mean newText?"),
        ("workspace-edit", document({"range": RANGE, "newText": "x", "old_text": "y"}), "Did you mean oldText?"),
        ("workspace-edit", document({"range": RANGE, "newText": "x"}, executeable=True), "Did you mean executable?"),
        ("workspace-edit", {"documentChange": []}, "Did you mean documentChanges?"),
        (
            "workspace-edit",
            {"documentChanges": [{"kind": "delete", "uri": "a.ts", "options": {"ignoreIfNotExist": True}}]},
            "Did you mean ignoreIfNotExists",
        ),
        ("workspace-edit", {"documentChanges": [{"kind": "rname", "uri": "a.ts"}]}, "Did you mean rename?"),
        ("anchor-ops", {"targetfile": "src/cart.ts", "patches": []}, "Did you mean target_file"),
    ],
)
def test_what_was_meant_stands_in_the_hint(format: str, payload: object, hint: str) -> None:
    assert hint in refusal(FILES, format, payload).hint


def test_keys_of_others_in_an_lsp_edit_are_passed_over() -> None:
    edit = {"range": RANGE, "newText": "x", "insertTextFormat": 1, "label": "mine", "_meta": {}}
    payload = {"changes": {"file:///repo/a.ts": [edit]}, "metadata": {"isRefactoring": True}}
    assert edited("", "workspace-edit", payload) == "x"
