"""Kept files are pruned by age and size; what replay of the newest traces needs stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from runner.app.keeping import DAY_S, prune_commands, prune_kept_files
from runner.app.opened import OpenedRepository
from runner.app.replaying import replay_trace
from runner.app.settings import KeepPolicy, Settings, read_settings
from runner.app.worktree_gate import WorktreeGate
from runner.errors import SnapshotError, UsageError
from runner.snapshots.importing import Source
from runner.snapshots.worktree.kept_files import Pruned
from tests.branch_gate.repositories import make_repository, replace, settings_in

NOW = time.time()
FAR = NOW + 100 * DAY_S


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three traces (of an order each) with one patch each, in a working tree."""
    repository = tmp_path / "repo"
    make_repository(repository)
    for number in range(3):
        with WorktreeGate(repository, typecheck="never", settings=settings_in(tmp_path)) as gate:
            verdict = gate.submit(
                replace("src/a.ts", f"a + {number + 1}", f"a + {number + 2}", order_id=f"order-{number}")
            )
            assert verdict["status"] == "applied", verdict
    return repository


def opened(folder: Path) -> OpenedRepository:
    return OpenedRepository.open(Source(folder, folder, "repository"))


def traces(folder: Path) -> list[str]:
    return [str(event.trace_id) for event in opened(folder).ledger.events(kinds=("patch.applied",))]


def kept(folder: Path) -> int:
    return len(list((folder / ".mission_control/files").iterdir()))


def test_what_is_young_and_small_stays(folder: Path) -> None:
    assert prune_kept_files(opened(folder), KeepPolicy(traces=0), lambda: NOW + DAY_S).files == 0
    assert kept(folder) == 4


def test_what_is_old_goes_but_for_the_newest_traces(folder: Path) -> None:
    first, second, third = traces(folder)
    removed = prune_kept_files(opened(folder), KeepPolicy(traces=2), lambda: FAR)
    assert (removed.files, kept(folder)) == (1, 3)
    for trace in (second, third):
        assert replay_trace(opened(folder), trace).same
    with pytest.raises(SnapshotError) as caught:
        replay_trace(opened(folder), first)
    assert "PATCHGATE_KEEP_DAYS" in caught.value.hint


def test_beyond_the_size_the_oldest_goes_first(folder: Path) -> None:
    files = sorted((folder / ".mission_control/files").iterdir())
    for age, path in enumerate(files):
        os.utime(path, (NOW - age, NOW - age))
    most = sum(path.stat().st_size for path in files[:2])
    removed = prune_kept_files(opened(folder), KeepPolicy(mb=most / 1_000_000, traces=0), lambda: NOW)
    assert removed.files == 2
    assert sorted((folder / ".mission_control/files").iterdir()) == files[:2]


@pytest.mark.parametrize("value", ["-1", "many", "inf", "nan"])
def test_a_setting_that_is_no_number_is_named(value: str) -> None:
    with pytest.raises(UsageError, match="PATCHGATE_KEEP_DAYS"):
        read_settings({"PATCHGATE_KEEP_DAYS": value})


def test_runs_of_commands_are_pruned_by_age_and_size_with_what_they_printed(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s", tmp_path / "w", keep=KeepPolicy(days=1, mb=0.001))
    mission = tmp_path / ".mission_control"
    ages = {"old": 2 * DAY_S, "older-half": DAY_S / 2, "new": 0.0}
    for name, age in ages.items():
        for path in (settings.runs / name, mission / "commands" / name / "001-test.log"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 600)
            for touched in (path, path.parent) if path.suffix else (path,):
                os.utime(touched, (1_000_000 - age, 1_000_000 - age))
    outside = tmp_path / "outside"
    outside.mkdir()
    (mission / "commands/link").symlink_to(outside)
    assert prune_commands(mission, settings, lambda: 1_000_000) == Pruned(4, 2400)
    assert [path.name for path in settings.runs.iterdir()] == ["new"]
    assert sorted(path.name for path in (mission / "commands").iterdir()) == ["link", "new"]
    assert outside.is_dir()
    assert prune_commands(None, settings, lambda: 1_000_000) == Pruned()
