"""What every ``SnapshotStore`` promises, of git on disk and of its twin in memory alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import BranchConflict, LedgerError, SnapshotError, UsageError
from runner.model.snapshot import Snapshot
from runner.model.tree import FileState
from runner.ports import SnapshotStore
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.memory import MemorySnapshots
from tests.snapshots.repositories import PATCH, head, make_repository, verified

FILES = {"src/a.ts": b"one\r\n", "src/deep/b.ts": b"two\n", "README.md": b"\xef\xbb\xbfread me"}
NOWHERE = "f" * 40
Make = Callable[[Path], SnapshotStore]


def in_git(folder: Path) -> SnapshotStore:
    return GitSnapshots(make_repository(folder, FILES))


def in_memory(_folder: Path) -> SnapshotStore:
    return MemorySnapshots({path: FileState(content) for path, content in FILES.items()})


@pytest.fixture(params=[in_git, in_memory], ids=["git", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SnapshotStore:
    make: Make = request.param
    return make(tmp_path / "repository")


def test_a_tree_reads_back_the_exact_bytes(store: SnapshotStore) -> None:
    tree = head(store)
    assert list(tree.paths()) == sorted(FILES)
    assert {path: state.content for path in tree.paths() if (state := tree.read(path))} == FILES


def test_a_tree_tells_files_folders_and_nothing_apart(store: SnapshotStore) -> None:
    tree = head(store)
    assert [tree.kind(path) for path in ("README.md", "src", "src/deep", "src/none", "")] == [
        "file",
        "folder",
        "folder",
        None,
        None,
    ]
    assert tree.read("src") is None
    assert tree.read("README.md/x") is None


def test_a_tree_knows_its_snapshot(store: SnapshotStore) -> None:
    head = store.resolve("HEAD")
    assert store.tree(head.id).snapshot == head.id


def test_a_snapshot_holds_what_was_verified_and_its_base_is_as_it_was(store: SnapshotStore) -> None:
    base = store.resolve("HEAD")
    change = {"src/a.ts": "changed", "src/deep/b.ts": None, "new/c.ts": FileState(b"run", executable=True)}
    made = store.write(verified(store.tree(base.id), change), PATCH)
    tree = store.tree(made.id)
    assert {path: tree.read(path) for path in tree.paths()} == {
        "README.md": FileState(FILES["README.md"]),
        "new/c.ts": FileState(b"run", executable=True),
        "src/a.ts": FileState(b"changed"),
    }
    assert tree.kind("src/deep") is None
    assert list(store.tree(base.id).paths()) == sorted(FILES)


def test_what_is_done_meanwhile_knows_the_snapshot_and_has_ended_when_write_returns(store: SnapshotStore) -> None:
    told: list[Snapshot] = []

    def slow(snapshot: Snapshot) -> None:
        time.sleep(0.05)
        told.append(snapshot)

    made = store.write(verified(head(store), {"src/a.ts": "x"}), PATCH, slow)
    assert told == [made]


def test_what_goes_wrong_meanwhile_is_what_write_raises(store: SnapshotStore) -> None:
    def fail(snapshot: Snapshot) -> None:
        raise LedgerError("the ledger is full")

    with pytest.raises(LedgerError, match="the ledger is full"):
        store.write(verified(head(store), {"src/a.ts": "x"}), PATCH, fail)
    assert store.write(verified(head(store), {"src/a.ts": "y"}), PATCH).id


def test_the_same_change_gives_the_same_tree_hash(store: SnapshotStore) -> None:
    tree = head(store)
    first = store.write(verified(tree, {"src/a.ts": "x"}), PATCH)
    second = store.write(verified(tree, {"src/a.ts": "x"}), PATCH)
    other = store.write(verified(tree, {"src/a.ts": "y"}), PATCH)
    assert first.tree == second.tree != other.tree


def test_undoing_a_change_gives_the_tree_hash_of_before(store: SnapshotStore) -> None:
    base = store.resolve("HEAD")
    there = store.write(verified(store.tree(base.id), {"src/new/x.ts": "x", "src/deep/b.ts": None}), PATCH)
    back = store.write(
        verified(store.tree(there.id), {"src/new/x.ts": None, "src/deep/b.ts": FILES["src/deep/b.ts"]}), PATCH
    )
    assert back.tree == base.tree


def test_a_written_snapshot_is_on_no_branch_until_it_is_published(store: SnapshotStore) -> None:
    tree = head(store)
    made = store.write(verified(tree, {"src/a.ts": "x"}), PATCH)
    assert store.branch("fix/trace-1-x") is None
    assert store.publish(made, "fix/trace-1-x", None) == Snapshot(made.id, made.tree, "fix/trace-1-x")
    assert store.branch("fix/trace-1-x") == made.id
    assert store.resolve("fix/trace-1-x").tree == made.tree


def test_publishing_on_a_branch_that_moved_is_refused(store: SnapshotStore) -> None:
    base = store.resolve("HEAD")
    made = store.write(verified(store.tree(base.id), {"src/a.ts": "x"}), PATCH)
    store.publish(made, "fix/trace-1-x", None)
    for expected in (None, base.id, NOWHERE):
        with pytest.raises(SnapshotError, match="branch fix/trace-1-x"):
            store.publish(base, "fix/trace-1-x", expected)
    assert store.branch("fix/trace-1-x") == made.id


def test_a_branch_that_is_gone_cannot_be_moved(store: SnapshotStore) -> None:
    base = store.resolve("HEAD")
    with pytest.raises(SnapshotError):
        store.publish(base, "fix/trace-1-x", base.id)
    assert store.branch("fix/trace-1-x") is None


def test_a_snapshot_that_was_not_made_on_the_tip_is_refused(store: SnapshotStore) -> None:
    tree = head(store)
    mine, theirs = (store.write(verified(tree, {"src/a.ts": who}), PATCH) for who in ("mine", "theirs"))
    store.publish(theirs, "fix/trace-1-x", None)
    with pytest.raises(BranchConflict, match="was not made on it"):
        store.publish(mine, "fix/trace-1-x", theirs.id)
    assert store.branch("fix/trace-1-x") == theirs.id
    on_top = store.write(verified(store.tree(theirs.id), {"src/a.ts": "both"}), PATCH)
    assert store.publish(on_top, "fix/trace-1-x", theirs.id).id == store.branch("fix/trace-1-x") == on_top.id
    assert store.publish(on_top, "fix/trace-1-x", on_top.id).id == on_top.id


def test_a_snapshot_has_those_before_it_as_ancestors_and_no_others(store: SnapshotStore) -> None:
    base = store.resolve("HEAD")
    first = store.write(verified(store.tree(base.id), {"src/a.ts": "1"}), PATCH)
    second = store.write(verified(store.tree(first.id), {"src/a.ts": "2"}), PATCH)
    other = store.write(verified(store.tree(first.id), {"src/a.ts": "3"}), PATCH)
    assert store.is_ancestor(base.id, second.id) and store.is_ancestor(first.id, second.id)
    assert not store.is_ancestor(second.id, first.id) and not store.is_ancestor(other.id, second.id)
    assert not store.is_ancestor(second.id, second.id)
    assert not store.is_ancestor(NOWHERE, second.id) and not store.is_ancestor(base.id, NOWHERE)


MOVES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_git_and_its_twin_allow_the_same_moves_and_no_tip_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int, int]]
) -> None:
    """Each move makes a snapshot on one of those there are and publishes it, expecting one of them or no branch."""
    answers: list[list[str]] = []
    for make in (in_git, in_memory):
        store = make(tmp_path_factory.mktemp("moves") / "repository")
        made, said = [store.resolve("HEAD")], list[str]()
        for number, (parent, expected, branch) in enumerate(moves):
            base, name = made[parent % len(made)], f"fix/trace-{branch}-x"
            made.append(store.write(verified(store.tree(base.id), {"src/a.ts": f"{number}"}), PATCH))
            was = store.branch(name)
            wanted = None if expected == 0 else made[expected % len(made)].id
            try:
                store.publish(made[-1], name, wanted)
            except BranchConflict:
                said.append("conflict")
                assert store.branch(name) == was
                continue
            said.append("moved")
            assert was == wanted and (was is None or store.is_ancestor(was, made[-1].id))
        answers.append(said)
    assert answers[0] == answers[1]


def test_of_two_that_publish_at_once_one_wins(store: SnapshotStore) -> None:
    tree = head(store)
    first = store.write(verified(tree, {"src/a.ts": "start"}), PATCH)
    for number in range(20):
        branch = f"fix/trace-{number}-x"
        store.publish(first, branch, None)
        on_it = store.tree(first.id)
        rivals = [store.write(verified(on_it, {"src/a.ts": f"{number} {who}"}), PATCH) for who in "ab"]
        barrier, won = threading.Barrier(2), list[str]()

        def publish(snapshot: Snapshot, branch: str = branch, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                won.append(store.publish(snapshot, branch, first.id).id)  # noqa: B023 - joined below
            except SnapshotError:
                return

        threads = [threading.Thread(target=publish, args=(rival,)) for rival in rivals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [store.branch(branch)] == won


def test_a_revision_that_does_not_exist_is_a_usage_error(store: SnapshotStore) -> None:
    with pytest.raises(UsageError, match="no revision 'nowhere'"):
        store.resolve("nowhere")


def test_a_snapshot_that_does_not_exist_is_an_error_of_the_store(store: SnapshotStore) -> None:
    with pytest.raises(SnapshotError, match=f"no snapshot {NOWHERE}"):
        store.tree(NOWHERE)
    tree = head(store)
    lost = verified(tree, {"src/a.ts": "x"})
    with pytest.raises(SnapshotError, match="no snapshot 0000"):
        store.write(verified(_Elsewhere(), dict(lost.candidate.files)), PATCH)


class _Elsewhere:
    """A tree that no store has."""

    snapshot = "0" * 40

    def read(self, path: str) -> None:
        return None

    def kind(self, path: str) -> None:
        return None

    def paths(self) -> Iterator[str]:
        return iter(())
