"""No link leads out of the tree: by ``openat2`` or step by step, whatever is swapped for a link and whenever."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.snapshots.worktree import folders
from runner.snapshots.worktree.beneath import kind_of, parent_of, read_file
from runner.snapshots.worktree.folders import FOLDER, by_walking, open_folder
from runner.snapshots.worktree.journal import Journal
from runner.snapshots.worktree.transaction import Transaction, recover
from tests.worktree.patching import OLD, agrees, is_whole, make_tree, nothing, patch, restart

TRIES = 10_000
Way = Callable[[int, Sequence[str]], int]


@pytest.fixture(autouse=True, params=[open_folder, by_walking], ids=["as-the-kernel-can", "step-by-step"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Way:
    """``open_folder`` takes ``openat2`` where there is one."""
    found: Way = request.param
    monkeypatch.setattr("runner.snapshots.worktree.beneath.open_folder", found)
    return found


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    root = os.open(folder, FOLDER)
    try:
        yield root
    finally:
        os.close(root)


def test_a_path_out_of_the_tree_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/link").symlink_to(tmp_path)
    with opened(tmp_path / "tree") as root:
        for path in ("../outside", "link/outside", "/etc/passwd", "a//b", "./a", "", "a\0b", "a/../../outside"):
            assert read_file(root, path) is None
            assert kind_of(root, path) is None


def test_a_folder_is_opened_at_any_depth(tmp_path: Path, way: Way) -> None:
    deep = ["folder with space", "\udcff", "x" * 255]
    below = tmp_path.joinpath(*deep)
    below.mkdir(parents=True)
    with opened(tmp_path) as root:
        for depth in range(len(deep) + 1):
            found = way(root, deep[:depth])
            assert os.path.samestat(os.fstat(found), tmp_path.joinpath(*deep[:depth]).stat())
            assert not os.get_inheritable(found)
            os.close(found)


def test_a_way_longer_than_a_path_may_be_is_walked(tmp_path: Path, way: Way) -> None:
    names = ["d" * 200] * 30
    with opened(tmp_path) as root:
        current = os.dup(root)
        for name in names:
            os.mkdir(name, dir_fd=current)
            current, above = os.open(name, FOLDER, dir_fd=current), current
            os.close(above)
        found = way(root, names)
        assert os.path.samestat(os.fstat(found), os.fstat(current))
        os.close(found)
        os.close(current)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("none/x", FileNotFoundError),
        ("folder/none/x", FileNotFoundError),
        ("file/x", SnapshotError),
        ("folder/file/x", SnapshotError),
        ("link/x", SnapshotError),
        ("folder/up/x", SnapshotError),
        ("folder/up/folder/x", SnapshotError),
        ("pipe/x", SnapshotError),
        ("proc/x", SnapshotError),
        (f"{'n' * 256}/x", OSError),
    ],
)
def test_what_is_no_folder_is_not_gone_through(tmp_path: Path, path: str, expected: type[Exception]) -> None:
    (tmp_path / "folder").mkdir()
    for file in ("file", "folder/file"):
        (tmp_path / file).write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "folder")  # inside, and refused all the same
    (tmp_path / "folder/up").symlink_to("..")
    (tmp_path / "proc").symlink_to("/proc/self/cwd")
    os.mkfifo(tmp_path / "pipe")
    with opened(tmp_path) as root:
        before = open_descriptors()
        for _ in range(100):
            with pytest.raises(expected), parent_of(root, path):
                pass
        assert open_descriptors() < before + 50  # other threads have theirs


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM])
def test_a_kernel_without_openat2_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    (tmp_path / "a/b").mkdir(parents=True)

    def refuse(root: int, names: Sequence[str]) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(folders, "by_openat2", refuse)
    with opened(tmp_path) as root:
        found = open_folder(root, ["a", "b"])
        assert os.path.samestat(os.fstat(found), (tmp_path / "a/b").stat())
        os.close(found)


@pytest.mark.parametrize("moment", ["create src/b.ts", "journal.commit", "backup src/b.ts", "replace src/b.ts"])
def test_a_folder_swapped_for_a_link_is_not_followed(tmp_path: Path, moment: str) -> None:
    folder = make_tree(tmp_path / "tree")
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("a.ts", "b.ts"):
        (outside / name).write_bytes(OLD[f"src/{name}"])

    def meanwhile(name: str) -> None:
        if name == moment:
            (folder / "src").rename(tmp_path / "moved")
            (folder / "src").symlink_to(outside)

    with pytest.raises((SnapshotError, Refused)):
        patch(folder, meanwhile)
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {
        "a.ts": OLD["src/a.ts"],
        "b.ts": OLD["src/b.ts"],
    }


def test_a_folder_swapped_after_the_patch_has_landed_does_not_make_it_fail(tmp_path: Path) -> None:
    folder, outside = make_tree(tmp_path / "tree"), tmp_path / "outside"
    outside.mkdir()

    def meanwhile(name: str) -> None:
        if name == "clean":
            (folder / "src").rename(tmp_path / "moved")
            (folder / "src").symlink_to(outside)

    patch(folder, meanwhile)
    assert list(outside.iterdir()) == []
    (folder / "src").unlink()
    (tmp_path / "moved").rename(folder / "src")
    agrees(restart(folder), "new")
    assert is_whole(folder) == "new"


SWAP = """
import ctypes, os, random, sys
libc = ctypes.CDLL(None)
root = os.open(sys.argv[1], os.O_RDONLY)
one, other = os.fsencode(sys.argv[2]), os.fsencode(sys.argv[3])
print("swapping", flush=True)
while True:
    libc.renameat2(root, one, root, other, 2)  # RENAME_EXCHANGE: either may be met at any instant
    for _ in range(random.randrange(5000)):
        pass  # so that a patch sometimes gets past its first look, and meets the other thing later
"""


@contextmanager
def swapping(folder: Path, one: str, other: str) -> Iterator[None]:
    """Another process, on another core, lets the two names change places all the time."""
    command = [sys.executable, "-c", SWAP, str(folder), one, other]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "swapping\n"
            yield
            assert process.poll() is None
        finally:
            process.kill()


def settle(root: int, journal: Path) -> None:
    """What the next command does about an interrupted patch, again and again until it is let."""
    while any(journal.glob("*.json")):
        with contextlib.suppress(SnapshotError):
            recover(root, journal, lambda _patch, _landed: None)


@pytest.mark.parametrize(("one", "other"), [("src/b.ts", "link"), ("src", "link")], ids=["target", "folder-above"])
def test_what_is_swapped_for_a_link_all_the_time_never_leads_outside(tmp_path: Path, one: str, other: str) -> None:
    folder, outside = make_tree(tmp_path / "tree"), tmp_path / "outside"
    outside.mkdir()
    for path in (folder / "src/b.ts", outside / "b.ts"):
        path.write_bytes(b"0")
    (folder / other).symlink_to(outside if one == "src" else outside / "b.ts")
    journal = Journal(folder / "journal", nothing)
    landed = met = 0
    with opened(folder) as root, swapping(folder, one, other):
        for number in range(TRIES):
            found = read_file(root, "src/b.ts")
            old, new = FileState(b"0" if found is None else found.content), FileState(b"%d" % number)
            transaction = Transaction(root, journal, f"{number:08d}", {"src/b.ts": old}, {"src/b.ts": new}, nothing)
            try:
                transaction.stage()
                transaction.commit()
                transaction.finish()
                landed += 1
            except (Refused, SnapshotError):
                met += found is not None
            settle(root, folder / "journal")
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"b.ts": b"0"}
    assert landed > 0 and met > 0  # some got through, and some met the link after they had seen the file
