"""What a transaction keeps, and what it refuses."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.snapshots.worktree.beneath import kind_of, read_file
from runner.snapshots.worktree.folders import FOLDER
from runner.snapshots.worktree.journal import Journal
from runner.snapshots.worktree.transaction import Transaction
from tests.worktree.patching import OLD, found, is_whole, make_tree, nothing, patch


def test_mode_bom_line_ends_and_missing_final_newline_survive(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    patch(folder)
    assert is_whole(folder) == "new"
    assert (folder / "src/a.ts").read_bytes() == b"\xef\xbb\xbfone\r\n2"


def test_the_owner_survives(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    if os.geteuid() == 0:
        for path in (folder / "src/a.ts", folder / "src"):
            os.chown(path, 1234, 1235)
    before = (folder / "src/a.ts").stat()
    patch(folder)
    after, made = (folder / "src/a.ts").stat(), (folder / "src/new/deep/c.ts").stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid) == (made.st_uid, made.st_gid)
    assert after.st_ino != before.st_ino


def test_new_files_take_the_umask(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    old = os.umask(0o027)
    try:
        patch(folder)
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / "src/new/deep/c.ts").stat().st_mode) == 0o640


@pytest.mark.parametrize("path", ["src/b.ts", "gone/d.ts"])
def test_a_file_that_is_not_what_the_candidate_was_made_from_is_a_conflict(tmp_path: Path, path: str) -> None:
    folder = make_tree(tmp_path)
    (folder / path).write_bytes(b"edited meanwhile\n")
    before = found(folder)
    with pytest.raises(Refused, match="PG701"):
        patch(folder)
    assert found(folder) == before


def test_a_new_file_that_appeared_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    (folder / "src/new/deep").mkdir(parents=True)
    (folder / "src/new/deep/c.ts").write_bytes(b"theirs\n")
    with pytest.raises(Refused, match="PG701"):
        patch(folder)
    assert (folder / "src/new/deep/c.ts").read_bytes() == b"theirs\n"


@pytest.mark.parametrize("moment", ["journal.commit", "journal.commit-sync", "replace src/a.ts"])
def test_a_file_that_changes_at_the_last_moment_is_kept(tmp_path: Path, moment: str) -> None:
    folder = make_tree(tmp_path)

    def meanwhile(name: str) -> None:
        if name == moment:
            (folder / "src/b.ts").write_bytes(b"saved by an editor\n")

    with pytest.raises(Refused, match=r"src/b\.ts"):
        patch(folder, meanwhile)
    assert found(folder) == {**OLD, "src/b.ts": b"saved by an editor\n"}


@pytest.mark.parametrize(
    ("moment", "never"),
    [("after ledger patch.prepared", "journal.commit"), ("journal.commit-sync", "replace src/b.ts")],
)
def test_a_file_that_has_changed_is_not_replaced_even_for_a_moment(tmp_path: Path, moment: str, never: str) -> None:
    folder = make_tree(tmp_path)
    seen: list[str] = []

    def meanwhile(name: str) -> None:
        seen.append(name)
        if name == moment:
            (folder / "src/b.ts").write_bytes(b"saved by an editor\n")

    with pytest.raises(Refused, match=r"src/b\.ts"):
        patch(folder, meanwhile)
    assert moment in seen and never not in seen


def test_what_a_person_wrote_into_a_new_file_stays_when_the_patch_is_taken_back(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)

    def meanwhile(name: str) -> None:
        if name == "confirm":
            (folder / "src/new/deep/c.ts").write_bytes(b"a person's\n")
            raise OSError(errno.EIO, "injected")

    with pytest.raises(SnapshotError):
        patch(folder, meanwhile)
    assert found(folder) == {**OLD, "src/new/deep/c.ts": b"a person's\n"}


def test_what_is_written_into_the_old_file_while_it_is_replaced_is_not_lost(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    with (folder / "src/b.ts").open("r+b") as editor:

        def meanwhile(name: str) -> None:
            if name == "confirm":
                editor.write(b"late")
                editor.flush()

        with pytest.raises(Refused, match=r"src/b\.ts"):
            patch(folder, meanwhile)
    assert found(folder) == {**OLD, "src/b.ts": b"late"}


def replace_by(kind: str, path: Path, outside: Path) -> socket.socket | None:
    path.unlink()
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "symlink":
        path.symlink_to(outside)
    elif kind == "hard link":
        os.link(outside, path)
    elif kind == "socket":
        listener = socket.socket(socket.AF_UNIX)
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path has 107 bytes at most
        try:
            listener.bind(path.name)
        finally:
            os.chdir(here)
        return listener
    return None


@pytest.mark.parametrize("kind", ["FIFO", "folder", "symlink", "hard link", "socket"])
def test_what_is_no_plain_file_is_refused_without_blocking(tmp_path: Path, kind: str) -> None:
    folder = make_tree(tmp_path / "tree")
    outside = tmp_path / "outside"
    outside.write_bytes(OLD["src/b.ts"])
    listener = replace_by(kind, folder / "src/b.ts", outside)
    root = os.open(folder, FOLDER)
    assert (kind_of(root, "src/b.ts"), read_file(root, "src/b.ts")) == (kind, None)
    os.close(root)
    with pytest.raises(Refused, match="PG701"):
        patch(folder)
    assert outside.read_bytes() == OLD["src/b.ts"]
    assert (folder / "src/a.ts").read_bytes() == OLD["src/a.ts"]
    if listener is not None:
        listener.close()


def test_devices_are_told_apart(tmp_path: Path) -> None:
    root = os.open("/dev", FOLDER)
    assert (kind_of(root, "null"), read_file(root, "null")) == ("device", None)
    os.close(root)


@pytest.mark.parametrize(("mode", "expected"), [(0o644, 0o755), (0o640, 0o750), (0o751, 0o640), (0o700, 0o600)])
def test_a_mode_changes_for_those_who_may_read_and_back_again_where_the_disk_fails(
    tmp_path: Path, mode: int, expected: int
) -> None:
    file = tmp_path / "a.ts"
    file.write_bytes(b"x")
    file.chmod(mode)
    before = {"a.ts": FileState(b"x", bool(mode & 0o100))}
    after = {"a.ts": FileState(b"x", not mode & 0o100)}
    root = os.open(tmp_path, FOLDER)

    def apply(step: Callable[[str], None]) -> None:
        transaction = Transaction(root, Journal(tmp_path / "journal", step), "p", before, after, step)
        transaction.stage()
        transaction.commit()
        transaction.finish()

    names: list[str] = []

    def failing(name: str) -> None:
        names.append(name)
        if name == "confirm":
            raise OSError(errno.EIO, "injected")

    with pytest.raises(SnapshotError):
        apply(failing)
    assert stat.S_IMODE(file.stat().st_mode) == mode and "replace a.ts" in names
    apply(nothing)
    assert stat.S_IMODE(file.stat().st_mode) == expected and file.read_bytes() == b"x"
    os.close(root)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ts", "journal"]
