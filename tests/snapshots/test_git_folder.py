"""Ways from a repository into somebody else's: each is refused, and nothing is written or read there."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.snapshots.git.opening import open_repository
from runner.snapshots.git.store import GitSnapshots
from tests.snapshots.repositories import PATCH, everything_in, git, head, make_repository, verified, write_files


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Somebody's repository, which the other one tries to get at."""
    return make_repository(tmp_path / "private", {"secret.txt": "the canary\n"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", {"src/a.ts": "one\n"})


def commondir(folder: Path, private: Path) -> None:
    (folder / ".git/commondir").write_text(f"{private}/.git\n")


def relative_commondir(folder: Path, private: Path) -> None:
    (folder / ".git/commondir").write_text(f"../../{private.name}/.git")


def linked_commondir(folder: Path, private: Path) -> None:
    commondir(folder, private)
    (folder / ".git/commondir").rename(folder / "elsewhere")
    (folder / ".git/commondir").symlink_to("../elsewhere")


def linked(*names: str) -> Callable[[Path, Path], None]:
    def link(folder: Path, private: Path) -> None:
        for name in names:
            place = folder / ".git" / name
            if place.is_dir():
                shutil.rmtree(place)
            place.unlink(missing_ok=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(private / ".git" / name)

    return link


def worktree_of_links(folder: Path, private: Path) -> None:
    shutil.rmtree(folder / ".git")
    (folder / ".git").write_text("gitdir: fake/worktrees/x\n")
    write_files(folder / "fake/worktrees/x", {"HEAD": "ref: refs/heads/main\n", "commondir": "../..\n"})
    (folder / "fake/worktrees/x/gitdir").write_text(f"{folder}/.git\n")
    for name in ("objects", "refs", "HEAD", "config"):
        (folder / "fake" / name).symlink_to(private / ".git" / name)


def worktree_in_a_link(folder: Path, private: Path) -> None:
    git(private, "worktree", "add", "-q", "-b", "side", str(folder / "inner"))
    (folder / "fake").symlink_to(private / ".git/worktrees/inner")
    shutil.rmtree(folder / ".git")
    (folder / ".git").write_text("gitdir: fake\n")


def borrowed(folder: Path, private: Path) -> None:
    (folder / ".git/objects/info/alternates").write_text(f"# theirs\n{private}/.git/objects\n")


def borrowed_in_turn(folder: Path, private: Path) -> None:
    write_files(folder / ".git/lent", {"info/alternates": f"../../../{private.name}/.git/objects\n"})
    (folder / ".git/objects/info/alternates").write_text("../lent\n")


def works_elsewhere(folder: Path, private: Path) -> None:
    git(folder, "config", "core.worktree", str(private))


def works_elsewhere_by_include(folder: Path, private: Path) -> None:
    write_files(folder, {"more": f"[core]\n\tworktree = {private}\n"})
    git(folder, "config", "include.path", "../more")


WAYS = {
    "commondir": commondir,
    "relative commondir": relative_commondir,
    "commondir that is a link": linked_commondir,
    "links to refs and objects": linked("refs", "objects"),
    "link to a branch's folder": linked("refs/heads"),
    "link to a branch": linked("refs/heads/main"),
    "link to the packs": linked("objects/pack"),
    "link to HEAD": linked("HEAD"),
    "link to packed-refs": linked("packed-refs"),
    "link to the index": linked("index"),
    "link to the configuration": linked("config"),
    "worktree of links": worktree_of_links,
    "worktree behind a link": worktree_in_a_link,
    "borrowed objects": borrowed,
    "objects borrowed in turn": borrowed_in_turn,
    "core.worktree": works_elsewhere,
    "core.worktree, included": works_elsewhere_by_include,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_into_another_repository_is_refused(way: str, folder: Path, private: Path) -> None:
    WAYS[way](folder, private)
    before = everything_in(private)
    with pytest.raises(UsageError) as refused:
        store = GitSnapshots(folder)
        store.publish(store.write(verified(head(store), {"a.ts": "x"}), PATCH), "fix/trace-1-x", None)
    assert refused.value.hint
    assert everything_in(private) == before


def test_borrowed_objects_are_copied_by_the_command_that_the_refusal_names(tmp_path: Path, private: Path) -> None:
    shared = tmp_path / "it's shared"
    git(tmp_path, "clone", "-q", "--shared", str(private), str(shared))
    with pytest.raises(UsageError, match="borrows objects from") as refused:
        open_repository(shared)
    command = (refused.value.hint or "").partition(": ")[2]
    assert command.startswith(f"git -C {shlex.quote(str(shared))} repack -a -d && rm ")
    subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=60)
    assert open_repository(shared).head.peel().id


def test_a_submodule_is_told_to_be_opened_in_a_clone(folder: Path, private: Path) -> None:
    git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(private), "sub")
    with pytest.raises(UsageError, match="is no worktree of a repository") as refused:
        open_repository(folder / "sub")
    assert f"git clone {folder}/sub DIR" in (refused.value.hint or "")
    assert open_repository(folder).head.peel().id


def test_a_moved_worktree_is_told_how_to_be_mended(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    (tmp_path / "linked").rename(tmp_path / "moved")
    with pytest.raises(UsageError, match="does not point back") as refused:
        open_repository(tmp_path / "moved")
    assert f"worktree repair {tmp_path}/moved" in (refused.value.hint or "")
    git(folder, "worktree", "repair", str(tmp_path / "moved"))
    assert open_repository(tmp_path / "moved").head.peel().id


def test_a_bare_repository_is_refused_in_words(folder: Path) -> None:
    git(folder, "config", "core.bare", "true")
    with pytest.raises(UsageError, match="is a bare repository"):
        open_repository(folder)


@pytest.mark.parametrize("name", ["hooks", "hooks/pre-commit", "lfs", "some-tool/cache"])
def test_a_link_where_git_keeps_nothing_of_ours_does_no_harm(name: str, folder: Path) -> None:
    linked(name)(folder, folder)
    assert open_repository(folder).head.peel().id


def test_a_worktree_of_a_bare_repository_and_one_below_a_link_work(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(folder), str(tmp_path / "bare.git"))
    git(tmp_path / "bare.git", "worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    assert open_repository(tmp_path / "linked").head.peel().id
    (tmp_path / "again").symlink_to(tmp_path / "linked")
    assert open_repository(tmp_path / "again").head.peel().id
