"""Two at work on one trace, and a person on its branches: every patch ends applied or in conflict, and none is lost."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner import Gate
from runner.app.clock import now
from runner.app.opened import OpenedRepository
from runner.app.settings import read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.errors import LedgerError
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.ledger.sql import SqlLedger
from runner.model.contract import Contract
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, Event
from runner.model.order import Policy, Task
from runner.model.verdict import Verdict
from runner.repository.landed import landed_patches, undone_by
from runner.repository.replay import replay
from runner.repository.undo import plan_restore, plan_undo
from runner.snapshots.worktree.transaction import Transaction
from tests.branch_gate.repositories import make_repository
from tests.repository.test_traces import LINES, TRACE, change, land, text_of
from tests.worktree.killing import killed_at

UNDO = f"fix/trace-{TRACE}-undo"
SURGEON = f"fix/trace-{TRACE}-surgeon"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pygit2.Repository:
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    return make_repository(tmp_path / "repo", {"src/n.ts": LINES, "README.md": "hello\n"})


@pytest.fixture
def folder(repository: pygit2.Repository) -> Path:
    return Path(repository.workdir)


def opened(folder: Path) -> Gate:
    return Gate.open(folder, typecheck="never")


def names(verdict: dict[str, Any]) -> list[str]:
    return [each["name"] for each in verdict["violations"]]


def one_line(folder: Path) -> str:
    """The text at the end of the trace, after a check that its patches are one line of snapshots and can be redone."""
    found = OpenedRepository.find(folder, read_settings())
    patches = landed_patches(found.ledger, TRACE)
    for before, after in itertools.pairwise(patches):
        assert found.snapshots.is_ancestor(before.snapshot, after.snapshot)
    assert replay(TRACE, found.ledger, found.snapshots).same
    assert found.ledger.verify() > 0
    return text_of(folder, patches[-1].snapshot)


def commit_on(repository: pygit2.Repository, branch: str, path: str = "person.txt") -> str:
    """A person's commit on top of ``branch``, from another checkout."""
    tip = repository.branches.local[branch].peel(pygit2.Commit)
    builder = repository.TreeBuilder(tip.tree)
    builder.insert(path, repository.create_blob(b"mine"), pygit2.enums.FileMode.BLOB)
    who = pygit2.Signature("a person", "person@example.org", 1_700_000_000, 0)
    return str(repository.create_commit(f"refs/heads/{branch}", who, who, "mine", builder.write(), [tip.id]))


