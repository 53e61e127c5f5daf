"""The process is killed, or the disk fails, at every step of a patch: the set of files is wholly old or wholly new."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.errors import LedgerError, SnapshotError
from runner.snapshots.worktree.journal import Journal
from tests.worktree.patching import (
    OLD,
    Step,
    agrees,
    found,
    in_a_process_that_dies,
    is_whole,
    make_tree,
    nothing,
    patch,
    restart,
    steps_of,
)


def raising(at: int, error: int, *, for_ever: bool) -> Step:
    """A step hook that fails at step number ``at``, once or from there on."""
    count = -1

    def step(_name: str) -> None:
        nonlocal count
        count += 1
        if count == at or (for_ever and count > at):
            raise OSError(error, "injected")

    return step


def test_a_patch_has_the_named_steps(tmp_path: Path) -> None:
    names = steps_of(tmp_path)
    for expected in ("journal.write", "create src/a.ts", "write src/a.ts", "sync src/a.ts", "journal.commit",
                     "backup src/a.ts", "replace src/a.ts", "make src/new/deep/c.ts", "remove gone/d.ts",
                     "journal.forget"):  # fmt: skip
        assert expected in names
    committed, applied = names.index("journal.commit"), names.index("before ledger patch.applied")
    assert names.index("after ledger patch.prepared") < committed < names.index("replace src/a.ts") < applied
    assert applied < names.index("journal.forget")
    assert is_whole(tmp_path) == "new"


def test_killed_at_any_step_the_tree_is_whole_and_the_ledger_agrees(tmp_path: Path) -> None:
    names = steps_of(tmp_path / "listing")
    outcomes: list[str] = []
    for at, name in enumerate(names):
        folder = make_tree(tmp_path / str(at))
        assert in_a_process_that_dies(lambda step, folder=folder: patch(folder, step), at), name  # type: ignore[misc]
        repository = restart(folder)
        outcomes.append(is_whole(folder))
        agrees(repository, outcomes[-1])
    committed = names.index("journal.commit-sync")
    assert outcomes == ["old"] * committed + ["new"] * (len(names) - committed)


@pytest.mark.parametrize("first", ["journal.sync-folder", "write src/b.ts", "replace src/b.ts", "clean"])
def test_killed_again_during_the_recovery_it_is_whole_after_the_next(tmp_path: Path, first: str) -> None:
    at = steps_of(tmp_path / "listing").index(first)
    died = True
    again = 0
    while died:
        folder = make_tree(tmp_path / str(again))
        assert in_a_process_that_dies(lambda step, folder=folder: patch(folder, step), at)  # type: ignore[misc]
        died = in_a_process_that_dies(recovering(folder), again)
        agrees(restart(folder), is_whole(folder))
        again += 1
    assert again > 2


def recovering(folder: Path) -> Callable[[Step], None]:
    from runner.app.clock import now
    from runner.gate.recovery import settle
    from runner.ledger.sql import SqlLedger
    from runner.snapshots.worktree.working_tree import WorkingTree

    def work(step: Step) -> None:
        ledger = SqlLedger.at(folder / ".mission_control/ledger.sqlite")
        tree = WorkingTree(folder, folder / ".mission_control", step=step)

        def tell(patch_id: str, landed: bool) -> None:
            settle(ledger, patch_id, landed, now)

        tree.recover(tell)

    return work


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for-ever"])
def test_a_disk_that_fails_at_any_step_leaves_the_tree_whole(tmp_path: Path, error: int, for_ever: bool) -> None:
    names = [name for name in steps_of(tmp_path / "listing") if "ledger" not in name]
    refused = 0
    for at, name in enumerate(names):
        folder = make_tree(tmp_path / str(at))
        try:
            patch(folder, without_ledger(raising(at, error, for_ever=for_ever)))
        except SnapshotError as problem:
            refused += 1
            assert problem.hint, name
        repository = restart(folder)
        agrees(repository, is_whole(folder))
    assert refused == names.index("journal.done")


def without_ledger(step: Step) -> Step:
    return lambda name: None if "ledger" in name else step(name)


def test_a_failure_before_the_commit_is_cleaned_up_at_once(tmp_path: Path) -> None:
    names = steps_of(tmp_path / "listing")
    for at in range(names.index("before ledger patch.prepared")):
        folder = make_tree(tmp_path / str(at))
        with pytest.raises(SnapshotError, match="injected"):
            patch(folder, raising(at, errno.ENOSPC, for_ever=False))
        assert is_whole(folder) == "old"


@pytest.mark.parametrize("kind", ["patch.prepared", "patch.applied"])
def test_a_ledger_that_cannot_be_written_takes_the_patch_back(tmp_path: Path, kind: str) -> None:
    folder = make_tree(tmp_path)

    def step(name: str) -> None:
        if name == f"before ledger {kind}":
            raise LedgerError("the ledger could not be written")

    with pytest.raises(LedgerError):
        patch(folder, step)
    assert is_whole(folder) == "old"
    agrees(restart(folder), "old")


def test_a_file_changed_after_the_crash_is_not_overwritten(tmp_path: Path) -> None:
    at = steps_of(tmp_path / "listing").index("backup src/b.ts")
    folder = make_tree(tmp_path / "tree")
    assert in_a_process_that_dies(lambda step: patch(folder, step), at)
    assert (folder / "src/a.ts").read_bytes() != OLD["src/a.ts"]  # half-way
    (folder / "src/b.ts").write_bytes(b"a person's\n")
    agrees(restart(folder), "old")
    assert (folder / "src/b.ts").read_bytes() == b"a person's\n"
    (folder / "src/b.ts").write_bytes(OLD["src/b.ts"])
    assert is_whole(folder) == "old"


def test_a_person_who_edits_the_new_files_before_the_recovery_keeps_them(tmp_path: Path) -> None:
    at = steps_of(tmp_path / "listing").index("before ledger patch.applied")
    folder = make_tree(tmp_path / "tree")
    assert in_a_process_that_dies(lambda step: patch(folder, step), at)
    (folder / "src/b.ts").write_bytes(b"B and more\n")
    agrees(restart(folder), "new")
    assert (folder / "src/b.ts").read_bytes() == b"B and more\n"


def test_a_half_written_record_of_the_journal_is_thrown_away(tmp_path: Path) -> None:
    folder = make_tree(tmp_path)
    patch(folder, nothing)
    (folder / ".mission_control/journal/.x.new").write_text("{")
    restart(folder)
    assert is_whole(folder) == "new"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"temporary": "../../secret"}, "none of ours"),
        ({"backup": "/tmp/x.patchgate-old/y"}, "none of ours"),
        ({"path": ".git/config"}, "no patch may touch"),
    ],
)
def test_a_journal_that_came_with_the_repository_is_not_obeyed(
    tmp_path: Path, change: dict[str, str], why: str
) -> None:
    folder = make_tree(tmp_path / "tree")
    (tmp_path / "secret").write_bytes(b"secret")
    part = {
        "path": "src/b.ts",
        "before": None,
        "after": None,
        "temporary": ".b.patchgate-new",
        "backup": ".b.patchgate-old",
    }
    (folder / ".mission_control/journal").mkdir(parents=True)
    record = {"version": 1, "patch_id": "p", "parts": [{**part, **change}], "folders": []}
    (folder / ".mission_control/journal/p.commit.json").write_text(json.dumps(record))
    with pytest.raises(SnapshotError, match=why):
        restart(folder)
    assert found(folder) == OLD and (tmp_path / "secret").read_bytes() == b"secret"


@pytest.mark.parametrize("kind", ["FIFO", "symlink", "deep"])
def test_a_record_that_is_no_file_of_ours_is_neither_waited_for_nor_followed(kind: str, tmp_path: Path) -> None:
    record = tmp_path / "p1.commit.json"
    (tmp_path / "outside").write_text("{}")
    if kind == "FIFO":
        os.mkfifo(record)
    elif kind == "symlink":
        record.symlink_to(tmp_path / "outside")
    else:
        record.write_text("[" * 100_000)
    with pytest.raises(SnapshotError, match="cannot be read"):
        list(Journal(tmp_path, lambda _name: None).records())
