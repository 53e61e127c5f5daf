"""Undo and restore on the branches of a trace, as a person and the command line see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygit2
import pytest
from typer.testing import CliRunner

from runner import Gate
from runner.app.clock import now
from runner.app.opened import OpenedRepository
from runner.app.settings import read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.cli.patchgate import app
from runner.errors import UsageError
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.gate.verdict.wire import parse_submission
from runner.model.contract import Contract
from runner.model.order import Policy, Task
from runner.repository.replay import replay
from runner.snapshots.git.store import GitSnapshots
from tests.branch_gate.repositories import engine_with, make_repository, replace, state_of
from tests.branch_gate.word_server import CountingServer

TRACE = "0000beef"
LINES = "".join(f"export const n{number} = {number};\n" for number in range(1, 21))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pygit2.Repository:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    return make_repository(tmp_path / "repo", {"src/n.ts": LINES, "README.md": "hello\n"})


@pytest.fixture
def folder(repository: pygit2.Repository) -> Path:
    return Path(repository.workdir)


@pytest.fixture
def gate(folder: Path) -> Iterator[Gate]:
    with Gate.open(folder, typecheck="never") as opened:
        yield opened


def land(folder: Path, *submissions: dict[str, object]) -> list[dict[str, Any]]:
    """Patches of one trace, one on top of the other, as an order makes them."""
    found = OpenedRepository.find(folder, read_settings())
    base = found.snapshots.resolve("HEAD")
    task = Task("T1", allowed_paths=("**",))
    head = TraceHead(base, (task,), found.snapshots.tree(base.id))
    rules = Rules("surgeon", "T1", TRACE, "ord-1", Contract(), Policy())
    session = GateSession(head, rules, found.snapshots.tree, None, Publisher(found.snapshots, found.ledger, now))
    verdicts = [session.submit(parse_submission(each)) for each in submissions]
    assert [verdict.status for verdict in verdicts] == ["applied"] * len(submissions), verdicts
    return [{"patch_id": verdict.patch_id, "snapshot": verdict.snapshot, "base": verdict.base} for verdict in verdicts]


def change(number: int, text: str) -> dict[str, object]:
    return replace("src/n.ts", f"n{number} = {number};", text, reason=f"about {number}")


def text_of(folder: Path, snapshot: object, path: str = "src/n.ts") -> str:
    state = GitSnapshots(folder).tree(str(snapshot)).read(path)
    assert state is not None
    return state.content.decode()


def test_an_undo_takes_back_one_patch_and_leaves_what_came_later(folder: Path, gate: Gate) -> None:
    first, _ = land(folder, change(2, "n2 = 222;\n// more"), change(15, "n15 = 1515;"))
    verdict: dict[str, Any] = gate.undo(first["patch_id"][:8])
    assert verdict["status"] == "applied"
    assert text_of(folder, verdict["snapshot"]) == LINES.replace("n15 = 15;", "n15 = 1515;")


def test_an_undo_is_a_patch_of_the_trace_and_can_be_undone(
    folder: Path, gate: Gate, repository: pygit2.Repository
) -> None:
    before = state_of(repository)
    (first,) = land(folder, change(2, "n2 = 222;"))
    undone = gate.undo(first["patch_id"])
    again = gate.undo(str(undone["patch_id"]))
    assert text_of(folder, again["snapshot"]) == text_of(folder, first["snapshot"])
    tip = repository.branches.local[f"fix/trace-{TRACE}-undo"].peel(pygit2.Commit)
    assert str(tip.id) == again["snapshot"] and f"Patchgate-Trace: {TRACE}" in tip.message
    assert f"undo {undone['patch_id']}" in tip.message
    found = OpenedRepository.find(folder, read_settings())
    assert replay(TRACE, found.ledger, found.snapshots).same and found.ledger.verify() == 6
    assert state_of(repository) == before


def test_an_undo_of_what_was_changed_since_is_a_conflict(folder: Path, gate: Gate) -> None:
    first, second = land(folder, change(2, "n2 = 222;"), replace("src/n.ts", "n2 = 222;", "n2 = 2222;"))
    verdict = gate.undo(first["patch_id"])
    assert (verdict["status"], verdict["snapshot"]) == ("conflict", None)
    assert gate.undo(second["patch_id"])["status"] == "applied"
    assert gate.undo(second["patch_id"])["status"] == "conflict"  # it is undone already


def test_an_undo_may_remove_a_function_that_the_patch_had_brought(folder: Path, gate: Gate) -> None:
    body = "n20 = 20;\nexport function fresh(): number {\n  const one = 1;\n  return one;\n}"
    (first,) = land(folder, change(20, body))
    verdict = gate.undo(first["patch_id"])
    assert verdict["status"] == "applied" and text_of(folder, verdict["snapshot"]) == LINES


def test_new_and_removed_files_come_and_go(folder: Path, gate: Gate) -> None:
    payload = [{"file": "src/new.ts", "content": "export const x = 1;\n"}, {"file": "README.md", "content": None}]
    (first,) = land(folder, {"version": 1, "edit": {"format": "whole-file", "payload": payload}})
    verdict = gate.undo(first["patch_id"])
    tree = GitSnapshots(folder).tree(str(verdict["snapshot"]))
    assert tree.read("src/new.ts") is None and text_of(folder, verdict["snapshot"], "README.md") == "hello\n"
    assert GitSnapshots(folder).resolve(str(verdict["snapshot"])).tree == GitSnapshots(folder).resolve("HEAD").tree


def test_tsc_judges_an_undo_too(folder: Path, tmp_path: Path) -> None:
    first, _ = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"))
    (folder / "tsconfig.json").write_text("{}")
    tsc = CountingServer()
    with Gate.open(folder, typecheck="always", engine=engine_with(tsc)) as gate:
        assert gate.undo(first["patch_id"])["status"] == "error"  # the trace has no tsconfig: never a pass
    assert tsc.runs == 0


def test_a_dry_undo_changes_nothing(folder: Path, gate: Gate, repository: pygit2.Repository) -> None:
    (first,) = land(folder, change(2, "n2 = 222;"))
    branches = sorted(repository.branches.local)
    assert gate.undo(first["patch_id"], dry_run=True)["status"] == "simulated"
    assert sorted(repository.branches.local) == branches


@pytest.mark.parametrize("to", [0, 1])
def test_restore_makes_the_tree_of_an_earlier_snapshot_again(folder: Path, gate: Gate, to: int) -> None:
    added = {"version": 1, "edit": {"format": "whole-file", "payload": [{"file": "src/new.ts", "content": "// x\n"}]}}
    landed = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"), added)
    wanted = landed[to]["snapshot"]
    verdict = gate.restore(str(wanted)[:12])
    assert verdict["status"] == "applied"
    snapshots = GitSnapshots(folder)
    assert snapshots.resolve(str(verdict["snapshot"])).tree == snapshots.resolve(wanted).tree
    commit = pygit2.Repository(str(folder))[str(verdict["snapshot"])].peel(pygit2.Commit)
    assert str(commit.parents[0].id) == landed[-1]["snapshot"]


def test_restore_to_the_base_of_several_traces_asks_which(folder: Path, gate: Gate) -> None:
    land(folder, change(2, "n2 = 222;"))
    gate.submit(change(3, "n3 = 333;"))
    with pytest.raises(UsageError, match="of 2 traces"):
        gate.restore("HEAD")
    assert gate.restore("HEAD", trace_id=TRACE)["status"] == "applied"
    with pytest.raises(UsageError, match="of no trace"):
        gate.restore("HEAD", trace_id="nope")


def test_restore_to_where_the_trace_stands_changes_nothing(folder: Path, gate: Gate) -> None:
    (first,) = land(folder, change(2, "n2 = 222;"))
    assert gate.restore(first["snapshot"])["status"] == "rejected"


@pytest.mark.parametrize("patch", ["", "ffffffff", "xyz"])
def test_a_patch_that_there_is_not_is_wrong_usage(gate: Gate, patch: str) -> None:
    with pytest.raises(UsageError, match="no applied patch"):
        gate.undo(patch)


def test_a_patch_of_the_working_tree_is_undone_there(folder: Path) -> None:
    with WorktreeGate(folder, typecheck="never") as tree:
        first: dict[str, Any] = tree.submit(change(2, "n2 = 222;"))
        tree.submit(change(15, "n15 = 1515;"))
        (folder / "src/n.ts").write_text("// a person's line\n" + (folder / "src/n.ts").read_text())
        assert tree.undo(first["patch_id"][:8])["status"] == "applied"
        expected = "// a person's line\n" + LINES.replace("n15 = 15;", "n15 = 1515;")
        assert (folder / "src/n.ts").read_text() == expected
        assert tree.undo(first["patch_id"])["status"] == "conflict"
        assert (folder / "src/n.ts").read_text() == expected


def test_the_commands_answer_verdicts_and_exit_codes(folder: Path) -> None:
    first, second = land(folder, change(2, "n2 = 222;"), replace("src/n.ts", "n2 = 222;", "n2 = 2222;"))
    with WorktreeGate(folder, typecheck="never") as tree:
        by_hand = tree.submit(change(15, "n15 = 1515;"))

    def call(*arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(app, [*arguments, "--repo", str(folder)])
        return result.exit_code, json.loads(result.stdout) if result.stdout else None

    code, verdict = call("undo", first["patch_id"], "--typecheck", "never")
    assert (code, verdict["status"]) == (3, "conflict")
    code, verdict = call("undo", second["patch_id"], "--typecheck", "never")
    assert (code, verdict["status"]) == (0, "applied")
    code, verdict = call("restore", first["base"], "--typecheck", "never", "--dry-run")
    assert (code, verdict["status"]) == (0, "simulated")
    code, verdict = call("undo", str(by_hand["patch_id"]), "--typecheck", "never")
    assert (code, (folder / "src/n.ts").read_text()) == (0, LINES)
    assert call("undo", "ffff")[0] == 2
    code, answer = call("replay", TRACE, "--last", "1", "--json")
    assert (code, answer["same"], len(answer["patches"])) == (0, True, 1)
    assert answer["base"] == second["snapshot"]


def test_an_undo_of_what_is_undone_names_the_patch_that_did_it(folder: Path, gate: Gate) -> None:
    (first,) = land(folder, change(2, "n2 = 222;"))
    undo = gate.undo(first["patch_id"])
    again: dict[str, Any] = gate.undo(first["patch_id"])
    expected = f"{first['patch_id']} was taken back already, by patch {undo['patch_id']}"
    assert again["status"] == "conflict" and again["notes"][0] == expected
    with WorktreeGate(folder, typecheck="never") as tree:
        made: dict[str, Any] = tree.submit(change(15, "n15 = 1515;"))
        tree.undo(made["patch_id"])
        conflict: dict[str, Any] = tree.undo(made["patch_id"])
    assert conflict["status"] == "conflict" and "was taken back already" in conflict["notes"][0]
