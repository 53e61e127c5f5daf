"""Objects that are made durable together are the very objects that libgit2 would have written."""

from __future__ import annotations

import os
from pathlib import Path

import pygit2
import pytest

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.snapshots.git.objects import Objects
from runner.snapshots.git.store import GitSnapshots, update_tree
from tests.snapshots.repositories import PATCH, head, make_repository, verified

FILES = {"a.ts": b"a", "a/b/c.ts": b"c", "a-b/x.ts": b"x", "a.b/y.ts": b"y", "é/ü.ts": b"u", "z/only.ts": b"z"}
CHANGES = {
    "a/b/c.ts": FileState(b"other"),
    "a/b/new.sh": FileState(b"#!", executable=True),
    "z/only.ts": None,
    "a.ts": None,
    "deep/er/still.ts": FileState(b""),
    "a0": FileState(b"between a/ and a.ts"),
}


@pytest.fixture
def repository(tmp_path: Path) -> pygit2.Repository:
    return pygit2.Repository(str(make_repository(tmp_path / "repository", FILES)))


def objects_of(repository: pygit2.Repository) -> Objects:
    return Objects(repository, Path(repository.path) / "objects")


def test_trees_are_those_that_libgit2_writes(repository: pygit2.Repository) -> None:
    base = repository.head.peel(pygit2.Commit).tree
    objects = objects_of(repository)
    ours = str(objects.tree(base, CHANGES))
    assert ours is not None and ours not in repository
    objects.flush()
    assert ours in repository
    assert ours == str(update_tree(repository, base, CHANGES))


def test_a_tree_that_loses_its_last_file_is_none(repository: pygit2.Repository) -> None:
    base = repository.head.peel(pygit2.Commit).tree
    assert objects_of(repository).tree(base, dict.fromkeys(FILES)) is None


def test_a_commit_reads_back_and_is_whole_on_disk(repository: pygit2.Repository) -> None:
    commit = repository.head.peel(pygit2.Commit)
    objects = objects_of(repository)
    tree = objects.tree(commit.tree, CHANGES)
    who = pygit2.Signature("Zoë (patchgate)", "z@localhost", 1_700_000_000, 0)
    made = objects.commit(str(tree), str(commit.id), who, "subject\n\nTrailer: é\n")
    paths = objects.flush()
    again = pygit2.Repository(repository.path)[made].peel(pygit2.Commit)
    assert (str(again.tree_id), again.parent_ids, again.message) == (tree, [commit.id], "subject\n\nTrailer: é\n")
    assert (again.author.name, again.author.time, again.committer.email) == (who.name, who.time, who.email)
    assert {path.parent.name + path.name for path in paths} >= {made, tree}
    assert not list((Path(repository.path) / "objects").glob("tmp_obj_*"))


def test_an_object_that_is_there_is_not_written_again(repository: pygit2.Repository) -> None:
    objects = objects_of(repository)
    objects.add("blob", b"c")
    assert objects.flush() == ()


@pytest.mark.parametrize("name", [".git/config", "a/../b.ts", "a//b.ts", "./a.ts"])
def test_names_that_git_would_not_have_are_refused(repository: pygit2.Repository, name: str) -> None:
    with pytest.raises(SnapshotError):
        objects_of(repository).tree(None, {name: FileState(b"")})


def test_a_disk_that_fails_leaves_no_object_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = GitSnapshots(make_repository(tmp_path / "repository", FILES))
    candidate = verified(head(store), {"a/b/c.ts": b"new"})
    folder = tmp_path / "repository" / ".git" / "objects"
    before = sorted(folder.rglob("*"))
    real = os.fsync

    def failing(descriptor: int) -> None:
        real(descriptor)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(SnapshotError, match="Input/output error"):
        store.write(candidate, PATCH)
    assert sorted(folder.rglob("*")) == before