def between(gate: Gate, work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """``work`` is done once a reversal is planned, before it is judged."""
    reverse = gate._reverse

    def later(*arguments: Any) -> Verdict:
        work()
        return reverse(*arguments)

    monkeypatch.setattr(gate, "_reverse", later)


@pytest.mark.parametrize("both", [True, False], ids=["two undos", "an undo and a restore"])
def test_what_lands_on_the_trace_between_plan_and_verdict_is_taken_into_a_new_plan(
    folder: Path, both: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second, third = land(folder, change(2, "n2 = 222;"), change(9, "n9 = 999;"), change(15, "n15 = 1515;"))
    with opened(folder) as one, opened(folder) as other:
        landed: list[dict[str, Any]] = []

        def meddle() -> None:
            if not landed:
                landed.append(other.undo(third["patch_id"]))

        between(one, meddle, monkeypatch)
        late: dict[str, Any] = one.undo(first["patch_id"]) if both else one.restore(str(first["snapshot"]))
    assert (landed[0]["status"], late["status"]) == ("applied", "applied")
    assert one_line(folder) == LINES.replace(*(("n9 = 9;", "n9 = 999;") if both else ("n2 = 2;", "n2 = 222;")))


def test_an_undo_that_is_overtaken_again_and_again_is_a_conflict(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = land(folder, *(change(number, f"n{number} = {number}00;") for number in range(2, 12)))
    with opened(folder) as one, opened(folder) as other:
        between(one, lambda: other.undo(others.pop()["patch_id"]), monkeypatch)
        late: dict[str, Any] = one.undo(first["patch_id"])
    assert (late["status"], names(late), late["branch"]) == ("conflict", ["conflict.trace-moved"], None)
    assert len(others) == 5 and "n2 = 200;" in one_line(folder)


def undo_in_a_process(folder: Path, patch: str, go: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            os.read(go, 1)
            with opened(folder) as gate:
                verdict = gate.undo(patch)
            os._exit({"applied": 0, "conflict": 3}.get(str(verdict["status"]), 9))
        finally:
            os._exit(10)
    return child


def test_of_undos_in_several_processes_each_ends_applied_or_in_conflict_and_none_vanishes(folder: Path) -> None:
    numbers = (2, 6, 10, 14)
    patches = land(folder, *(change(number, f"n{number} = {number}00;") for number in numbers))
    read, write = os.pipe()
    children = [undo_in_a_process(folder, each["patch_id"], read) for each in patches]
    os.write(write, b"x" * len(children))
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(read)
    os.close(write)
    assert set(ends) <= {0, 3} and 0 in ends
    expected = LINES
    for number, end in zip(numbers, ends, strict=True):
        expected = expected.replace(f"n{number} = {number};", f"n{number} = {number}00;") if end else expected
    assert one_line(folder) == expected
    applied = OpenedRepository.find(folder, read_settings()).ledger.events(trace_id=TRACE, kinds=(PATCH_APPLIED,))
    assert len(applied) == len(patches) + ends.count(0)


def test_of_undos_in_several_threads_each_ends_applied_or_in_conflict(folder: Path) -> None:
    numbers = (2, 6, 10, 14)
    patches = land(folder, *(change(number, f"n{number} = {number}00;") for number in numbers))
    barrier, ends = threading.Barrier(len(numbers)), dict[int, object]()

    def undo(number: int, patch: str) -> None:
        with opened(folder) as gate:
            barrier.wait()
            ends[number] = gate.undo(patch)["status"]

    threads = [
        threading.Thread(target=undo, args=(number, each["patch_id"]))
        for number, each in zip(numbers, patches, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(ends.values()) <= {"applied", "conflict"} and "applied" in ends.values()
    expected = LINES
    for number, end in ends.items():
        expected = (
            expected if end == "applied" else expected.replace(f"n{number} = {number};", f"n{number} = {number}00;")
        )
    assert one_line(folder) == expected


def test_a_persons_commit_on_the_branch_of_a_trace_stays(folder: Path, repository: pygit2.Repository) -> None:
    first, second = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"))
    with opened(folder) as gate:
        undone = gate.undo(first["patch_id"])
        theirs = commit_on(repository, UNDO)
        late: dict[str, Any] = gate.undo(second["patch_id"])
        assert (late["status"], names(late)) == ("conflict", ["conflict.branch-moved"])
        assert theirs in late["violations"][0]["message"]
        assert str(repository.branches.local[UNDO].target) == theirs
        # The way out that the hint names.
        repository.branches.local.create("mine", repository[theirs].peel(pygit2.Commit))
        repository.references[f"refs/heads/{UNDO}"].set_target(str(undone["snapshot"]))
        assert gate.undo(second["patch_id"])["status"] == "applied"
    assert one_line(folder) == LINES


@pytest.mark.parametrize("what", ["commit", "reset", "elsewhere", "deleted", "checked out"])
def test_a_branch_that_a_person_moves_in_mid_session_is_a_conflict_and_stays(
    folder: Path, repository: pygit2.Repository, what: str
) -> None:
    base = repository.head.peel(pygit2.Commit)

    def meddle() -> None:
        if what == "commit":
            commit_on(repository, SURGEON)
        elif what == "deleted":
            repository.branches.local.delete(SURGEON)
        elif what == "checked out":
            repository.set_head(f"refs/heads/{SURGEON}")
        else:
            to = str(base.id) if what == "reset" else _root(repository)
            repository.references[f"refs/heads/{SURGEON}"].set_target(to)

    submit = session_on(folder)
    assert submit(change(2, "n2 = 222;"))["status"] == "applied"
    meddle()
    there = repository.branches.get(SURGEON)
    tip = None if there is None else str(there.target)
    late = submit(change(15, "n15 = 1515;"))
    assert (late["status"], names(late), late["branch"]) == ("conflict", ["conflict.branch-moved"], None)
    there = repository.branches.get(SURGEON)
    assert (None if there is None else str(there.target)) == tip
    found = OpenedRepository.find(folder, read_settings())
    assert len(landed_patches(found.ledger, TRACE)) == 1
    if what == "checked out":
        repository.set_head("refs/heads/main")
        assert submit(change(15, "n15 = 1515;"))["status"] == "applied"


def _root(repository: pygit2.Repository) -> str:
    """A commit without parents, as of another history."""
    who = pygit2.Signature("a person", "person@example.org", 1_700_000_000, 0)
    return str(repository.create_commit(None, who, who, "other", repository.TreeBuilder().write(), []))


def session_on(folder: Path) -> Callable[[dict[str, object]], dict[str, Any]]:
    """The ``submit`` of an order's session that stays open, as ``land`` makes one."""
    found = OpenedRepository.find(folder, read_settings())
    base = found.snapshots.resolve("HEAD")
    task = Task("T1", allowed_paths=("**",))
    head = TraceHead(base, (task,), found.snapshots.tree(base.id))
    rules = Rules("surgeon", "T1", TRACE, "ord-1", Contract(), Policy())
    session = GateSession(head, rules, found.snapshots.tree, None, Publisher(found.snapshots, found.ledger, now))
    return session.submit_json


def test_an_undo_during_an_order_is_a_conflict_of_the_order_and_stays(folder: Path) -> None:
    submit = session_on(folder)
    first = submit(change(2, "n2 = 222;"))
    assert submit(change(9, "n9 = 999;"))["status"] == "applied"
    with opened(folder) as gate:
        assert gate.undo(first["patch_id"])["status"] == "applied"
        late = submit(change(15, "n15 = 1515;"))
        assert (late["status"], names(late)) == ("conflict", ["conflict.trace-moved"])
    assert one_line(folder) == LINES.replace("n9 = 9;", "n9 = 999;")


def test_branches_that_were_merged_and_deleted_do_not_hold_up_an_undo(
    folder: Path, repository: pygit2.Repository
) -> None:
    first, second = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"))
    repository.branches.local.delete(SURGEON)
    with opened(folder) as gate:
        assert gate.undo(first["patch_id"])["status"] == "applied"
        repository.branches.local.delete(UNDO)
        assert gate.undo(second["patch_id"])["status"] == "applied"
    assert one_line(folder) == LINES


def test_a_crash_below_a_persons_commit_is_still_a_landing(folder: Path, repository: pygit2.Repository) -> None:
    first, _ = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"))

    def undo() -> None:
        with opened(folder) as gate:
            gate.undo(first["patch_id"])

    with opened(folder) as gate:
        assert killed_at(undo, "patch_log.jsonl")
        theirs = commit_on(repository, UNDO)
        # The open gate has not seen what the dead process landed, and must not land beside it.
        assert gate.restore(first["base"])["status"] == "applied"
    assert one_line(folder) == LINES
    applied = OpenedRepository.find(folder, read_settings()).ledger.events(trace_id=TRACE, kinds=(PATCH_APPLIED,))
    assert [event.data["role"] for event in applied] == ["surgeon", "surgeon", "undo", "restore"]
    assert str(repository.branches.local[UNDO].target) == theirs


def test_patches_are_in_the_order_in_which_they_landed_whenever_they_were_settled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = session_on(folder)
    assert submit(change(2, "n2 = 222;"))["status"] == "applied"
    record = SqlLedger.record

    def full(ledger: SqlLedger, event: Event, *, durable: bool = True) -> None:
        if event.kind == PATCH_APPLIED:
            raise LedgerError("the disk is full")
        record(ledger, event, durable=durable)

    with monkeypatch.context() as patched:
        patched.setattr(SqlLedger, "record", full)
        assert "could not say so" in str(submit(change(9, "n9 = 999;"))["notes"])
    last = submit(change(15, "n15 = 1515;"))
    assert last["status"] == "applied"
    with opened(folder) as gate:
        assert gate.undo(last["patch_id"])["status"] == "applied"
    assert one_line(folder) == LINES.replace("n2 = 2;", "n2 = 222;").replace("n9 = 9;", "n9 = 999;")


def test_a_plan_sees_what_landed_before_it(folder: Path) -> None:
    first, second = land(folder, change(2, "n2 = 222;"), change(15, "n15 = 1515;"))
    found = OpenedRepository.find(folder, read_settings())
    with opened(folder) as gate:
        gate.undo(first["patch_id"])
        tip = landed_patches(found.ledger, TRACE)[-1].snapshot
        assert plan_undo(found.ledger, found.snapshots, second["patch_id"]).head.snapshot.id == tip
        assert plan_restore(found.ledger, found.snapshots, TRACE, None).head.snapshot.id == tip


def test_a_commit_on_the_named_branch_while_a_patch_of_the_tree_lands_is_a_conflict_and_stays(
    folder: Path, repository: pygit2.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = "patches/mine"
    with WorktreeGate(folder, typecheck="never", git_branch=named) as gate:
        assert gate.submit(change(2, "n2 = 222;"))["status"] == "applied"
        before, commit = (folder / "src/n.ts").read_bytes(), Transaction.commit

        def meddled(transaction: Transaction) -> None:
            commit(transaction)
            commit_on(repository, named)

        with monkeypatch.context() as patched:
            patched.setattr(Transaction, "commit", meddled)
            late: dict[str, Any] = gate.submit(change(9, "n9 = 999;"))
        assert (late["status"], names(late)) == ("conflict", ["conflict.branch-moved"])
        assert (folder / "src/n.ts").read_bytes() == before
        assert "person.txt" in repository.branches.local[named].peel(pygit2.Commit).tree
        assert gate.submit(change(9, "n9 = 999;"))["status"] == "applied"
    tip = repository.branches.local[named].peel(pygit2.Commit)
    assert "person.txt" in tip.tree and (folder / "src/n.ts").read_bytes() != before
    assert list((folder / ".mission_control/journal").iterdir()) == []
    kinds = (PATCH_APPLIED, PATCH_ABANDONED)
    events = OpenedRepository.find(folder, read_settings()).ledger.events(kinds=kinds)
    assert sorted(event.kind for event in events) == [PATCH_ABANDONED, PATCH_APPLIED, PATCH_APPLIED]


def test_of_two_undos_of_one_patch_of_the_tree_at_once_one_is_applied(folder: Path) -> None:
    with WorktreeGate(folder, typecheck="never") as gate:
        patch = str(gate.submit(change(2, "n2 = 222;"))["patch_id"])
    barrier, ends = threading.Barrier(2), list[object]()

    def undo() -> None:
        with WorktreeGate(folder, typecheck="never") as gate:
            barrier.wait()
            ends.append(gate.undo(patch)["status"])

    threads = [threading.Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, ends)) == ["applied", "conflict"]
    assert (folder / "src/n.ts").read_text() == LINES
    with WorktreeGate(folder, typecheck="never") as gate:
        (undone,) = {undone_by(OpenedRepository.find(folder, read_settings()).ledger, patch)}
        assert gate.undo(str(undone))["status"] == "applied"
        assert "n2 = 222;" in (folder / "src/n.ts").read_text()
