"""One patch of three files on a working tree, through the real publisher, ledger and journal; each step can be made to fail."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

from runner.app.clock import now
from runner.app.opened import OpenedRepository
from runner.edits.changes.apply import apply_changes
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.verdict.builder import VerdictBuilder
from runner.ledger.mission_control import MissionControl
from runner.ledger.sql import SqlLedger
from runner.model.contract import Contract
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_APPLIED, Event
from runner.model.order import Policy
from runner.model.submission import Submission
from runner.model.text import Replacement
from runner.model.tree import Candidate, ChangeSet, CreateFile, DeleteFile, EditFile, FileState
from runner.snapshots.importing import Source
from runner.snapshots.memory import MemoryTree
from runner.snapshots.worktree.working_tree import WorkingTree
from tests.branch_gate.repositories import make_repository

Step = Callable[[str], None]
PATCH = "0b5cbb0e-0000-4000-8000-000000000000"
OLD = {"src/a.ts": b"\xef\xbb\xbfone\r\ntwo", "src/b.ts": b"b\n", "gone/d.ts": b"d\n", "src/untouched.ts": b"u\n"}
NEW = {"src/a.ts": b"\xef\xbb\xbfone\r\n2", "src/b.ts": b"B\n", "src/new/deep/c.ts": b"c\n", "src/untouched.ts": b"u\n"}


def nothing(_name: str) -> None:
    """A step at which nothing goes wrong."""


def make_tree(folder: Path) -> Path:
    make_repository(folder, {path: content.decode() for path, content in OLD.items()})
    (folder / "src/a.ts").chmod(0o751)
    return folder


def candidate() -> Candidate:
    """From ``OLD`` to ``NEW``, made as the gate makes it."""
    a, b = Replacement(5, 8, "2"), Replacement(0, 1, "B")
    changes = (EditFile("src/a.ts", (a,)), EditFile("src/b.ts", (b,)), DeleteFile("gone/d.ts"))
    made = CreateFile("src/new/deep/c.ts", NEW["src/new/deep/c.ts"])
    tree = MemoryTree({path: FileState(content, path == "src/a.ts") for path, content in OLD.items()})
    return apply_changes(ChangeSet((*changes, made)), tree)


class SteppedLedger(SqlLedger):
    """Its two writes are steps too."""

    step: Step = staticmethod(nothing)

    def record(self, event: Event, *, durable: bool = True) -> None:
        self.step(f"before ledger {event.kind}")
        super().record(event, durable=durable)
        self.step(f"after ledger {event.kind}")


def patch(folder: Path, step: Step = nothing) -> None:
    mission = MissionControl.of(folder, folder / ".git")
    ledger = SteppedLedger.at(mission.ledger)
    assert isinstance(ledger, SteppedLedger)
    ledger.step = step
    tree = WorkingTree(folder, mission.root, step=step)
    publisher = Publisher(tree, ledger, now, guard=lambda: tree.transaction("the test"), revocable=True)
    rules = Rules("tester", "", "trace", None, Contract(), Policy())
    builder = VerdictBuilder(PATCH, "0" * 40, "")
    builder.candidate = candidate()
    try:
        publisher.publish(Verified(candidate(), None), rules, Submission("line-ops", None), builder, None)
    finally:
        tree.close()


def steps_of(folder: Path) -> list[str]:
    """The names of all steps of a patch in which nothing goes wrong, in order."""
    names: list[str] = []
    patch(make_tree(folder), names.append)
    return names


def restart(folder: Path) -> OpenedRepository:
    """What the next command does first."""
    return OpenedRepository.open(Source(folder, folder, "repository"))


def in_a_process_that_dies(work: Callable[[Step], None], at: int) -> bool:
    """Run ``work`` in a process that kills itself before its step number ``at``; whether it came to that."""
    child = os.fork()
    if child == 0:
        count = 0

        def step(_name: str) -> None:
            nonlocal count
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        try:
            work(step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def found(folder: Path) -> dict[str, bytes]:
    """Every file of the tree, ours and git's own left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {".git", ".mission_control"} & set(path.relative_to(folder).parts)
    }


def is_whole(folder: Path) -> str:
    """``old`` or ``new``; fails for anything in between and for anything left behind."""
    files = found(folder)
    assert files in (OLD, NEW), sorted(files)
    state = "old" if files == OLD else "new"
    assert (folder / "src/new").exists() == (state == "new")
    assert stat.S_IMODE((folder / "src/a.ts").stat().st_mode) == 0o751
    journal = folder / ".mission_control/journal"
    assert not journal.exists() or list(journal.iterdir()) == []
    return state


def agrees(repository: OpenedRepository, state: str) -> None:
    """The ledger says applied exactly when the files are the new ones, and its chain holds."""
    applied = repository.ledger.events(patch_id=PATCH, kinds=(PATCH_APPLIED,))
    assert len(applied) == (1 if state == "new" else 0)
    repository.ledger.verify()
