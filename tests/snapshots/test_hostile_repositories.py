"""Repositories whose configuration wants to run things: nothing of theirs, and nothing of the user's, runs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.snapshots.git.opening import open_repository, refuse_dirty
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import import_folder, open_source
from runner.snapshots.workbench import DiskWorkbench
from tests.snapshots.repositories import PATCH, everything_in, git, head, make_repository, verified, write_files

HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-auto-gc", "post-rewrite",
    "reference-transaction", "post-index-change", "fsmonitor-watchman", "push-to-checkout", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "sendemail-validate",
)  # fmt: skip
SETTINGS = (
    "core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.external", "diff.x.command",
    "diff.x.textconv", "merge.x.driver", "gpg.program", "gpg.ssh.program", "core.sshCommand", "core.editor", "core.pager",
    "core.askPass", "sequence.editor", "credential.helper", "core.alternateRefsCommand", "uploadpack.packObjectsHook",
)  # fmt: skip
ATTRIBUTES = "* filter=x diff=x merge=x ident -text\n"


@pytest.fixture
def canary(tmp_path: Path) -> tuple[Path, Path]:
    """A script, and the file that it leaves behind when it is run."""
    script, left = tmp_path / "canary.sh", tmp_path / "it-ran"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> {left}\ncat\n')
    script.chmod(0o755)
    return script, left


@pytest.fixture
def folder(tmp_path: Path, canary: tuple[Path, Path]) -> Path:
    script, _ = canary
    made = make_repository(tmp_path / "repository", {"src/a.ts": "one\r\n", "src/b.ts": "two\n"})
    write_files(made, {".gitattributes": ATTRIBUTES})
    git(made, "add", ".gitattributes")
    git(made, "commit", "-qm", "attributes")
    for name in SETTINGS:
        git(made, "config", name, str(script))
    for name, value in {
        "filter.x.required": "true",
        "commit.gpgSign": "true",
        "core.logAllRefUpdates": "always",
    }.items():
        git(made, "config", name, value)
    hooks = tmp_path / "hooks"
    for place in (hooks, made / ".git/hooks"):
        place.mkdir(exist_ok=True)
        for hook in HOOKS:
            (place / hook).symlink_to(script)
    git(made, "config", "core.hooksPath", str(hooks))
    return made


def whole_pass(folder: Path, tmp_path: Path) -> None:
    """Everything that a run does to a repository."""
    source = open_source(str(folder), tmp_path, tmp_path / "imports", base="HEAD")
    store = GitSnapshots(source.folder)
    workbench = DiskWorkbench.export(store.tree(store.resolve("HEAD").id), tmp_path / "workbench")
    made = store.write(verified(head(store), {"src/a.ts": "changed\r\n", "src/new.ts": "new\n"}), PATCH)
    store.publish(made, "fix/trace-1-x", None)
    again = store.write(verified(store.tree(made.id), {"src/new.ts": None}), PATCH)
    store.publish(again, "fix/trace-1-x", made.id)
    workbench.move_to(store.tree(again.id))
    assert (workbench.root / "src/a.ts").read_bytes() == b"changed\r\n"
    workbench.close()


def test_nothing_of_the_repositorys_runs_in_a_whole_pass(
    folder: Path, tmp_path: Path, canary: tuple[Path, Path]
) -> None:
    whole_pass(folder, tmp_path)
    assert not canary[1].exists(), canary[1].read_text()


@pytest.mark.parametrize(
    "edit", [lambda path: os.utime(path, (1, 1)), lambda path: path.write_text("longer than before")]
)
def test_nothing_runs_when_the_working_tree_is_looked_at(
    edit: Callable[[Path], object], folder: Path, canary: tuple[Path, Path]
) -> None:
    edit(folder / "src/b.ts")
    with contextlib.suppress(UsageError):  # whether it is dirty is another test's question
        refuse_dirty(open_repository(folder))
    assert not canary[1].exists(), canary[1].read_text()


def test_the_canary_of_these_tests_does_run_under_git_itself(folder: Path, canary: tuple[Path, Path]) -> None:
    (folder / "src/b.ts").write_text("changed")
    subprocess.run(["git", "-C", str(folder), "-c", "safe.directory=*", "add", "-A"], capture_output=True, check=False)
    assert canary[1].exists()


def test_a_filter_of_the_users_own_configuration_is_neither_read_nor_run(
    tmp_path: Path, canary: tuple[Path, Path]
) -> None:
    script, left = canary
    home = tmp_path / "home"
    config = f'[filter "x"]\n clean = {script}\n smudge = {script}\n required = true\n[core]\n hooksPath = {tmp_path}\n'
    config += f" fsmonitor = {script}\n autocrlf = true\n"
    write_files(home, {".gitconfig": config, ".config/git/config": config})
    folder = make_repository(tmp_path / "repository", {"src/a.ts": "one\r\n"})
    write_files(folder, {".gitattributes": "* filter=x\n"})
    git(folder, "add", ".gitattributes")
    git(folder, "commit", "-qm", "attributes")
    # Where libgit2 looks for configuration is settled when it is loaded.
    told = subprocess.run(
        [sys.executable, "-c", ASK, str(folder), str(tmp_path)],
        env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (told.stdout, told.stderr) == ("[]\n", "")
    assert not left.exists()


ASK = """
import sys
from pathlib import Path
from runner.snapshots.git.opening import open_repository
from tests.snapshots.test_hostile_repositories import whole_pass
whole_pass(Path(sys.argv[1]), Path(sys.argv[2]))
config = open_repository(Path(sys.argv[1])).config
print([name for name in ("filter.x.clean", "core.hooksPath", "core.fsmonitor", "core.autocrlf") if name in config])
"""


def test_nothing_runs_when_a_hostile_folder_is_imported(tmp_path: Path, canary: tuple[Path, Path]) -> None:
    script, left = canary
    folder = tmp_path / "plain"
    write_files(
        folder, {"a.ts": "a\r\n", ".gitattributes": ATTRIBUTES, "sub/.git/config": f"[core]\nfsmonitor={script}\n"}
    )
    repository = import_folder(folder, tmp_path / "imports")
    import_folder(folder, tmp_path / "imports")
    assert not left.exists()
    assert (repository / "a.ts").read_bytes() == b"a\r\n"


def test_a_repository_with_filters_reads_as_what_is_stored(folder: Path, tmp_path: Path) -> None:
    store = GitSnapshots(folder)
    workbench = DiskWorkbench.export(store.tree(store.resolve("HEAD").id), tmp_path / "workbench")
    assert everything_in(workbench.root) == {
        ".gitattributes": ATTRIBUTES.encode(),
        "src/a.ts": b"one\r\n",
        "src/b.ts": b"two\n",
    }
