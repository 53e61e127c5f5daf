"""What an undo gives back is the file: its bytes, with mark, encoding and line ends, and its mode. On both kinds of trees."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from runner import Gate
from runner.app.worktree_gate import WorktreeGate
from runner.edits.changes.apply import apply_changes
from runner.edits.changes.difference import difference
from runner.edits.changes.invert import invert
from runner.edits.lowering import lower
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.memory import MemoryTree
from runner.text.diffing import unified_diff
from runner.text.lsp import to_workspace_edit
from runner.text.reverse_diff import reversed_diff
from tests.branch_gate.repositories import commit_all, make_repository

BOM = b"\xef\xbb\xbf"
UTF16 = "\ufeffone\r\ntwo\n".encode("utf-16-le")

CHANGES = [
    (BOM + b"one\ntwo\n", "ONE\ntwo\n"),
    (BOM + b"one\r\ntwo", "ONE\r\ntwo"),
    (BOM + b"one\rtwo\r\n", "one\rTWO\r\n"),
    (BOM + b"\none\n", "one\n"),
    (BOM + b"one\n", "zero\none\n"),
    (BOM + b"one\ntwo\n", ""),
    (BOM, "x\n"),
    (BOM + b"one\n", None),
    (BOM + b"one\r\ntwo", None),
    (BOM, None),
    (b"", None),
    (b"one\r\ntwo", None),
    (None, "\ufeffone\n"),
    (None, "\ufeff"),
    (None, ""),
]
OF_BRANCHES = [(UTF16, "ONE\r\ntwo\n"), (UTF16, None)]  # a diff shows no UTF-16, and the working tree has only that


@pytest.fixture(autouse=True)
def of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "WORK"):
        monkeypatch.setenv(f"PATCHGATE_{name}", str(tmp_path / name))


def repository_with(folder: Path, files: Mapping[str, bytes | None], mode: int) -> None:
    repository = make_repository(folder, {"other.ts": "x\n"})
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
            (folder / name).chmod(mode)
    commit_all(repository)


def whole(content: str | None) -> dict[str, object]:
    return {"version": 1, "edit": {"format": "whole-file", "payload": [{"file": "a.ts", "content": content}]}}


def on_disk(folder: Path) -> tuple[bytes, bool] | None:
    path = folder / "a.ts"
    return (path.read_bytes(), bool(path.stat().st_mode & stat.S_IXUSR)) if path.exists() else None


@pytest.mark.parametrize("mode", [0o644, 0o755])
@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_an_undo_on_the_working_tree_gives_the_file_back(
    tmp_path: Path, before: bytes | None, after: str | None, mode: int
) -> None:
    repository_with(tmp_path / "repo", {"a.ts": before}, mode)
    with WorktreeGate(tmp_path / "repo", typecheck="never") as gate:
        patch = gate.submit(whole(after))
        assert patch["status"] == "applied"
        undone = gate.undo(str(patch["patch_id"]))
        assert undone["status"] == "applied", undone["violations"]
        assert on_disk(tmp_path / "repo") == (None if before is None else (before, mode == 0o755))
        assert gate.undo(str(undone["patch_id"]))["status"] == "applied"
        assert (on_disk(tmp_path / "repo") is None) == (after is None)


@pytest.mark.parametrize("mode", [0o644, 0o755])
@pytest.mark.parametrize(("before", "after"), [*CHANGES, *OF_BRANCHES])
def test_an_undo_on_a_branch_gives_the_file_back(
    tmp_path: Path, before: bytes | None, after: str | None, mode: int
) -> None:
    repository_with(tmp_path / "repo", {"a.ts": before}, mode)
    snapshots = GitSnapshots(tmp_path / "repo")
    base = snapshots.resolve("HEAD")
    with Gate.open(tmp_path / "repo", typecheck="never") as gate:
        patch = gate.submit(whole(after))
        undone = gate.undo(str(patch["patch_id"]))
        assert (undone["status"], snapshots.resolve(str(undone["snapshot"])).tree) == ("applied", base.tree)
        again = gate.undo(str(undone["patch_id"]))
        landed = snapshots.resolve(str(patch["snapshot"]))
        assert (again["status"], snapshots.resolve(str(again["snapshot"])).tree) == ("applied", landed.tree)


def test_a_working_tree_without_kept_files_has_no_diff_of_utf_16_and_says_so(tmp_path: Path) -> None:
    repository_with(tmp_path / "repo", {"a.ts": UTF16}, 0o644)
    with WorktreeGate(tmp_path / "repo", typecheck="never") as gate:
        patch = gate.submit(whole(None))
        for each in (tmp_path / "repo/.mission_control/files").iterdir():
            each.unlink()
        undone: dict[str, Any] = gate.undo(str(patch["patch_id"]))
    assert undone["status"] == "conflict" and "binary" in undone["violations"][0]["message"]


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_working_tree_gives_a_utf_16_file_back_from_the_kept_ones(tmp_path: Path, mode: int) -> None:
    repository_with(tmp_path / "repo", {"a.ts": UTF16}, mode)
    file = tmp_path / "repo/a.ts"
    with WorktreeGate(tmp_path / "repo", typecheck="never") as gate:
        patch = gate.submit(whole(None))
        assert patch["status"] == "applied" and not file.exists()
        assert gate.undo(str(patch["patch_id"]))["status"] == "applied"
    assert file.read_bytes() == UTF16 and file.stat().st_mode & 0o777 == mode


def tree(content: bytes, *, executable: bool) -> MemoryTree:
    return MemoryTree({"a.ts": FileState(content, executable)})


@pytest.mark.parametrize("executable", [False, True])
@pytest.mark.parametrize("content", [b"one\n", b"ONE\n"])
def test_a_change_of_mode_is_taken_back_by_edits_and_by_diff(content: bytes, executable: bool) -> None:
    before, after = tree(b"one\n", executable=executable), tree(content, executable=not executable)
    changed = difference(before, after, ["a.ts"])
    assert apply_changes(changed, before).files == after.files
    for undone in (
        invert(changed, before),
        lower("workspace-edit", to_workspace_edit(invert(changed, before), after.files), after),
        lower("unified-diff", reversed_diff(unified_diff(before.files, after.files)), after),
    ):
        assert apply_changes(undone, after).files == before.files


def test_what_edits_cannot_say_is_refused_and_not_half_done() -> None:
    for one, other in ((b"one\n", BOM + b"one\n"), (UTF16, b"one\r\ntwo\n")):
        with pytest.raises(Refused, match="byte order mark"):
            difference(tree(one, executable=False), tree(other, executable=False), ["a.ts"])


def test_a_restore_gives_the_mode_back(tmp_path: Path) -> None:
    repository_with(tmp_path / "repo", {"a.ts": b"one\n"}, 0o755)
    snapshots = GitSnapshots(tmp_path / "repo")
    with Gate.open(tmp_path / "repo", typecheck="never") as gate:
        base = snapshots.resolve("HEAD")
        gone = gate.submit(whole(None))
        verdict = gate.restore(base.id)
        assert verdict["status"] == "applied", verdict
        assert snapshots.resolve(str(verdict["snapshot"])).tree == base.tree
        assert gone["snapshot"] != verdict["snapshot"]


@pytest.mark.parametrize(
    ("format", "payload"),
    [
        ("unified-diff", "diff --git a/a.ts b/a.ts\nold mode 100644\nnew mode 100755\n"),
        ("unified-diff", "diff --git a/x b/x\nnew file mode 100755\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n"),
        ("workspace-edit", {"documentChanges": [{"kind": "create", "uri": "x", "options": {"executable": True}}]}),
        (
            "workspace-edit",
            {"documentChanges": [{"textDocument": {"uri": "a.ts", "version": None}, "edits": [], "executable": True}]},
        ),
    ],
)
def test_nobody_else_makes_a_file_executable(tmp_path: Path, format: str, payload: object) -> None:
    repository_with(tmp_path / "repo", {"a.ts": b"one\n"}, 0o644)
    with Gate.open(tmp_path / "repo", typecheck="never") as gate:
        verdict: dict[str, Any] = gate.submit({"version": 1, "edit": {"format": format, "payload": payload}})
    assert (verdict["status"], [each["code"] for each in verdict["violations"]]) == ("rejected", ["PG404"])
