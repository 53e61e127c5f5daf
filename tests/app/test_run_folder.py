"""Work folders: private, gone with their run, and reaped after a crash; a living run's folder stays."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from runner.app.run_folder import WorkFolder, reap_work_folders
from runner.app.settings import private_folder, read_settings
from runner.errors import UsageError

HOLD = """
import sys
from pathlib import Path
from runner.app.run_folder import WorkFolder
with WorkFolder(Path(sys.argv[1])) as work:
    (work.path / "deep" / "er").mkdir(parents=True)
    print(work.path.name, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "work"


def holder(root: Path) -> tuple[subprocess.Popen[str], str]:
    """Another process with a work folder, and the folder's name. It ends when its stdin does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_folder_is_private_and_gone_with_its_run(root: Path) -> None:
    with WorkFolder(root) as work:
        assert [stat.S_IMODE(path.stat().st_mode) for path in (root, work.path)] == [0o700, 0o700]
        (work.path / "x").write_text("x")
    assert list(root.iterdir()) == []


def test_a_folder_is_gone_after_an_exception_too(root: Path) -> None:
    with pytest.raises(KeyboardInterrupt), WorkFolder(root):
        raise KeyboardInterrupt
    assert list(root.iterdir()) == []


def test_a_living_runs_folder_stays_and_a_killed_ones_is_reaped(root: Path) -> None:
    living, living_name = holder(root)
    killed, killed_name = holder(root)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    with WorkFolder(root) as own:
        assert reap_work_folders(root) == (killed_name,)
        assert own.path.is_dir()
        assert (root / living_name / "deep/er").is_dir()
    living.communicate("")
    assert list(root.iterdir()) == []
    assert killed.stdin is not None and killed.stdout is not None
    killed.stdin.close()
    killed.stdout.close()


def test_a_run_killed_before_it_had_its_folder_leaves_a_lock_that_is_reaped(root: Path) -> None:
    private_folder(root)
    (root / "0000.lock").touch()
    (root / "1111").mkdir()
    assert reap_work_folders(root) == ("1111",)
    assert list(root.iterdir()) == []


def test_reaping_removes_no_symlinks_target(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "kept").mkdir(parents=True)
    private_folder(root)
    (root / "link").symlink_to(outside)
    assert reap_work_folders(root) == ()
    assert (outside / "kept").is_dir()


@pytest.mark.parametrize("make", ["open", "link", "file"])
def test_a_folder_that_others_can_enter_or_made_is_refused(make: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if make == "open":
        place.mkdir()
        place.chmod(0o755)
    elif make == "link":
        (tmp_path / "real").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "real")
    else:
        place.write_text("")
    with pytest.raises(UsageError, match="not a folder of yours alone") as caught:
        private_folder(place)
    assert "PATCHGATE_WORK" in caught.value.hint


def test_settings_come_from_the_environment_with_defaults() -> None:
    given = read_settings({"PATCHGATE_STATE": "/s", "PATCHGATE_WORK": "/w", "PATCHGATE_ENGINE": "docker", "HOME": "/h"})
    assert (given.state, given.work, given.engine, given.imports) == (
        Path("/s"),
        Path("/w"),
        "docker",
        Path("/s/imports"),
    )
    default = read_settings({"HOME": "/h"})
    assert (default.state, default.engine) == (Path("/h/.local/state/patchgate"), "auto")
    assert default.work.name == f"patchgate-{os.getuid()}"
    assert read_settings({"HOME": "/h", "XDG_STATE_HOME": "/x"}).state == Path("/x/patchgate")
    assert read_settings({"HOME": "/h", "PATCHGATE_ENGINE": ""}).engine == "auto"
