"""The interfaces between packages. Each Protocol says what its methods promise, what they raise, and how cancelling
works.

Every adapter of a port passes the same contract suite (``tests/contracts``) as its in-memory counterpart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from runner.model.commands import CommandResult
from runner.model.container import ContainerSpec, EngineInfo, Mount, Outcome
from runner.model.diagnostics import Baseline, CheckResult, Diagnostic, Verified
from runner.model.events import Event
from runner.model.plan import PassPlan
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.tree import Candidate, FileState, TreeReader


def nothing_else(snapshot: Snapshot) -> None:
    """What a store does while it writes a snapshot, when nobody asks for anything."""


class Stream(Protocol):
    """The stdio of a running container."""

    @property
    def container_id(self) -> str: ...

    def send(self, data: bytes) -> None:
        """Write all of ``data`` to the container's stdin. Raises ``SandboxError`` if the container is gone."""

    def receive(self) -> bytes:
        """Some bytes of stdout, blocking; ``b""`` once it has ended. stderr is separate (``tail``)."""

    def tail(self) -> str:
        """The last 8 KiB of stderr, for error messages."""

    def close(self) -> None:
        """Kill and remove the container. Idempotent. Safe from another thread, where it ends a blocked ``receive``."""


class Engine(Protocol):
    """A container engine. Its containers are always hardened as docs/architecture.md says; nothing can ask for less."""

    @property
    def name(self) -> str: ...

    def info(self) -> EngineInfo:
        """Never raises: problems are listed in ``problems``."""

    def has_image(self, image: str) -> bool:
        """Whether ``image`` is on this machine. Nothing is ever pulled at run time."""

    def image_id(self, image: str) -> str:
        """What names the image's content, whatever its tag says now. Raises ``SandboxError`` if it is not here."""

    def run(
        self,
        spec: ContainerSpec,
        *,
        on_created: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        """Create, start, wait, remove. The container is gone when this returns or raises, also on KeyboardInterrupt.

        Hitting a limit is an outcome; the container is killed. Setting ``cancel`` kills it within a second (outcome
        with ``limit_hit`` ``cancelled``). Raises ``SandboxError`` if the engine itself fails.
        """

    def open(self, spec: ContainerSpec) -> Stream:
        """Create and start a container whose stdio the caller drives (the language server). Raises ``SandboxError``."""

    def reap(self) -> tuple[str, ...]:
        """Remove the containers of dead owners, and only those; returns the names of the removed ones."""

    def ps(self) -> tuple[Mapping[str, str], ...]:
        """Our containers that exist now: ``id``, ``name``, ``image``, ``status`` and their labels."""


class Workbench(Protocol):
    """A working tree on disk that only the runner writes; containers see it read-only.

    Folders are 0755 and files 0644 or 0755, whatever the repository's modes, so that any uid can read them.
    """

    @property
    def root(self) -> Path: ...

    @property
    def snapshot(self) -> str: ...

    def move_to(self, tree: TreeReader) -> tuple[str, ...]:
        """Make the files equal to those of ``tree``, writing only what differs; returns the paths that changed."""

    def put(self, files: Mapping[str, FileState | None]) -> None:
        """Write these files (None removes a file), each by a rename. Never follows a symlink out of the tree."""

    def close(self) -> None:
        """Remove the tree from disk. Idempotent."""


class SnapshotStore(Protocol):
    """One repository, through libgit2. Never touches the person's branch, index or working tree."""

    def resolve(self, revision: str) -> Snapshot:
        """The commit of a revision. Raises ``UsageError`` if it does not exist."""

    def tree(self, snapshot: str) -> TreeReader:
        """Raises ``SnapshotError`` if there is no such commit."""

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        """Make the commit on ``verified.candidate.base``, not yet visible on any branch. Deterministic but for its date.

        ``meanwhile`` is told the snapshot as soon as its id is known, maybe in another thread and before anything of it
        is on disk. It has ended when ``write`` returns or raises; what it raises, ``write`` raises.
        """

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        """Move ``branch`` forward to ``snapshot`` if it is at ``expected`` (None: if it does not exist).

        Raises ``BranchConflict`` if the branch is elsewhere, if ``snapshot`` does not descend from ``expected``, or if
        the branch is checked out; otherwise ``SnapshotError``.
        """

    def branch(self, name: str) -> str | None:
        """The commit that a branch is at."""

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether ``new`` descends from ``old``, another snapshot. False for anything that is not a snapshot."""

    def changed_paths(self, old: str, new: str) -> tuple[str, ...]:
        """The paths that differ between two snapshots, sorted. Raises ``SnapshotError``."""


class Compiler(Protocol):
    """tsc over every project of a tree."""

    def baseline(self, tree: TreeReader, cancel: threading.Event | None = None) -> Baseline:
        """Check a whole tree cold. Raises ``CheckerError`` if tsc crashes or a project has nothing to check."""

    def check(self, base: Baseline, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        """Raises ``CheckLimit``, ``Refused`` (a project lost its files) or ``CheckerError``.

        Setting ``cancel`` ends a running check within a second, with ``CheckerError``.
        """


class Checker(Protocol):
    """Compares candidates with the errors of their base. It finds and keeps these itself."""

    def errors(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Diagnostic, ...]:
        """Every error of a snapshot, known from an earlier check or found now. Raises ``CheckerError``."""

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        """Relative to ``candidate.base``. Raises the same as ``Compiler.check``."""

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        """``candidate`` has become ``snapshot``. A ``result`` of None means that it was not checked and has the errors
        of its base.
        """


class CandidateCommands(Protocol):
    """The commands (lint, tests, a build) that an order runs on every candidate."""

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> tuple[CommandResult, ...]:
        """Each compared with ``candidate.base``. Raises ``CheckerError`` and ``SandboxError``; setting ``cancel`` ends a
        running one within a second, with ``CheckerError``.
        """


class Ledger(Protocol):
    """The append-only, hash-chained record. Thread-safe and safe from several processes.

    Entries are numbered from 1 without gaps. The cost of each method grows with its result, not with the record.
    """

    def record(self, event: Event, *, durable: bool = True) -> None:
        """Durable when it returns. Raises ``LedgerError``.

        Without ``durable`` the entry outlives the process, but perhaps not a power cut until the next durable one. Only
        for what the entries before it and the repository tell again. A power cut never takes an entry out of the middle.
        """

    def sync(self) -> None:
        """Make durable whatever was recorded so far. Raises ``LedgerError``."""

    def events(
        self,
        *,
        trace_id: str | None = None,
        patch_id: str | None = None,
        patch_start: str | None = None,
        tag: str | None = None,
        kinds: Iterable[str] = (),
    ) -> tuple[Event, ...]:
        """In the order of recording. ``patch_start`` is the beginning of a patch id; ``tag`` is one of
        ``runner.model.tags``.
        """

    def newest(self, *, tag: str) -> Event | None:
        """The latest event with that tag."""

    def after(self, number: int, kinds: Iterable[str]) -> tuple[tuple[int, Event], ...]:
        """The entries after entry ``number`` (0: all of them), each with its own number."""

    def last(self) -> int:
        """The number of the newest entry; 0 if there is none."""

    def traces(self, start: str) -> tuple[str, ...]:
        """The traces with an applied patch whose ids start with ``start``, sorted."""

    def unsettled(self) -> tuple[Event, ...]:
        """The patches that are prepared but neither applied nor abandoned: a crash left them, or they are landing right
        now.
        """

    def latest(self, trace_id: str, kind: str) -> Event | None:
        """The last event of that kind in the trace."""

    def verify(self) -> int:
        """Recompute the chain and return the number of events. Raises ``LedgerError``, naming the first event that does
        not fit.
        """


class Languages(Protocol):
    """The TypeScript language server of one workbench. Positions are LSP's; paths are repository-relative."""

    def request(self, method: str, params: object) -> object:
        """Any LSP request, plain JSON in and out, with URIs ``file:///repo/<path>``. Raises ``BridgeError``."""

    def rename(self, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
        """A WorkspaceEdit with every project loaded. Raises ``BridgeError``."""

    def context(self, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
        """Symbol context as Markdown within about ``budget`` tokens (four characters each)."""

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None:
        """Tell the server what the runner wrote to the workbench."""

    @property
    def alive(self) -> bool:
        """False once the server has died; every request then raises ``BridgeError``."""

    def close(self) -> None: ...


class PassApi(Protocol):
    """What the specialist of one pass may ask of the runner, besides language questions. Plain JSON in and out.

    Methods may be called from any thread; submissions are judged one at a time.
    """

    def task(self) -> dict[str, object]:
        """The content of /run/patchgate/task.json."""

    def submit(self, submission: object) -> dict[str, object]:
        """Judge a submission as in docs/interfaces.md and return the verdict. Never raises for bad input: that is a
        verdict too.
        """

    def recommend(self, recommendation: object) -> dict[str, object]:
        """``{title, detail, impact, file?, line?, rule?, suggestion?}``; returns its id. Raises ``ValueError`` for a
        malformed one.
        """

    def finish(self, status: str, why: str) -> dict[str, object]:
        """``status`` is ``done`` or ``blocked``. The pass accepts no submissions afterwards."""


class Progress(Protocol):
    """Called with events as they happen, for the terminal and the ledger."""

    def __call__(self, event: Event) -> None: ...


class Judge(Protocol):
    """The gate of one pass as the orchestrator sees it."""

    def submit(self, submission: object) -> dict[str, object]:
        """A submission as JSON in, a verdict as JSON out. Never raises for what the submission contains."""


class Environment(Protocol):
    """What one order works with: its repository's head, its engine, its language server. Built by
    ``runner.app.runner``.
    """

    @property
    def engine(self) -> Engine: ...

    @property
    def current(self) -> Snapshot:
        """The trace's latest snapshot."""

    @property
    def errors(self) -> int:
        """tsc errors of the current snapshot."""

    def files_in_scope(self, task_id: str) -> tuple[str, ...]:
        """The existing files that the task may touch, sorted."""

    def judge(self, plan: PassPlan, pass_id: str) -> Judge: ...

    def serve(self, api: PassApi, folder: Path) -> AbstractContextManager[object]:
        """Listen on ``folder/gate.sock`` for the pass's container while the context is open. Raises ``BridgeError``."""

    def check_commands(self, since: Snapshot) -> tuple[CommandResult, ...]:
        """Run the order's commands for passes on the current snapshot, each compared with ``since``.

        Raises ``CheckerError`` and ``SandboxError``.
        """

    def take_back(self, pass_id: str, since: Snapshot) -> str:
        """Land a patch that makes the tree that of ``since`` again. Returns why that failed; empty if it did not."""

    def run_folder(self, pass_id: str) -> Path:
        """A new folder that the container may read. It is removed with the run."""

    def mounts(self) -> tuple[Mount, ...]:
        """The workbench at /repo with its ``node_modules``, and what every container of ours has."""
