"""Which commits are compared, in whole and in shallow clones. Real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pygit2
import pytest

from runner.app.nearest import repository_above
from runner.app.verify_ends import ends_of
from runner.errors import SnapshotError, UsageError
from runner.snapshots.git.comparing import GitComparison
from tests.verify.repositories import commit, make_repository

ONE = {"a.ts": "export const a = 1;\n"}


@pytest.fixture
def repository(tmp_path: Path) -> pygit2.Repository:
    """``main`` has two commits; ``topic`` left it after the first."""
    made = make_repository(tmp_path / "repo", ONE)
    commit(made, "topic", {"topic.ts": "export const t = 1;\n"}, "main")
    commit(made, "main", {"main.ts": "export const m = 1;\n"}, "main")
    return made


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, timeout=60)


def clone(repository: pygit2.Repository, to: Path, *words: str) -> Path:
    git(to.parent, "clone", "--no-checkout", *words, f"file://{repository.path}", str(to))
    return to


def test_a_branch_is_compared_with_where_it_left_the_default_branch(repository: pygit2.Repository) -> None:
    found = GitComparison(Path(repository.workdir))
    ends = ends_of(found, None, "topic")
    assert ends.base == str(repository.revparse_single("topic~1").id)
    assert found.changes(ends.base, ends.head).paths == ("topic.ts",)
    assert ends.notes == ()


def test_the_same_holds_for_a_base_that_is_named(repository: pygit2.Repository) -> None:
    ends = ends_of(GitComparison(Path(repository.workdir)), "main", "topic")
    assert ends.base == str(repository.revparse_single("topic~1").id)


def test_the_default_branch_itself_is_compared_with_its_parent(repository: pygit2.Repository) -> None:
    ends = ends_of(GitComparison(Path(repository.workdir)), None, "main")
    assert ends.base == str(repository.revparse_single("main~1").id)
    assert "compared with its parent" in ends.notes[0]


def test_the_remote_says_which_branch_is_the_default(repository: pygit2.Repository, tmp_path: Path) -> None:
    commit(repository, "trunk", {"trunk.ts": ""}, "main")
    repository.set_head("refs/heads/trunk")
    copy = clone(repository, tmp_path / "copy")
    assert GitComparison(copy).default_branch() == "refs/remotes/origin/trunk"


def test_a_base_that_was_not_fetched_names_the_fetch(repository: pygit2.Repository, tmp_path: Path) -> None:
    shallow = clone(repository, tmp_path / "shallow", "--depth=1", "--branch=topic")
    with pytest.raises(UsageError) as error:
        ends_of(GitComparison(shallow), "origin/main", None)
    fetch = "git fetch --depth=1 origin main:refs/remotes/origin/main"
    assert fetch in error.value.hint
    git(shallow, *fetch.split()[1:])
    assert ends_of(GitComparison(shallow), "origin/main", None).base == str(repository.revparse_single("main").id)


def test_a_shallow_clone_without_the_merge_base_compares_the_trees_and_says_so(
    repository: pygit2.Repository, tmp_path: Path
) -> None:
    shallow = clone(repository, tmp_path / "shallow", "--depth=1", "--no-single-branch")
    found = GitComparison(shallow)
    ends = ends_of(found, "origin/main", "origin/topic")
    assert found.changes(ends.base, ends.head).paths == ("main.ts", "topic.ts")
    assert "is not in this clone" in ends.notes[0]


def test_a_clone_without_contents_says_so(repository: pygit2.Repository, tmp_path: Path) -> None:
    repository.config["uploadpack.allowFilter"] = True
    partial = clone(repository, tmp_path / "partial", "--filter=blob:none")
    found = GitComparison(partial)
    with pytest.raises(SnapshotError, match=r"the content of a\.ts is not in this clone"):
        found.tree(found.commit("HEAD")).read("a.ts")


def test_a_head_without_a_parent_needs_a_base(tmp_path: Path) -> None:
    make_repository(tmp_path / "repo", ONE)
    with pytest.raises(UsageError, match="no parent in this clone"):
        ends_of(GitComparison(tmp_path / "repo"), None, None)


def test_a_folder_of_a_repository_stands_for_it(repository: pygit2.Repository) -> None:
    below = Path(repository.workdir) / "packages/one"
    below.mkdir(parents=True)
    assert repository_above(below) == Path(repository.workdir).resolve()


def test_a_folder_without_git_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a git repository"):
        repository_above(tmp_path)
