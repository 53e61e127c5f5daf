"""The workbench on disk: the exact tree, readable by any uid, and never a way out of it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.git.tree import GitTree
from runner.snapshots.memory import MemoryTree
from runner.snapshots.workbench import DiskWorkbench
from tests.snapshots.repositories import PATCH, everything_in, git, make_repository, verified, write_files

BYTES = {"crlf.ts": b"a\r\nb\r\n", "bom.ts": b"\xef\xbb\xbfx", "cr.ts": b"a\rb", "bin": bytes(range(256)), "empty": b""}


def tip(store: GitSnapshots) -> GitTree:
    return store.tree(store.resolve("HEAD").id)


def modes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): oct(stat.S_IMODE(path.lstat().st_mode))
        for path in sorted(folder.rglob("*"))
        if not path.is_symlink()
    }


def exported(files: Mapping[str, str | bytes], tmp_path: Path) -> tuple[GitSnapshots, DiskWorkbench]:
    store = GitSnapshots(make_repository(tmp_path / "repository", files))
    return store, DiskWorkbench.export(tip(store), tmp_path / "workbench")


def test_every_byte_is_the_repositorys(tmp_path: Path) -> None:
    _, workbench = exported(BYTES, tmp_path)
    assert everything_in(workbench.root) == BYTES


def test_attributes_that_convert_line_ends_are_not_heeded(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "repository", BYTES)
    write_files(folder, {".gitattributes": "*.ts text eol=lf ident working-tree-encoding=UTF-16\n"})
    git(folder, "add", ".gitattributes")
    git(folder, "commit", "-qm", "attributes")
    store = GitSnapshots(folder)
    made = store.write(verified(tip(store), {"new.ts": b"a\r\nb$Id$\r\n"}), PATCH)
    workbench = DiskWorkbench.export(store.tree(made.id), tmp_path / "workbench")
    (workbench.root / ".gitattributes").unlink()
    assert everything_in(workbench.root) == {**BYTES, "new.ts": b"a\r\nb$Id$\r\n"}


def test_private_files_and_folders_can_be_read_by_any_uid_and_programs_run(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "repository", {"deep/private.ts": "x", "deep/run.sh": "#!/bin/sh\n"})
    (folder / "deep/run.sh").chmod(0o700)
    git(folder, "commit", "-qam", "executable")
    (folder / "deep/private.ts").chmod(0o600)
    previous = os.umask(0o077)
    try:
        store = GitSnapshots(folder)
        workbench = DiskWorkbench.export(tip(store), tmp_path / "workbench")
        workbench.put({"new/x.ts": FileState(b"x"), "new/y.sh": FileState(b"y", executable=True)})
    finally:
        os.umask(previous)
    assert modes(workbench.root) == {
        "deep": "0o755",
        "deep/private.ts": "0o644",
        "deep/run.sh": "0o755",
        "new": "0o755",
        "new/x.ts": "0o644",
        "new/y.sh": "0o755",
    }
    assert stat.S_IMODE(workbench.root.stat().st_mode) == 0o755


def test_removing_a_file_removes_the_folders_that_it_leaves_empty(tmp_path: Path) -> None:
    _, workbench = exported({"a/b/c/one.ts": "1", "a/two.ts": "2"}, tmp_path)
    workbench.put({"a/b/c/one.ts": None})
    assert sorted(path.relative_to(workbench.root).as_posix() for path in workbench.root.rglob("*")) == [
        "a",
        "a/two.ts",
    ]


def test_no_name_of_the_tree_gets_in_the_way_of_a_write(tmp_path: Path) -> None:
    _, workbench = exported({"src/.a.ts.patchgate-new/x.md": "x", "src/a.ts": "1"}, tmp_path)
    longest = "\U0001f600" * 60 + ".ts"
    workbench.put({"src/a.ts": FileState(b"2"), longest: FileState(b"3")})
    assert (workbench.root / "src/a.ts").read_bytes() == b"2"
    assert (workbench.root / longest).read_bytes() == b"3"
    assert sorted(path.name for path in (workbench.root / "src").iterdir()) == [".a.ts.patchgate-new", "a.ts"]


def test_an_executable_bit_alone_is_a_change(tmp_path: Path) -> None:
    store, workbench = exported({"run.sh": "x"}, tmp_path)
    made = store.write(verified(tip(store), {"run.sh": FileState(b"x", executable=True)}), PATCH)
    assert workbench.move_to(store.tree(made.id)) == ("run.sh",)
    assert modes(workbench.root) == {"run.sh": "0o755"}


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    store, workbench = exported({"same.ts": "same", "other.ts": "1"}, tmp_path)
    inode = (workbench.root / "same.ts").stat().st_ino
    made = store.write(verified(tip(store), {"other.ts": "2"}), PATCH)
    assert workbench.move_to(store.tree(made.id)) == ("other.ts",)
    assert (workbench.root / "same.ts").stat().st_ino == inode
    assert workbench.snapshot == made.id


def test_a_file_turns_into_a_folder_a_link_and_back(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "repository", {"thing": "a file", "keep.ts": "k"})
    trees = [git(folder, "rev-parse", "HEAD").strip()]
    (folder / "thing").unlink()
    write_files(folder, {"thing/inside/x.ts": "x"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "folder")
    trees.append(git(folder, "rev-parse", "HEAD").strip())
    git(folder, "rm", "-rq", "thing")
    (folder / "thing").symlink_to("keep.ts")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "link")
    trees.append(git(folder, "rev-parse", "HEAD").strip())
    store = GitSnapshots(folder)
    workbench = DiskWorkbench.export(store.tree(trees[0]), tmp_path / "workbench")
    for number, tree in enumerate([*trees[1:], *reversed(trees[:2]), trees[2], trees[0]]):
        workbench.move_to(store.tree(tree))
        fresh = DiskWorkbench.export(store.tree(tree), tmp_path / f"fresh{number}")
        assert everything_in(workbench.root) == everything_in(fresh.root)


def test_a_folder_swapped_for_a_symlink_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write_files(outside, {"x.ts": "as it was"})
    store, workbench = exported({"src/x.ts": "inside"}, tmp_path)
    (workbench.root / "src").rename(tmp_path / "moved away")
    (workbench.root / "src").symlink_to(outside)
    made = store.write(verified(tip(store), {"src/x.ts": "evil", "src/y.ts": "evil"}), PATCH)
    attempts: list[Callable[[], object]] = [
        lambda: workbench.put({"src/x.ts": FileState(b"evil")}),
        lambda: workbench.put({"src/x.ts": None}),
        lambda: workbench.put({"src/new/y.ts": FileState(b"evil")}),
        lambda: workbench.make_folder("src/node_modules"),
        lambda: workbench.move_to(store.tree(made.id)),
    ]
    for attempt in attempts:
        with pytest.raises(SnapshotError, match="not a folder"):
            attempt()
    assert everything_in(outside) == {"x.ts": b"as it was"}


def test_a_file_swapped_for_a_symlink_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("as it was")
    _, workbench = exported({"x.ts": "inside", "y.ts": "inside"}, tmp_path)
    for name in ("x.ts", "y.ts"):
        (workbench.root / name).unlink(missing_ok=True)
        (workbench.root / name).symlink_to(outside)
    workbench.put({"x.ts": FileState(b"new"), "y.ts": None})
    assert outside.read_text() == "as it was"
    assert everything_in(workbench.root) == {"x.ts": b"new"}


def test_a_root_swapped_for_a_symlink_is_not_written_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    _, workbench = exported({"x.ts": "inside"}, tmp_path)
    workbench.root.rename(tmp_path / "moved away")
    workbench.root.symlink_to(outside)
    workbench.put({"x.ts": FileState(b"new")})
    assert everything_in(outside) == {}


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x", "a//x", "", ".", "..", "a/", "a/./x"])
def test_a_path_that_is_none_of_the_tree_is_refused(path: str, tmp_path: Path) -> None:
    _, workbench = exported({"a/x.ts": "x"}, tmp_path)
    before = everything_in(tmp_path)
    for state in (FileState(b"evil"), None):
        with pytest.raises(SnapshotError):
            workbench.put({path: state})
    assert everything_in(tmp_path) == before


def test_a_bench_is_made_in_an_empty_folder_only(tmp_path: Path) -> None:
    store, workbench = exported({"x.ts": "x"}, tmp_path)
    with pytest.raises(SnapshotError, match="not empty"):
        DiskWorkbench.export(tip(store), workbench.root)


def test_a_bench_moves_between_git_trees_only(tmp_path: Path) -> None:
    _, workbench = exported({"x.ts": "x"}, tmp_path)
    with pytest.raises(SnapshotError):
        workbench.move_to(MemoryTree.of(**{"x.ts": "y"}))


def test_closing_removes_the_tree_and_may_be_done_twice(tmp_path: Path) -> None:
    _, workbench = exported({"a/x.ts": "x"}, tmp_path)
    workbench.close()
    workbench.close()
    assert not workbench.root.exists()


names = st.sampled_from(["a", "b", "a/c", "a/d", "b/e/f", "a/c/g"])
small_trees = st.dictionaries(names, st.tuples(st.binary(max_size=3), st.booleans()), max_size=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(small_trees, min_size=2, max_size=4))
def test_moving_through_any_trees_equals_a_fresh_export(trees: list[dict[str, tuple[bytes, bool]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        store = GitSnapshots(make_repository(top / "repository", {}))
        snapshots = [_snapshot(store, files) for files in trees]
        workbench = DiskWorkbench.export(store.tree(snapshots[0]), top / "workbench")
        for number, snapshot in enumerate(snapshots[1:]):
            workbench.move_to(store.tree(snapshot))
            fresh = DiskWorkbench.export(store.tree(snapshot), top / f"fresh{number}")
            assert everything_in(workbench.root) == everything_in(fresh.root)
            assert modes(workbench.root) == modes(fresh.root)


def _snapshot(store: GitSnapshots, files: dict[str, tuple[bytes, bool]]) -> str:
    # A path cannot be a file and a folder at once: the folder wins.
    kept = {
        path: FileState(*state) for path, state in files.items() if not any(p.startswith(f"{path}/") for p in files)
    }
    return store.write(verified(tip(store), kept), PATCH).id
