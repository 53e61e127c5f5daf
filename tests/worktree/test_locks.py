"""Who holds a tree or a file, how long others wait, and that no lock outlives its process. Holders are real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.errors import SnapshotError
from runner.snapshots.worktree.file_locks import file_locks
from runner.snapshots.worktree.locks import Busy, tree_lock
from tests.worktree.patching import NEW, found, make_tree, patch

TREE = """
import sys
from pathlib import Path
from runner.snapshots.worktree.locks import tree_lock
with tree_lock(Path(sys.argv[1]), "patchctl append"):
    print("held", flush=True)
    sys.stdin.read()
"""

FILES = """
import sys
from pathlib import Path
from runner.snapshots.worktree.file_locks import file_locks
with file_locks(Path(sys.argv[1]), sys.argv[2:], "patchctl append"):
    print("held", flush=True)
    sys.stdin.read()
"""

IN_TURNS = """
import sys
from pathlib import Path
from runner.snapshots.worktree.file_locks import file_locks
folder, counter, *files = sys.argv[1:]
for _ in range(100):
    with file_locks(Path(folder), files, "x"):
        Path(counter).write_text(str(int(Path(counter).read_text()) + 1))
"""


@contextmanager
def holding(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has its locks. It ends with the block."""
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()


def test_a_tree_held_by_another_process_names_the_holder_and_ends_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with holding(TREE, str(lock)) as holder:
        with (
            pytest.raises(Busy, match=rf"`patchctl append` \(pid {holder.pid}, since 20"),
            tree_lock(lock, "x", wait_s=0.05),
        ):
            pass
        with pytest.raises(Busy), tree_lock(lock, "x", wait_s=0):
            pass
        holder.kill()
        with tree_lock(lock, "x", wait_s=20):
            assert f'"pid": {os.getpid()}' in lock.read_text()
    assert lock.read_text() == ""


def test_two_patches_do_not_run_at_once(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    (folder / ".mission_control").mkdir()
    seen: list[str] = []

    def meanwhile(name: str) -> None:
        if name == "journal.commit":
            with pytest.raises(Busy, match="the test"), tree_lock(folder / ".mission_control/lock", "other", wait_s=0):
                pass
            seen.append(name)

    patch(folder, meanwhile)
    assert seen == ["journal.commit"] and found(folder) == NEW


@pytest.mark.parametrize("wait_s", [0, 0.05])
def test_a_file_held_by_another_process_is_named_with_its_holder(tmp_path: Path, wait_s: float) -> None:
    with holding(FILES, str(tmp_path), "src/a.ts", "src/b.ts") as holder:
        expected = rf"^src/b\.ts is locked by `patchctl append` \(pid {holder.pid}, since 20.*; waited {wait_s:g} s$"
        with pytest.raises(Busy, match=expected), file_locks(tmp_path, ["src/c.ts", "src/b.ts"], "x", wait_s=wait_s):
            pass


def test_other_files_do_not_wait(tmp_path: Path) -> None:
    with holding(FILES, str(tmp_path), "src/a.ts"), file_locks(tmp_path, ["src/b.ts"], "x", wait_s=0) as waited:
        assert not waited


def test_whoever_waits_for_a_file_gets_it_when_its_holder_is_killed(tmp_path: Path) -> None:
    with holding(FILES, str(tmp_path), "src/a.ts") as holder:
        timer = threading.Timer(0.2, holder.kill)
        timer.start()
        with file_locks(tmp_path, ["src/a.ts"], "x", wait_s=20) as waited:
            assert waited
            assert len(list(tmp_path.glob("*.json"))) == 1  # ours: that of the dead is gone
        timer.join()
    assert [path.name for path in tmp_path.iterdir()] == ["registry"]


def test_a_refused_holder_has_nothing(tmp_path: Path) -> None:
    with holding(FILES, str(tmp_path), "src/b.ts"):
        with pytest.raises(Busy), file_locks(tmp_path, ["src/a.ts", "src/b.ts"], "x", wait_s=0):
            pass
        with file_locks(tmp_path, ["src/a.ts"], "x", wait_s=0):
            pass


def test_holders_of_the_same_files_in_any_order_take_turns_and_never_block_each_other(tmp_path: Path) -> None:
    counter, folder = tmp_path / "counter", tmp_path / "locks"
    counter.write_text("0")
    orders = (("a", "b", "c"), ("c", "b", "a"), ("b", "shared"), ("a", "shared"))
    common = [(*order, "counter") for order in orders]
    processes = [
        subprocess.Popen([sys.executable, "-c", IN_TURNS, str(folder), str(counter), *order]) for order in common
    ]
    assert [process.wait(timeout=100) for process in processes] == [0] * len(processes)
    assert counter.read_text() == "400"


def test_what_else_lies_in_the_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "1-dead.json").write_text('{"pid": 1, "files": ["a"]}')
    (tmp_path / "2-odd.json").write_text("[")
    (tmp_path / "outside").write_text("mine")
    (tmp_path / "3-link.json").symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / "4-pipe.json")
    with file_locks(tmp_path, ["a"], "x", wait_s=0) as waited:
        assert not waited
    assert (tmp_path / "outside").read_text() == "mine" and not (tmp_path / "1-dead.json").exists()


def test_a_folder_that_cannot_be_made_is_an_error_of_the_room(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "none/locks"):
        with pytest.raises(SnapshotError), file_locks(folder, ["a"], "x"):
            pass


def test_no_files_need_no_lock(tmp_path: Path) -> None:
    with file_locks(tmp_path / "locks", [], "x") as waited:
        assert not waited
    assert not (tmp_path / "locks").exists()


def test_thousands_of_files_are_one_lock(tmp_path: Path) -> None:
    many = [f"src/{number}.ts" for number in range(5000)]
    with file_locks(tmp_path, many, "x"):
        with pytest.raises(Busy, match=r"src/4999\.ts"), file_locks(tmp_path, ["src/4999.ts"], "y", wait_s=0):
            pass
