"""``patchctl`` in a plain repository: a command in, the files, the log, the tasks and the exit code out."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner.app.worktree_gate import WorktreeGate
from runner.ledger.sql import SqlLedger
from runner.sandbox.memory_engine import Process
from runner.snapshots.worktree.locks import tree_lock
from tests.branch_gate.repositories import engine_with, replace, settings_in, write_tasks
from tests.branch_gate.word_server import CountingServer
from tests.patchctl.conftest import Patchctl

A = "src/a.ts"


def log_of(folder: Path) -> list[dict[str, object]]:
    lines = (folder / ".mission_control/patch_log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_replace_block_changes_the_lines_and_nothing_else(patchctl: Patchctl, folder: Path) -> None:
    answer = patchctl("replace-block", "--file", A, "--start", "2", "--end", "2", "--block", "  return a + 5;")
    assert (answer.code, answer.json["status"], answer.json["typecheck"]) == (0, "applied", "skipped")
    assert (folder / A).read_text() == (
        "export function f(a: number): number {\n  return a + 5;\n}\n\nexport const g = f(2);\n"
    )


@pytest.mark.parametrize(
    ("command", "line", "expected"),
    [
        ("insert-before", ("--line", "5"), "}\n\n// x\nexport const g"),
        ("insert-after", ("--line", "3"), "}\n// x\n\nexport"),
        ("append", (), "f(2);\n// x\n"),
        ("prepend", (), "// x\nexport function"),
    ],
)
def test_line_commands_take_standard_input(
    patchctl: Patchctl, folder: Path, command: str, line: tuple[str, ...], expected: str
) -> None:
    assert patchctl(command, "--file", A, *line, text="// x\n").code == 0
    assert expected in (folder / A).read_text()


@pytest.mark.parametrize(
    ("command", "text", "expected"),
    [
        ("apply-batch", '[{"op": "replace_block", "file": "src/a.ts", "start_line": 2, "end_line": 2, '
         '"new_block": "  return a - 1;"}]', "return a - 1"),
        ("apply-batch", '{"target_file": "src/a.ts", "patches": [{"op": "insert_after", "anchor": "f(2);", '
         '"content": "// anchored"}]}', "// anchored"),
        ("apply-edit", '{"changes": {"src/a.ts": [{"range": {"start": {"line": 1, "character": 9}, '
         '"end": {"line": 1, "character": 14}}, "newText": "7"}]}}', "return 7;"),
        ("apply-diff", "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -2,1 +2,1 @@\n-  return a + 1;\n+  return a + 2;\n", "a + 2"),
        ("apply-patch", "*** Begin Patch\n*** Update File: src/a.ts\n@@\n-  return a + 1;\n+  return a + 3;\n"
         "*** End Patch\n", "a + 3"),
        ("search-replace", '[{"file": "src/a.ts", "search": "a + 1", "replace": "a + 4"}]', "a + 4"),
    ],
)  # fmt: skip
def test_every_format_lands_in_the_working_tree(
    patchctl: Patchctl, folder: Path, command: str, text: str, expected: str
) -> None:
    answer = patchctl(command, "-", text=text)
    assert answer.code == 0, answer.out
    assert expected in (folder / A).read_text()


def test_symbol_commands(patchctl: Patchctl, folder: Path) -> None:
    body = "export function f(a: number): number {\n  return a * 2;\n}"
    assert patchctl("replace-symbol", "--symbol", f"{A}#f", "--block", body).code == 0
    assert patchctl("insert-before-symbol", "--symbol", f"{A}#g", "--block", "// before").code == 0
    assert patchctl("insert-after-symbol", "--symbol", f"{A}#g", "--block", "// after").code == 0
    text = (folder / A).read_text()
    assert "a * 2" in text and "// before\nexport const g = f(2);\n// after" in text


def test_the_base_is_the_tree_with_its_uncommitted_changes(patchctl: Patchctl, folder: Path) -> None:
    (folder / A).write_text("export const now = 1;\n")
    assert patchctl("append", "--file", A, "--block", "export const more = 2;").code == 0
    assert (folder / A).read_text() == "export const now = 1;\nexport const more = 2;\n"


def test_untracked_files_can_be_edited_and_new_ones_made(patchctl: Patchctl, folder: Path) -> None:
    (folder / "src/new.ts").write_text("export const x = 1;\n")
    assert patchctl("append", "--file", "src/new.ts", "--block", "// y").code == 0
    assert patchctl("write-file", "--file", "src/deep/z.ts", "--block", "export const z = 1;\n").code == 0
    assert (folder / "src/deep/z.ts").read_text() == "export const z = 1;\n"


def test_neither_head_nor_the_index_moves(patchctl: Patchctl, folder: Path, repository: pygit2.Repository) -> None:
    before = (folder / ".git/index").read_bytes(), str(repository.head.target), sorted(repository.references)
    patchctl("append", "--file", A, "--block", "// x")
    assert ((folder / ".git/index").read_bytes(), str(repository.head.target), sorted(repository.references)) == before


def test_dry_run_shows_the_diff_and_writes_nothing(patchctl: Patchctl, folder: Path) -> None:
    before = (folder / A).read_bytes()
    answer = patchctl("append", "--file", A, "--block", "// x", "--dry-run")
    assert (answer.code, answer.json["status"]) == (0, "simulated")
    assert "+// x" in answer.json["diff"] and (folder / A).read_bytes() == before


def test_dry_run_says_how_closely_to_look(patchctl: Patchctl, folder: Path) -> None:
    assert patchctl("guard", "add", "--file", A, "--start", "1", "--end", "3", "--name", "core").code == 0
    diff = "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -47,1 +47,1 @@\n-export const   g = f(2);\n+export const g = f(5);\n"
    answer = patchctl("apply-diff", "-", "--dry-run", text=diff)
    assert answer.json["stats"]["score"] == 77
    shown = "score 77 (40 lines from its anchor, 1 guarded block(s) near, found by a fuzzy match)"
    assert shown in answer.err


def test_verify_hash_pins_what_was_seen(patchctl: Patchctl, folder: Path) -> None:
    edit = ("replace-block", "--file", A, "--start", "2", "--end", "2", "--block", "  return 0;", "--verify-hash")
    assert patchctl(*edit, "0" * 64).json["violations"][0]["code"] == "PG306"
    seen = hashlib.sha256(b"  return a + 1;\n").hexdigest()
    assert patchctl(*edit, seen).code == 0


def test_the_log_the_diff_and_the_ledger_agree(patchctl: Patchctl, folder: Path) -> None:
    flags = ("--requester", "My Bot", "--reason", "because", "--branch", "topic", "--order-id", "O-1")
    verdict = patchctl("append", "--file", A, "--block", "// x", *flags).json
    (line,) = log_of(folder)
    expected = {"patch_id": verdict["patch_id"], "status": "applied", "op": "append", "format": "line-ops", "file": A,
                "files": [A], "branch": "topic", "ts_check_ok": True, "ts_check_out": "skipped", "dry_run": False,
                "meta": {"requester": "My Bot", "reason": "because", "order_id": "O-1", "branch": "topic"},
                "requester": "My Bot", "reason": "because", "order_id": "O-1", "task_id": None, "snapshot": None}  # fmt: skip
    assert {key: line[key] for key in expected} == expected
    assert (folder / str(line["diff_path"])).read_text() == verdict["diff"]
    ledger = SqlLedger.at(folder / ".mission_control/ledger.sqlite")
    assert [event.kind for event in ledger.events()] == ["patch.prepared", "patch.applied"] and ledger.verify() == 2


def test_a_declaration_goes_where_it_is_named(patchctl: Patchctl, folder: Path) -> None:
    edit = ("replace-block", "--file", A, "--start", "1", "--end", "4", "--block", "")
    refused = patchctl(*edit)
    assert (refused.code, refused.json["violations"][0]["code"]) == (1, "PG511")
    assert '"removes": ["src/a.ts#f"]' in refused.err
    wrong = patchctl(*edit, "--removes", "src/a.ts#ff")
    assert (wrong.code, wrong.json["violations"][0]["code"]) == (1, "PG304")
    assert patchctl(*edit, "--removes", f"./{A}#f").json["removes"] == ["src/a.ts#f"]
    assert (folder / A).read_text().startswith("export const g")
    assert [line.get("removes") for line in log_of(folder)] == [None, ["src/a.ts#ff"], ["src/a.ts#f"]]


def test_a_rejection_changes_nothing_and_exits_with_1(patchctl: Patchctl, folder: Path) -> None:
    before = (folder / A).read_bytes()
    answer = patchctl("search-replace", "-", text='[{"file": "src/a.ts", "search": "nowhere", "replace": "x"}]')
    assert (answer.code, answer.json["violations"][0]["code"]) == (1, "PG304")
    assert (folder / A).read_bytes() == before and log_of(folder)[0]["status"] == "rejected"


@pytest.mark.parametrize("path", ["../outside.ts", ".git/config", "/etc/passwd", ".mission_control/tasks.json"])
def test_paths_that_are_not_the_persons_code_are_refused(patchctl: Patchctl, folder: Path, path: str) -> None:
    (folder.parent / "outside.ts").write_text("out\n")
    assert patchctl("append", "--file", path, "--block", "x").code == 1
    assert (folder.parent / "outside.ts").read_text() == "out\n"


def test_a_symlink_is_refused(patchctl: Patchctl, folder: Path) -> None:
    outside = folder.parent / "outside.ts"
    outside.write_text("out\n")
    (folder / "src/link.ts").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parent)
    for path in ("src/link.ts", "linked/outside.ts"):
        assert patchctl("append", "--file", path, "--block", "x").json["violations"][0]["code"] in ("PG403", "PG307")
    assert outside.read_text() == "out\n"


def test_git_branch_gets_a_commit_and_nothing_else_moves(
    patchctl: Patchctl, folder: Path, repository: pygit2.Repository
) -> None:
    head, index = str(repository.head.target), (folder / ".git/index").read_bytes()
    first = patchctl("append", "--file", A, "--block", "// 1", "--git-branch", "patches/x", "--reason", "one").json
    second = patchctl("append", "--file", A, "--block", "// 2", "--git-branch", "patches/x").json
    tip = repository.branches.local["patches/x"].peel(pygit2.Commit)
    assert (str(tip.id), str(tip.parents[0].id)) == (second["snapshot"], first["snapshot"])
    assert str(tip.parents[0].parents[0].id) == head
    assert repository[tip.tree["src/a.ts"].id].peel(pygit2.Blob).data == (folder / A).read_bytes()
    assert tip.parents[0].message.startswith("patchctl: one\n") and first["patch_id"] in tip.parents[0].message
    assert (str(repository.head.target), (folder / ".git/index").read_bytes()) == (head, index)


@pytest.mark.parametrize("name", ["main", "a..b", "-", ""])
def test_git_branch_refuses_the_checked_out_branch_and_bad_names(
    patchctl: Patchctl, folder: Path, repository: pygit2.Repository, name: str
) -> None:
    before = (folder / A).read_bytes()
    expected = 0 if name == "-" else 2
    assert patchctl("append", "--file", A, "--block", "// 1", f"--git-branch={name}").code == expected
    assert ((folder / A).read_bytes() == before) == (expected == 2)


def test_a_repository_without_a_commit_will_do(tmp_path: Path, patchctl: Patchctl) -> None:
    fresh = tmp_path / "fresh"
    pygit2.init_repository(str(fresh), initial_head="main")
    (fresh / "a.ts").write_text("export const a = 1;\n")
    assert patchctl("append", "--repo", str(fresh), "--file", "a.ts", "--block", "// x").code == 0
    assert (fresh / "a.ts").read_text() == "export const a = 1;\n// x\n"


def test_from_a_folder_below_paths_are_still_the_repositorys(
    patchctl: Patchctl, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "src")
    assert patchctl("append", "--file", A, "--block", "// x").code == 0


def test_outside_of_a_repository_it_is_wrong_usage(
    patchctl: Patchctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = patchctl("list-tasks")
    assert answer.code == 2 and "not in a git repository" in answer.err


def test_no_engine_is_exit_4_and_changes_nothing(patchctl: Patchctl, folder: Path) -> None:
    (folder / "tsconfig.json").write_text("{}")
    before = (folder / A).read_bytes()
    answer = patchctl("append", "--file", A, "--block", "// x")
    assert (answer.code, answer.json["status"]) == (4, "error")
    assert (folder / A).read_bytes() == before
    assert patchctl("append", "--file", A, "--block", "// x", "--typecheck", "never").code == 0


def test_a_locked_tree_names_the_holder(folder: Path, tmp_path: Path) -> None:
    edit = replace(A, "a + 1", "a + 2")
    with WorktreeGate(folder, typecheck="never", settings=settings_in(tmp_path), lock_wait_s=0.01) as gate:
        with tree_lock(folder / ".mission_control/lock", "a long refactoring"):
            verdict = gate.submit(edit)
        assert verdict["status"] == "error" and "a long refactoring" in str(verdict["violations"])
        assert gate.submit(edit)["status"] == "applied"


def test_tsc_sees_the_tree_as_it_is_and_a_file_saved_meanwhile_is_a_conflict(folder: Path, tmp_path: Path) -> None:
    (folder / "tsconfig.json").write_text("{}")
    (folder / "src/untracked.ts").write_text("export const old = TYPE_ERROR;\n")
    editing = threading.Event()

    class Saving(CountingServer):
        """A person saves the file while tsc runs."""

        def compile(self, process: Process) -> None:
            super().compile(process)
            if editing.is_set():
                (folder / A).write_text("// saved meanwhile\n")

    with WorktreeGate(folder, engine=engine_with(Saving()), settings=settings_in(tmp_path)) as gate:
        first: dict[str, Any] = gate.submit(replace(A, "a + 1", "a + 2"))
        assert (first["status"], first["diagnostics"]["baseline"]) == ("applied", 1)
        assert gate.submit(replace(A, "a + 2", "TYPE_ERROR"))["status"] == "rejected"
        editing.set()
        assert gate.submit(replace(A, "a + 2", "a + 3"))["status"] == "conflict"
    assert (folder / A).read_text() == "// saved meanwhile\n"


def test_with_a_task_only_its_span_may_change_and_the_task_is_patched(patchctl: Patchctl, folder: Path) -> None:
    write_tasks(folder, {"uuid": "T1", "status": "pending", "allowed_spans": [{"file": A, "start": 1, "end": 3}]})
    outside = patchctl("append", "--file", A, "--block", "// x", "--task-id", "T1")
    assert (outside.code, outside.json["violations"][0]["code"]) == (1, "PG203")
    edit = ("replace-block", "--file", A, "--start", "2", "--end", "2", "--block", "  return 9;", "--task-id", "T1")
    assert patchctl(*edit, "--dry-run").code == 0
    assert patchctl("list-tasks", "--json").json["tasks"][0]["status"] == "pending"
    verdict = patchctl(*edit).json
    (task,) = patchctl("list-tasks", "--json").json["tasks"]
    assert (task["status"], task["note"]) == ("patched", f"patch_id={verdict['patch_id']}")


def test_an_unknown_task_is_refused(patchctl: Patchctl) -> None:
    answer = patchctl("append", "--file", A, "--block", "// x", "--task-id", "T9")
    assert (answer.code, answer.json["violations"][0]["code"]) == (1, "PG201")


def test_the_spans_of_all_tasks_move_with_the_text(patchctl: Patchctl, folder: Path) -> None:
    below, own = {"file": A, "start": 5, "end": 5, "why": "kept"}, {"file": A, "start": 1, "end": 3}
    write_tasks(folder, {"uuid": "T1", "allowed_spans": [own]}, {"uuid": "T2", "allowed_spans": [below]})
    edit = ("replace-block", "--file", A, "--start", "2", "--end", "2", "--task-id", "T1")
    assert patchctl(*edit, "--block", "  const b = a;\n  return b + 1;").code == 0
    spans = {task["uuid"]: task["allowed_spans"] for task in patchctl("list-tasks", "--json").json["tasks"]}
    assert spans == {"T1": [{**own, "end": 4}], "T2": [{**below, "start": 6, "end": 6}]}
