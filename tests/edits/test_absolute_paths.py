"""A path that is absolute but inside the repository means that file, in every format; one outside is refused."""

from __future__ import annotations

import pytest

from runner.edits import apply_changes, lower
from runner.model.verdict import Refused
from runner.text.paths import roots_of
from tests.edits.trees import Tree

FOLDER = "/home/me/shop"
ROOTS = roots_of([FOLDER])
FILES = {"src/a.ts": "const a = 1;\nconst b = 2;\n"}
AFTER = "const a = 9;\nconst b = 2;\n"


def _submissions(path: str) -> dict[str, object]:
    """The same edit in every format."""
    line = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 12}}
    edits = [{"range": line, "newText": "const a = 9;"}]
    hunk = "@@ -1,2 +1,2 @@\n-const a = 1;\n+const a = 9;\n const b = 2;\n"
    return {
        "workspace-edit": {"documentChanges": [{"textDocument": {"uri": path, "version": None}, "edits": edits}]},
        "line-ops": [
            {"op": "replace_block", "file": path, "start_line": 1, "end_line": 1, "new_block": "const a = 9;"}
        ],
        "anchor-ops": {
            "target_file": path,
            "patches": [
                {"op": "replace_block", "start_marker": "const a =", "end_marker": ";\nconst b", "content": " 9"}
            ],
        },
        "symbol-ops": [{"op": "replace", "symbol": f"{path}#a", "content": "const a = 9;"}],
        "search-replace": [{"file": path, "search": "a = 1", "replace": "a = 9"}],
        "apply-patch": f"*** Begin Patch\n*** Update File: {path}\n@@\n-const a = 1;\n+const a = 9;\n*** End Patch\n",
        "unified-diff": f"--- {path}\n+++ {path}\n{hunk}",
        "whole-file": [{"file": path, "content": AFTER}],
    }


def _after(format: str, payload: object) -> dict[str, str | None]:
    tree = Tree(FILES)
    after = apply_changes(lower(format, payload, tree, roots=ROOTS), tree).files
    return {path: None if state is None else state.content.decode() for path, state in after.items()}


@pytest.mark.parametrize("format", sorted(_submissions("")))
@pytest.mark.parametrize("path", ["src/a.ts", "/repo/src/a.ts", f"{FOLDER}/src/a.ts", f"file://{FOLDER}/src/a.ts"])
def test_every_format_takes_an_absolute_path_inside_the_repository(format: str, path: str) -> None:
    assert _after(format, _submissions(path)[format]) == {"src/a.ts": AFTER}


@pytest.mark.parametrize("format", sorted(_submissions("")))
@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/home/me/shop-evil/src/a.ts", f"{FOLDER}/../x/a.ts", "/repo//src/a.ts"]
)
def test_every_format_refuses_an_absolute_path_outside(format: str, path: str) -> None:
    with pytest.raises(Refused, match=r"path\.invalid"):
        _after(format, _submissions(path)[format])


@pytest.mark.parametrize("path", ["/repo/src/new.ts", f"{FOLDER}/src/new.ts"])
def test_new_moved_and_deleted_files_may_be_named_absolutely(path: str) -> None:
    added = f"*** Begin Patch\n*** Add File: {path}\n+export {{}};\n*** End Patch\n"
    assert _after("apply-patch", added) == {"src/new.ts": "export {};\n"}
    moved = f"*** Begin Patch\n*** Update File: {FOLDER}/src/a.ts\n*** Move to: {path}\n*** End Patch\n"
    assert _after("apply-patch", moved) == {"src/a.ts": None, "src/new.ts": FILES["src/a.ts"]}
    diff = f"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+export {{}};\n"
    assert _after("unified-diff", diff) == {"src/new.ts": "export {};\n"}
    assert _after("whole-file", [{"file": f"{FOLDER}/src/a.ts", "content": None}]) == {"src/a.ts": None}


@pytest.mark.parametrize(
    ("file", "symbol"),
    [("src/a.ts", "/repo/src/a.ts#a"), ("/repo/src/a.ts", "src/a.ts#a"), (f"{FOLDER}/src/a.ts", "/repo/src/a.ts#a")],
)
def test_a_file_and_an_address_may_spell_the_same_path_differently(file: str, symbol: str) -> None:
    payload = [{"op": "replace", "file": file, "symbol": symbol, "content": "const a = 9;"}]
    assert _after("symbol-ops", payload) == {"src/a.ts": AFTER}


def test_two_spellings_of_a_file_in_one_submission_are_one_file() -> None:
    payload = [
        {"file": "/repo/src/a.ts", "search": "a = 1", "replace": "a = 9"},
        {"file": f"{FOLDER}/src/a.ts", "search": "b = 2", "replace": "b = 8"},
    ]
    assert _after("search-replace", payload) == {"src/a.ts": "const a = 9;\nconst b = 8;\n"}
