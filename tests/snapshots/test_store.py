"""``GitSnapshots`` on real repositories, with git itself as the witness."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.model.snapshot import PatchInfo
from runner.snapshots.git.opening import open_repository, refuse_dirty
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.workbench import DiskWorkbench
from tests.snapshots.repositories import PATCH, everything_in, git, head, make_repository, verified, write_files

FILES: dict[str, str | bytes] = {"src/a.ts": "one\n", "src/z/b.ts": "two\n", "keep.md": "k"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def land(store: GitSnapshots, branch: str = "fix/trace-1-custom") -> str:
    tree = head(store)
    made = store.write(verified(tree, {"src/a.ts": "three\n", "src/z/b.ts": None, "src/new/c.ts": "c"}), PATCH)
    return store.publish(made, branch, None).id


def test_git_finds_nothing_wrong_with_what_was_written(folder: Path) -> None:
    commit = land(GitSnapshots(folder))
    assert git(folder, "fsck", "--strict", "--full") == ""
    assert git(folder, "diff", "--name-status", "--no-renames", "HEAD", commit).split() == [
        "M", "src/a.ts", "A", "src/new/c.ts", "D", "src/z/b.ts",
    ]  # fmt: skip
    assert git(folder, "rev-parse", f"{commit}^") == git(folder, "rev-parse", "HEAD")


def test_the_commit_names_patch_task_order_trace_and_role(folder: Path) -> None:
    commit = land(GitSnapshots(folder))
    assert git(folder, "log", "-1", "--format=%s", commit).strip() == "custom: what it does"
    assert git(folder, "log", "-1", "--format=%(trailers:only)", commit).split("\n")[:5] == [
        f"Patchgate-Patch: {PATCH.patch_id}",
        "Patchgate-Task: T1",
        "Patchgate-Order: ord-1",
        "Patchgate-Trace: abcd1234",
        "Patchgate-Role: custom",
    ]


def test_a_subject_cannot_forge_a_trailer(folder: Path) -> None:
    store = GitSnapshots(folder)
    forged = PatchInfo("p", "t", "custom", "good\n\nPatchgate-Task: OTHER\r\x1b[2Jx\u202e", "T1")
    commit = store.write(verified(head(store), {"src/a.ts": "x"}), forged).id
    told = git(folder, "log", "-1", "--format=%(trailers:key=Patchgate-Task,valueonly)", commit)
    assert told.split() == ["T1"]
    assert git(folder, "log", "-1", "--format=%s", commit).strip() == "custom: good Patchgate-Task: OTHER [2Jx"


def test_the_persons_branch_index_tree_and_reflog_are_untouched(folder: Path) -> None:
    write_files(folder, {"src/a.ts": "edited by hand\n", "staged.ts": "s", "untracked.ts": "u"})
    git(folder, "add", "staged.ts")
    watched = ("HEAD", "index", "refs/heads/main", "logs/HEAD", "logs/refs/heads/main", "config")
    before = {name: (folder / ".git" / name).read_bytes() for name in watched}
    files = {path: data for path, data in everything_in(folder).items() if not path.startswith(".git/")}
    store = GitSnapshots(folder)
    land(store)
    DiskWorkbench.export(store.tree(store.resolve("HEAD").id), folder.parent / "workbench").close()
    assert {name: (folder / ".git" / name).read_bytes() for name in watched} == before
    assert {path: data for path, data in everything_in(folder).items() if not path.startswith(".git/")} == files


def test_changes_of_tracked_files_are_refused_and_untracked_files_are_not(folder: Path) -> None:
    write_files(folder, {"untracked.ts": "u"})
    refuse_dirty(open_repository(folder))
    write_files(folder, {"src/a.ts": "edited\n", "src/z/b.ts": "edited\n"})
    with pytest.raises(UsageError, match=r"uncommitted changes \(src/a.ts, src/z/b.ts\)"):
        refuse_dirty(open_repository(folder))


@pytest.mark.parametrize("change", ["deleted", "staged", "mode"])
def test_every_kind_of_change_of_a_tracked_file_counts(change: str, folder: Path) -> None:
    if change == "deleted":
        (folder / "src/a.ts").unlink()
    elif change == "mode":
        (folder / "src/a.ts").chmod(0o755)
    else:
        write_files(folder, {"new.ts": "n"})
        git(folder, "add", "new.ts")
    with pytest.raises(UsageError, match="uncommitted changes"):
        refuse_dirty(open_repository(folder))


def test_a_touched_but_unchanged_file_is_not_a_change(folder: Path) -> None:
    (folder / "src/a.ts").write_text("one\n")
    refuse_dirty(open_repository(folder))


def test_a_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(UsageError, match="has no commit yet"):
        GitSnapshots(tmp_path).resolve("HEAD")


@pytest.mark.parametrize("revision", ["nowhere", "HEAD:src/a.ts", "HEAD^{tree}", "HEAD~9", "", "@{", "f" * 40])
def test_a_revision_that_names_no_commit_is_refused(revision: str, folder: Path) -> None:
    with pytest.raises(UsageError, match="revision"):
        GitSnapshots(folder).resolve(revision)


def test_branches_tags_and_short_ids_are_revisions(folder: Path) -> None:
    git(folder, "tag", "-a", "v1", "-m", "v1")
    full = git(folder, "rev-parse", "HEAD").strip()
    store = GitSnapshots(folder)
    assert {store.resolve(name).id for name in ("HEAD", "main", "v1", full, full[:10])} == {full}


def test_a_folder_that_is_no_repository_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository") as caught:
        GitSnapshots(tmp_path)
    assert "git -C" in caught.value.hint
    with pytest.raises(UsageError, match="no folder"):
        GitSnapshots(tmp_path / "none")


def test_a_repository_above_is_not_taken(folder: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        GitSnapshots(folder / "src")


def test_a_git_file_that_points_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    thief = tmp_path / "thief"
    write_files(thief, {".git": f"gitdir: {folder}/.git\n"})
    with pytest.raises(UsageError, match="is no worktree of a repository"):
        GitSnapshots(thief)


@pytest.mark.parametrize("name", ["refs/heads/fix", "logs", "objects/pack", "info"])
def test_a_git_folder_with_links_that_would_be_written_through_is_refused(
    name: str, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link = folder / ".git" / name
    if link.is_dir():
        shutil.rmtree(link)
    link.symlink_to(outside)
    with pytest.raises(UsageError, match="is a symlink"):
        GitSnapshots(folder)
    assert list(outside.iterdir()) == []


def test_a_git_file_whose_folder_borrows_another_repositorys_objects_is_refused(folder: Path, tmp_path: Path) -> None:
    thief = tmp_path / "thief"
    write_files(
        thief,
        {
            ".git": "gitdir: fake/worktrees/x\n",
            "fake/worktrees/x/gitdir": f"{thief}/.git\n",
            "fake/worktrees/x/commondir": f"{folder}/.git\n",
            "fake/worktrees/x/HEAD": "ref: refs/heads/main\n",
        },
    )
    with pytest.raises(UsageError, match="does not point back"):
        GitSnapshots(thief)


def test_a_git_folder_that_is_a_symlink_is_refused(folder: Path, tmp_path: Path) -> None:
    thief = tmp_path / "thief"
    thief.mkdir()
    (thief / ".git").symlink_to(folder / ".git")
    with pytest.raises(UsageError, match="symlink"):
        GitSnapshots(thief)


def test_a_linked_worktree_works(folder: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(folder, "worktree", "add", "-q", "-b", "side", str(linked))
    store = GitSnapshots(linked)
    commit = land(store)
    assert store.common_folder == (folder / ".git").resolve()
    assert git(folder, "rev-parse", "fix/trace-1-custom").strip() == commit
    assert git(folder, "fsck", "--strict") == ""


def test_symlinks_and_submodules_are_no_files(folder: Path) -> None:
    (folder / "link.ts").symlink_to("src/a.ts")
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/sub")
    git(folder, "add", "link.ts")
    git(folder, "commit", "-qm", "odd")
    store = GitSnapshots(folder)
    tree = head(store)
    assert [tree.kind(path) for path in ("link.ts", "vendor/sub", "vendor")] == ["symlink", "submodule", "folder"]
    assert (tree.read("link.ts"), tree.read("vendor/sub")) == (None, None)
    assert not {"link.ts", "vendor/sub"} & set(tree.paths())
    commit = land(store)
    assert git(folder, "ls-tree", commit, "link.ts", "vendor/").count("\n") == 2
