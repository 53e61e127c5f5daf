"""Root works on somebody's repository and leaves nothing of root's in it. These tests need root, as CI has it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from runner.app.opened import OpenedRepository
from runner.snapshots.git.ownership import give_to_owner, give_tree_to_owner
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import Source
from tests.snapshots.repositories import PATCH, git, head, make_repository, verified

UID = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "repository", {"src/a.ts": "a", "src/deep/b.ts": "b"})
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{UID}:{UID}", str(made)], check=True)
    return made


def foreign(folder: Path) -> list[str]:
    """What below ``folder`` does not belong to the owner of ``folder``."""
    owner = folder.stat().st_uid
    found = (path for path in folder.rglob("*") if path.lstat().st_uid != owner)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def land(store: GitSnapshots) -> None:
    change = {"src/deep/b.ts": "changed", "src/new/folder/c.ts": "c", "src/a.ts": None}
    made = store.write(verified(head(store), change), PATCH)
    store.publish(made, "fix/trace-1-x", None)
    store.write(verified(store.tree(made.id), {"only/written.ts": "never published"}), PATCH)


def test_objects_branches_and_logs_belong_to_the_repositorys_owner(folder: Path) -> None:
    land(GitSnapshots(folder))
    assert foreign(folder) == []


def test_our_own_folder_belongs_to_the_repositorys_owner_too(folder: Path) -> None:
    repository = OpenedRepository.open(Source(folder, folder, "repository"))
    repository.mission.write_tasks([{"uuid": "T1"}])
    repository.mission.log({"a": 1})
    repository.mission.report_folder("1")
    repository.give_to_owner()
    assert foreign(folder) == []


def test_a_linked_worktrees_objects_belong_to_the_owner(folder: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(folder, "worktree", "add", "-q", "-b", "side", str(linked))
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{UID}:{UID}", str(folder), str(linked)], check=True)
    land(GitSnapshots(linked))
    assert foreign(folder) == []


def test_what_a_symlink_points_to_is_not_given_away(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("root's")
    (folder / ".mission_control").mkdir()
    (folder / ".mission_control/link").symlink_to(outside)
    give_tree_to_owner(folder, folder / ".mission_control")
    give_to_owner(folder, [folder / ".mission_control/link", folder / "gone"])
    assert outside.stat().st_uid == os.geteuid()
    assert (folder / ".mission_control/link").lstat().st_uid == folder.stat().st_uid
