"""What the gate costs beside tsc: one small edit after another, landing durably in a real repository on a real disk."""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pygit2

from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.ledger.sql import SqlLedger
from runner.model.contract import Contract
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_PREPARED, Event
from runner.model.order import Policy, Task
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.submission import Submission
from runner.model.tree import FileState
from runner.model.verdict import APPLIED
from runner.ports import nothing_else
from runner.snapshots.git.store import GitSnapshots, update_tree
from runner.snapshots.importing import import_folder
from tests.bench.corpus import CACHE, is_source, load
from tests.bench.judge import now

PACKAGES = (("@trpc/server", "11.10.0"), ("rxjs", "7.8.1"), ("zod", "4.6.0"), ("effect", "4.1.0"))
PROBE = "export function probe(): number {\n  const step = 0;\n  return step;\n}\n"
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each landing, by stage; ``total`` is the whole of ``GateSession.submit``."""

    lines: int
    files: int
    file_lines: int
    stages: dict[str, list[float]]


@dataclass
class _Clock:
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def timed(self, stage: str, work: Callable[[], object]) -> object:
        start = time.perf_counter()
        try:
            return work()
        finally:
            self.spent[stage] += (time.perf_counter() - start) * 1000


@dataclass(frozen=True)
class _TimedPlace:
    """The snapshot store, with a clock on each step. The ledger's intent is recorded while the objects are written."""

    store: GitSnapshots
    clock: _Clock

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        found = self.clock.timed("objects, intent", lambda: self.store.write(verified, patch, meanwhile))
        assert isinstance(found, Snapshot)
        return found

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        found = self.clock.timed("git branch", lambda: self.store.publish(snapshot, branch, expected))
        assert isinstance(found, Snapshot)
        return found

    def branch(self, name: str) -> str | None:
        return self.store.branch(name)

    def is_ancestor(self, old: str, new: str) -> bool:
        return self.store.is_ancestor(old, new)


class _TimedLedger(SqlLedger):
    def __init__(self, url: str, clock: _Clock) -> None:
        super().__init__(url)
        self._clock = clock

    def record(self, event: Event, *, durable: bool = True) -> None:
        record = super().record
        if event.kind == PATCH_PREPARED:
            record(event, durable=durable)
        else:
            self._clock.timed("ledger", lambda: record(event, durable=durable))


def real_files(lines: int) -> dict[str, bytes]:
    """Real sources of about so many lines in all. The same first file whatever the number."""
    found: dict[str, bytes] = {}
    left = lines
    for package, version in PACKAGES:
        for path, text in sorted(load(package, version).items()):
            if left <= 0:
                return found
            found[f"{package}/{path}"] = text.encode()
            left -= text.count("\n")
    return found


def in_real_tree(lines: int, edits: int) -> Timed:
    files = real_files(lines)
    edited = next(path for path in files if path.endswith("unstable-core-do-not-import/router.ts"))
    with tempfile.TemporaryDirectory(dir=bench_folder()) as folder:
        repository = pygit2.init_repository(folder, initial_head="main")
        files[edited] += PROBE.encode()
        tree = update_tree(repository, None, {path: FileState(content) for path, content in files.items()})
        assert tree is not None
        who = pygit2.Signature("bench", "bench@localhost", 0, 0)
        repository.create_commit("refs/heads/main", who, who, "base", tree, [])
        return _measure(Path(folder), edited, files, edits)


def in_project(project: Path, edits: int) -> Timed:
    """The same on a copy of a user's folder; the probe goes to the end of a file of middling size."""
    with tempfile.TemporaryDirectory(dir=bench_folder()) as folder:
        copy = import_folder(project, Path(folder))
        snapshots = GitSnapshots(copy)
        tree = snapshots.tree(snapshots.resolve("HEAD").id)
        files = {path: state.content for path in tree.paths() if (state := tree.read(path)) is not None}
        sources = sorted((path for path in files if is_source(path)), key=lambda path: len(files[path]))
        if not sources:
            raise SystemExit(f"{project} has no TypeScript source")
        edited = sources[len(sources) // 2]
        files[edited] += b"\n" + PROBE.encode()
        snapshot = snapshots.write_on(
            tree.snapshot, {edited: FileState(files[edited])}, PatchInfo("p", "t", "bench", "probe")
        )
        pygit2.Repository(str(copy)).references["refs/heads/main"].set_target(snapshot.id)
        return _measure(copy, edited, files, edits)


def _measure(folder: Path, edited: str, files: dict[str, bytes], edits: int) -> Timed:
    clock = _Clock()
    snapshots = GitSnapshots(folder)
    ledger = _TimedLedger(f"sqlite:///{folder / '.git' / 'ledger.sqlite'}", clock)
    base = snapshots.resolve("HEAD")
    task = Task("T1", allowed_paths=(edited,))
    head = TraceHead(base, (task,), snapshots.tree(base.id))
    rules = Rules("bench", "T1", "bench", None, Contract(), Policy(), max_submissions=1_000_000)
    gate = GateSession(head, rules, snapshots.tree, None, Publisher(_TimedPlace(snapshots, clock), ledger, now))
    stages: dict[str, list[float]] = defaultdict(list)
    for number in range(edits + WARM_UP):
        clock.spent.clear()
        payload = [{"file": edited, "search": f"const step = {number};", "replace": f"const step = {number + 1};"}]
        start = time.perf_counter()
        verdict = gate.submit(Submission("search-replace", payload))
        total = (time.perf_counter() - start) * 1000
        assert verdict.status == APPLIED, verdict.violations
        if number >= WARM_UP:
            for stage, spent in _stages(total, verdict.timings_ms, clock):
                stages[stage].append(spent)
    lines = sum(content.count(b"\n") for path, content in files.items() if is_source(path))
    return Timed(lines, len(files), files[edited].count(b"\n"), dict(stages))


def _stages(total: float, timings: dict[str, float], clock: _Clock) -> Iterator[tuple[str, float]]:
    yield "total", total
    for stage in ("lower", "apply", "checks"):
        yield stage, timings.get(stage, 0.0)
    yield from clock.spent.items()
    known = sum(timings.get(stage, 0.0) for stage in ("lower", "apply", "checks")) + sum(clock.spent.values())
    yield "rest", total - known


def fsync_ms(count: int = 100) -> list[float]:
    """What this disk takes to make 4 KiB of a new file durable: the yardstick for the figures above."""
    found = []
    with tempfile.TemporaryDirectory(dir=bench_folder()) as folder:
        for number in range(count):
            start = time.perf_counter()
            descriptor = os.open(Path(folder, str(number)), os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(descriptor, b"x" * 4096)
            os.fsync(descriptor)
            os.close(descriptor)
            found.append((time.perf_counter() - start) * 1000)
    return found


def bench_folder() -> Path:
    """On the disk of the cache, because /tmp is memory on many machines."""
    folder = CACHE / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
