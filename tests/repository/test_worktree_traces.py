"""Replay and restore of what ``patchctl`` did on a working tree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygit2
import pytest
from typer.testing import CliRunner

from runner.app.opened import OpenedRepository
from runner.app.replaying import replay_trace
from runner.app.settings import read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.cli.patchgate import app
from runner.errors import SnapshotError, UsageError
from runner.repository.landed import undone_by
from runner.snapshots.git.store import GitSnapshots
from tests.branch_gate.repositories import commit_all, make_repository, replace

LINES = "".join(f"export const n{number} = {number};\n" for number in range(1, 21))
N = "src/n.ts"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pygit2.Repository:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    made = make_repository(
        tmp_path / "repo", {N: LINES, "src/old.ts": "export const old = 1;\n", "README.md": "hello\n"}
    )
    return made


@pytest.fixture
def folder(repository: pygit2.Repository) -> Path:
    return Path(repository.workdir)


@pytest.fixture
def gate(folder: Path) -> Iterator[WorktreeGate]:
    with WorktreeGate(folder, typecheck="never") as opened:
        yield opened


def patch(gate: WorktreeGate, edit: dict[str, object]) -> dict[str, Any]:
    verdict: dict[str, Any] = gate.submit(edit)
    assert verdict["status"] == "applied", verdict
    return verdict


def change(number: int, text: str, **more: object) -> dict[str, object]:
    return replace(N, f"n{number} = {number};", text, **more)


def files_edit() -> dict[str, object]:
    """A file is renamed, one is made, one is removed."""
    operations = [
        {"kind": "rename", "oldUri": "src/old.ts", "newUri": "src/moved.ts"},
        {"kind": "create", "uri": "src/made.ts"},
        {"kind": "delete", "uri": "README.md"},
    ]
    return {"version": 1, "edit": {"format": "workspace-edit", "payload": {"documentChanges": operations}}}


def redo(folder: Path, trace: str, last: int | None = None) -> Any:
    return replay_trace(OpenedRepository.find(folder, read_settings()), trace, last)


def restore(folder: Path, *arguments: str) -> tuple[int, Any]:
    command = ["restore", *arguments, "--repo", str(folder), "--typecheck", "never"]
    result = CliRunner().invoke(app, command)
    return result.exit_code, json.loads(result.stdout) if result.stdout else None


def test_the_patches_on_one_commit_are_one_trace_and_replay_gives_their_tree(folder: Path, gate: WorktreeGate) -> None:
    (folder / "untracked.ts").write_text("export const mine = 1;\n")
    verdicts = [patch(gate, change(2, "n2 = 222;")), patch(gate, files_edit()), patch(gate, change(9, "n9 = 999;"))]
    (trace,) = {verdict["trace_id"] for verdict in verdicts}
    result = redo(folder, trace)
    assert result.same and result.by_hand == () and len(result.patches) == 3
    head = GitSnapshots(folder).resolve("HEAD").id
    expected = {
        N: (folder / N).read_text(),
        "src/moved.ts": "export const old = 1;\n",
        "src/made.ts": "",
    }
    twin = make_repository(folder.parent / "twin", expected)
    assert result.base == head and result.tree == str(twin.head.peel(pygit2.Commit).tree_id)
    assert redo(folder, trace[:4], 1).patches == (verdicts[-1]["patch_id"],)
    assert redo(folder, trace, 1).same and redo(folder, trace, 99).same


def test_what_a_person_edits_between_patches_is_taken_over_and_named(folder: Path, gate: WorktreeGate) -> None:
    first = patch(gate, change(2, "n2 = 222;"))
    (folder / N).write_text("// by hand\n" + (folder / N).read_text())
    patch(gate, change(9, "n9 = 999;"))
    (folder / N).write_text("// not part of any patch\n")
    result = redo(folder, first["trace_id"])
    assert result.same and result.by_hand == (N,)


def test_another_commit_or_another_order_is_another_trace(
    folder: Path, gate: WorktreeGate, repository: pygit2.Repository
) -> None:
    first = patch(gate, change(2, "n2 = 222;"))
    ordered = patch(gate, change(3, "n3 = 333;", order_id="O-1"))
    again = patch(gate, change(4, "n4 = 444;"))
    commit_all(repository, "mine")
    later = patch(gate, change(5, "n5 = 555;"))
    traces = [verdict["trace_id"] for verdict in (first, ordered, again, later)]
    assert traces[0] == traces[2] and len(set(traces)) == 3
    assert all(redo(folder, trace).same for trace in traces)


def test_a_repository_without_a_commit_can_replay(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    pygit2.init_repository(str(fresh), initial_head="main")
    (fresh / "a.ts").write_text("export const a = 1;\n")
    with WorktreeGate(fresh, typecheck="never") as gate:
        verdict = patch(gate, replace("a.ts", "a = 1", "a = 2"))
    assert redo(fresh, verdict["trace_id"]).same


def test_a_changed_or_removed_kept_file_is_said_and_does_not_hold_up_the_next_patch(
    folder: Path, gate: WorktreeGate
) -> None:
    verdict = patch(gate, change(2, "n2 = 222;"))
    kept = folder / ".mission_control/files" / hashlib.sha256(LINES.encode()).hexdigest()
    kept.write_bytes(b"other")
    with pytest.raises(SnapshotError, match="was changed"):
        redo(folder, verdict["trace_id"])
    for each in kept.parent.iterdir():
        each.unlink()
    with pytest.raises(SnapshotError, match="cannot be read"):
        redo(folder, verdict["trace_id"])
    patch(gate, change(3, "n3 = 333;"))


def test_restore_goes_back_to_a_patch_and_keeps_what_was_edited_by_hand(folder: Path, gate: WorktreeGate) -> None:
    first = patch(gate, change(2, "n2 = 222;"))
    patch(gate, files_edit())
    (folder / N).write_text("// by hand, between\n" + (folder / N).read_text())
    patch(gate, change(9, "n9 = 999;"))
    (folder / N).write_text((folder / N).read_text() + "// by hand, after\n")
    expected = "// by hand, between\n" + LINES.replace("n2 = 2;", "n2 = 222;") + "// by hand, after\n"
    assert restore(folder, first["patch_id"][:8], "--dry-run")[1]["status"] == "simulated"
    code, verdict = restore(folder, first["patch_id"][:8])
    assert (code, verdict["status"]) == (0, "applied")
    assert (folder / N).read_text() == expected
    assert (folder / "src/old.ts").exists() and (folder / "README.md").read_text() == "hello\n"
    assert not (folder / "src/moved.ts").exists() and not (folder / "src/made.ts").exists()
    code, _ = restore(folder, "HEAD")
    assert (code, (folder / N).read_text()) == (0, expected.replace("n2 = 222;", "n2 = 2;"))
    assert redo(folder, first["trace_id"]).same


def test_restore_where_the_same_line_was_edited_by_hand_is_a_conflict_with_both_sides(
    folder: Path, gate: WorktreeGate
) -> None:
    patch(gate, change(2, "n2 = 222;"))
    (folder / N).write_text((folder / N).read_text().replace("222", "22200"))
    before = (folder / N).read_bytes()
    code, verdict = restore(folder, "HEAD")
    assert (code, verdict["status"]) == (3, "conflict") and (folder / N).read_bytes() == before
    assert "-export const n2 = 222;\n+export const n2 = 22200;" in verdict["notes"][0]
    assert "-export const n2 = 222;\n+export const n2 = 2;" in verdict["notes"][1]


def test_restore_of_a_file_that_was_made_and_then_edited_by_hand_is_a_conflict(
    folder: Path, gate: WorktreeGate
) -> None:
    patch(gate, files_edit())
    (folder / "src/made.ts").write_text("// mine now\n")
    assert restore(folder, "HEAD")[0] == 3
    assert (folder / "src/made.ts").read_text() == "// mine now\n"


def test_restore_to_the_last_patch_changes_nothing(folder: Path, gate: WorktreeGate) -> None:
    verdict = patch(gate, change(2, "n2 = 222;"))
    code, answer = restore(folder, verdict["patch_id"])
    assert (code, answer["violations"][0]["code"]) == (1, "PG105")


def test_a_snapshot_that_there_is_not_is_wrong_usage(folder: Path, gate: WorktreeGate) -> None:
    patch(gate, change(2, "n2 = 222;"))
    assert restore(folder, "nope")[0] == 2 and restore(folder, "")[0] == 2
    with pytest.raises(UsageError, match="no trace 'nope'"):
        redo(folder, "nope")


def test_neither_the_log_nor_the_ledger_claims_a_branch(folder: Path, gate: WorktreeGate) -> None:
    assert patch(gate, change(2, "n2 = 222;"))["branch"] is None
    (event,) = OpenedRepository.find(folder, read_settings()).ledger.events(kinds=("patch.applied",))
    assert event.data["branch"] is None and event.data["working_tree"] is True


def test_an_undo_finds_its_place_among_texts_that_are_alike(folder: Path, gate: WorktreeGate) -> None:
    body = "{\n  go();\n  go();\n  go();\n  go();\n  go();\n}\n"
    (folder / N).write_text(f"function a() {body}function b() {body}")
    line = {"op": "replace_block", "file": N, "start_line": 11, "end_line": 11, "new_block": "  stop();"}
    second = patch(gate, {"version": 1, "edit": {"format": "line-ops", "payload": [line]}})
    patch(gate, {"version": 1, "edit": {"format": "line-ops", "payload": [{**line, "start_line": 4, "end_line": 4}]}})
    (folder / N).write_text("// by hand\n// and again\n" + (folder / N).read_text())
    assert gate.undo(second["patch_id"])["status"] == "applied"
    first, _, other = (folder / N).read_text().partition("function b()")
    assert "stop();" in first and "stop();" not in other


@pytest.mark.parametrize("kept", [True, False])
def test_an_undo_of_what_was_edited_by_hand_is_a_conflict(folder: Path, gate: WorktreeGate, kept: bool) -> None:
    made = patch(gate, change(2, "n2 = 222;"))
    later = patch(gate, change(9, "n9 = 999;"))
    if not kept:
        for each in (folder / ".mission_control/files").iterdir():
            each.unlink()
    (folder / N).write_text((folder / N).read_text().replace("222", "22200"))
    verdict: dict[str, Any] = gate.undo(made["patch_id"])
    assert verdict["status"] == "conflict" and ("+export const n2 = 22200;" in str(verdict["notes"])) == kept
    assert gate.undo(later["patch_id"])["status"] == "applied"
    assert (folder / N).read_text() == LINES.replace("n2 = 2;", "n2 = 22200;")
    assert gate.undo(later["patch_id"])["status"] == "conflict"


@pytest.mark.parametrize("way", ["undo", "restore", "refused undo", "refused restore"])
def test_what_comes_after_an_undo_or_a_restore_is_recorded_as_itself(folder: Path, way: str) -> None:
    with WorktreeGate(folder, typecheck="never", meta={"who": "me"}) as gate:
        first = patch(gate, change(2, "n2 = 222;"))
        if "refused" in way:
            (folder / N).write_text((folder / N).read_text().replace("222", "22200"))
        reversed_: dict[str, Any] = (
            gate.undo(first["patch_id"]) if "undo" in way else gate.restore(first["trace_id"], None)
        )
        assert reversed_["status"] == ("conflict" if "refused" in way else "applied")
        later = patch(gate, change(9, "n9 = 999;"))
        refused: dict[str, Any] = gate.submit(change(9, "none"))
    ledger = OpenedRepository.find(folder, read_settings()).ledger
    key = "undoes" if "undo" in way else "restores"
    meta = {event.patch_id: event.data["meta"] for event in ledger.events() if event.patch_id}
    assert meta[first["patch_id"]] == meta[later["patch_id"]] == meta[refused["patch_id"]] == {"who": "me"}
    assert set(meta[reversed_["patch_id"]]) == {"who", key}  # type: ignore[call-overload]
    assert undone_by(ledger, first["patch_id"]) == (reversed_["patch_id"] if way == "undo" else None)
    log = (folder / ".mission_control/patch_log.jsonl").read_text().splitlines()
    assert [key in json.loads(line)["meta"] for line in log] == [False, True, False, False]
