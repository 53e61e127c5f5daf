"""FIFOs and devices where git, or we, would read: refused before anything is opened, so that nothing waits for ever."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.app.opened import OpenedRepository
from runner.errors import UsageError
from runner.snapshots.git.opening import open_repository, refuse_dirty
from runner.snapshots.importing import Source
from runner.snapshots.worktree.working_tree import WorkingTree
from tests.snapshots.repositories import git, make_repository

# Should one of these be opened after all, the test would wait for ever.
pytestmark = pytest.mark.timeout(60)
FILES = {"a.ts": "1;\n", "src/b.ts": "2;\n"}
IN_GIT = (
    "HEAD", "config", "config.worktree", "index", "packed-refs", "shallow", "commondir", "gitdir", "info/exclude", "info/grafts",
    "info/attributes", "refs/heads/main", "refs/heads/fix/x", "logs/HEAD", "objects/info/alternates",
    "objects/info/commit-graph", "objects/pack/pack-1.idx", "objects/pack/multi-pack-index",
    "objects/ab/cdef0123456789abcdef0123456789abcdef01",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def make_fifo(path: Path) -> Path:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("name", IN_GIT)
def test_a_fifo_in_the_git_folder_is_refused(folder: Path, name: str) -> None:
    make_fifo(folder / ".git" / name)
    with pytest.raises(UsageError, match=rf"{name} is a FIFO"):
        open_repository(folder)


@pytest.mark.parametrize("target", ["/dev/zero", "/proc/kmsg", "pipe"])
def test_a_link_to_what_has_no_end_is_refused(folder: Path, tmp_path: Path, target: str) -> None:
    make_fifo(tmp_path / "pipe")
    (folder / ".git/config").unlink()
    (folder / ".git/config").symlink_to(tmp_path / target)
    with pytest.raises(UsageError, match=r"config is a (FIFO|device|file of the kernel's)"):
        open_repository(folder)


def test_a_git_folder_that_is_a_fifo_is_no_repository(tmp_path: Path) -> None:
    make_fifo(tmp_path / "x/.git")
    with pytest.raises(UsageError, match="is not a git repository"):
        open_repository(tmp_path / "x")


@pytest.mark.parametrize(
    "config",
    [
        '[include]\n\tpath = "{pipe}"\n',
        '[include] path="{pipe}"\n',
        '\ufeff[include] path="more"\n',
        '[INCLUDE]\nPath = "{pipe}" ; really\n',
        '[includeIf "gitdir:a=]b\\""] path = "{pipe}" # x\n',
        '[core]\n\texcludesFile = "{pipe}"\n',
        '[core]\nattributesFile = "../{name}"\n',
        '[core]\nexcludesFile = "{name}"\n',
        '[include]\npath = "{half}\\\n{rest}"\n',
        "[include]\npath = more\n",
        '[a "b"] x = y\n[c] d\n[include]\npath = /dev/zero\n',
        "[include]\npath = /proc/kmsg\n",
    ],
)
def test_a_configuration_that_names_a_fifo_is_refused(folder: Path, config: str) -> None:
    pipe = str(make_fifo(folder / "pi;pe"))
    values = {"pipe": pipe, "name": "pi;pe", "half": pipe[:9], "rest": pipe[9:]}
    (folder / ".git/more").write_text(f'[include]\n path = ./even/../more2\n[include]\n path = "{pipe}"\n')
    (folder / ".git/config").write_text(config.format(**values))
    with pytest.raises(UsageError, match=r"named in .*, is a (FIFO|device|file of the kernel's)"):
        open_repository(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("core.hooksPath", "/dev/null"),
        ("core.excludesFile", "/dev/null"),
        ("include.path", "../.gitconfig"),
        ("include.path", "~/none"),
        ("include.path", "itself\\"),
        ("user.name", "a = b; c # d"),
        ("alias.x", "!echo /dev/zero > /dev/null"),
    ],
)
def test_an_honest_configuration_is_taken(folder: Path, name: str, value: str) -> None:
    (folder / ".gitconfig").write_text("[user]\n\tname = me\n")
    git(folder, "config", name, value)
    assert open_repository(folder).head.peel().id


def test_includes_that_go_in_circles_are_looked_at_once(folder: Path) -> None:
    circle = "[include]\n" + "path = config\npath = more\n" * 50
    for name in ("config", "more"):
        (folder / ".git" / name).write_text(circle)
    with pytest.raises(UsageError, match="include depth"):
        open_repository(folder)


def test_a_configuration_too_large_to_be_looked_through_is_refused(folder: Path) -> None:
    (folder / ".git/config").write_text("#" * 2_000_000)
    with pytest.raises(UsageError, match="config has more than"):
        open_repository(folder)


def test_the_socket_of_gits_own_monitor_does_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / ".git")  # a socket's path has 107 bytes at most
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.bind("fsmonitor--daemon.ipc")
        assert open_repository(folder).head.peel().id


def test_a_linked_worktrees_common_folder_is_looked_through(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    assert open_repository(tmp_path / "linked").head.peel().id
    make_fifo(folder / ".git/packed-refs")
    with pytest.raises(UsageError, match="packed-refs is a FIFO"):
        open_repository(tmp_path / "linked")


def test_a_worktrees_own_configuration_is_looked_through(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    git(folder, "config", "extensions.worktreeConfig", "true")
    pipe = make_fifo(tmp_path / "pipe")
    (folder / ".git/worktrees/linked/config.worktree").write_text(f"[include]\n\tpath = {pipe}\n")
    with pytest.raises(UsageError, match="is a FIFO"):
        open_repository(tmp_path / "linked")


def through_the_tree(folder: Path, tree: WorkingTree) -> object:
    return list(tree.tree().paths())


def as_a_commit(folder: Path, tree: WorkingTree) -> object:
    return tree.git_tree()


def for_a_run(folder: Path, tree: WorkingTree) -> object:
    refuse_dirty(open_repository(folder))
    return None


@pytest.mark.parametrize("look", [through_the_tree, as_a_commit, for_a_run])
@pytest.mark.parametrize("name", [".gitignore", "src/.gitignore"])
def test_an_ignore_file_that_is_a_fifo_is_refused(
    folder: Path, tmp_path: Path, name: str, look: Callable[[Path, WorkingTree], object]
) -> None:
    tree = WorkingTree(folder, tmp_path)
    look(folder, tree)
    make_fifo(folder / name)
    with pytest.raises(UsageError, match=r"\.gitignore is a FIFO"):
        look(folder, tree)
    tree.close()


def test_other_fifos_in_the_working_tree_are_left_out(folder: Path, tmp_path: Path) -> None:
    for name in ("pipe.ts", ".gitattributes", ".gitmodules", "src/pipe"):
        make_fifo(folder / name)
    tree = WorkingTree(folder, tmp_path)
    assert list(tree.tree().paths()) == ["a.ts", "src/b.ts"]
    assert list(tree.git_tree().paths()) == ["a.ts", "src/b.ts"]
    tree.close()


@pytest.mark.parametrize(
    "name", ["tasks.json", "patch_log.jsonl", "ledger.sqlite", "lock", "journal/p.json", "outbox/x"]
)
def test_a_fifo_among_our_own_files_is_refused(folder: Path, name: str) -> None:
    make_fifo(folder / ".mission_control" / name)
    with pytest.raises(UsageError, match="is a FIFO"):
        OpenedRepository.open(Source(folder, folder, "repository"))
