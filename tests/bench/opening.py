"""What opening a repository costs, by how many patches its ledger holds."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pygit2

from runner.app.opened import OpenedRepository
from runner.ledger.sql import SqlLedger
from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.tree import FileState
from runner.snapshots.git.store import update_tree
from runner.snapshots.importing import Source
from tests.bench.judge import now
from tests.bench.overhead import bench_folder

PER_TRACE = 20
ROUNDS = 11


@dataclass(frozen=True, slots=True)
class Opened:
    """Milliseconds of each round. No patch was left half-way."""

    patches: int
    times: list[float]


def growth(sizes: tuple[int, ...]) -> list[Opened]:
    """One repository whose ledger grows to each of ``sizes``, smallest first."""
    found: list[Opened] = []
    with tempfile.TemporaryDirectory(dir=bench_folder()) as name:
        folder = Path(name)
        snapshot = _repository(folder)
        source = Source(folder, folder, "repository")
        ledger = SqlLedger.at(OpenedRepository.open(source).mission.ledger)
        known = 0
        for patches in sizes:
            for number in range(known, patches):
                _record(ledger, number, snapshot)
            known = patches
            ledger.sync()
            found.append(Opened(patches, [_opening_ms(source) for _ in range(ROUNDS)]))
    return found


def _opening_ms(source: Source) -> float:
    start = time.perf_counter()
    OpenedRepository.open(source)
    return (time.perf_counter() - start) * 1000


def _repository(folder: Path) -> str:
    repository = pygit2.init_repository(str(folder), initial_head="main")
    tree = update_tree(repository, None, {"src/a.ts": FileState(b"export const a = 1;\n")})
    assert tree is not None
    who = pygit2.Signature("bench", "bench@localhost", 0, 0)
    return str(repository.create_commit("refs/heads/main", who, who, "base", tree, []))


def _record(ledger: SqlLedger, number: int, snapshot: str) -> None:
    """A patch as the gate records it. Nothing of it needs to be in git: it is settled."""
    trace, patch = f"trace{number // PER_TRACE:06}", f"{number:08}-0000-4000-8000-000000000000"
    brief: dict[str, object] = {
        "base": snapshot,
        "snapshot": snapshot,
        "branch": f"fix/trace-{trace}-bench",
        "working_tree": False,
        "files": ["src/a.ts"],
        "role": "bench",
    }
    edits = {"documentChanges": [{"textDocument": {"uri": "src/a.ts", "version": None}, "edits": []}]}
    data = {**brief, "edits": edits, "diff": "-export const a = 1;\n+export const a = 2;\n" * 8}
    ledger.record(Event(PATCH_PREPARED, now(), trace, None, None, patch, data), durable=False)
    ledger.record(Event(PATCH_APPLIED, now(), trace, None, None, patch, brief), durable=False)
