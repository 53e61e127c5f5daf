"""Real repositories for tests. The git command is the oracle: it is run on a repository after ours, never by ours."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo
from runner.model.tree import Candidate, ChangeSet, FileState, TreeReader
from runner.ports import SnapshotStore

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A Person",
    "GIT_AUTHOR_EMAIL": "person@example.org",
    "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.org",
}
PATCH = PatchInfo("11111111-2222-4333-8444-555555555555", "abcd1234", "custom", "what it does", "T1", "ord-1")


def git(folder: Path, *arguments: str) -> str:
    """What ``git`` prints; an exit code other than 0 fails the test with what it said."""
    told = subprocess.run(
        ["git", "-c", "safe.directory=*", "-c", "core.autocrlf=false", "-C", str(folder), *arguments],
        capture_output=True,
        env=_ENVIRONMENT,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr.decode()
    return told.stdout.decode("utf-8", "surrogateescape")


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def make_repository(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository on branch ``main`` with one commit of ``files``."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    write_files(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "base")
    return folder


def verified(tree: TreeReader, files: Mapping[str, str | bytes | FileState | None]) -> Verified:
    """A candidate on ``tree`` that needs no check: what a gate without tsc would hand over."""
    states = {
        path: FileState(state.encode() if isinstance(state, str) else state)
        if isinstance(state, str | bytes)
        else state
        for path, state in files.items()
    }
    before = {path: tree.read(path) for path in states}
    return Verified(Candidate(tree.snapshot, ChangeSet(()), before, states), None)


def everything_in(folder: Path) -> dict[str, bytes]:
    """Each file below ``folder`` with its bytes; symlinks by where they point."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def head(store: SnapshotStore) -> TreeReader:
    return store.tree(store.resolve("HEAD").id)
