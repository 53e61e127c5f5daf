"""The target of a person's edits: the working tree as it is on disk, including uncommitted changes.

Applied changes are written to the files through the journal; ``HEAD`` and the index stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path

from runner.app.gate_service import Admission, Tasks
from runner.app.keeping import prune_kept_files
from runner.app.opened import OpenedRepository
from runner.app.settings import Settings
from runner.app.tree_services import TreeServices
from runner.app.worktree_mirror import WorktreeMirror
from runner.edits.changes.difference import difference
from runner.edits.formats.builder import Renamer
from runner.edits.lowering import lower
from runner.errors import LedgerError, PatchgateError, SnapshotError
from runner.gate.trace_head import TraceHead
from runner.ledger.mission_control import MissionControl
from runner.model.events import PATCH_APPLIED, Event
from runner.model.ids import new_trace_id
from runner.model.order import TypeScriptChoice
from runner.model.snapshot import Snapshot
from runner.model.submission import Submission
from runner.model.tree import Candidate, FileState, TreeReader
from runner.model.verdict import Refused, Verdict
from runner.ports import Engine
from runner.repository.landed import trace_at
from runner.repository.worktree_replay import sides
from runner.snapshots.importing import Source
from runner.snapshots.worktree.disk_tree import DiskTree
from runner.snapshots.worktree.file_locks import FOLDER as LOCKS
from runner.snapshots.worktree.file_locks import file_locks
from runner.snapshots.worktree.working_tree import WorkingTree

HANDED_IN = "handed-in"
"""The id of the tree as it was when a submission was handed in, if its files have changed since."""


class WorktreeTarget:
    """See ``Target``. Each submission sees the tree as it is when it is handed in."""

    revocable = True

    def __init__(
        self,
        folder: Path,
        connect: Callable[[], Engine],
        settings: Settings,
        *,
        git_branch: str | None,
        command: str,
        lock_wait_s: float,
        typescript: TypeScriptChoice = TypeScriptChoice(),  # noqa: B008 - frozen
        strict: bool = False,
    ) -> None:
        """``command`` is shown to others who wait for the lock. ``typescript`` and ``strict`` are as in
        ``TreeServices``. What a crash left is settled first. Raises ``PatchgateError``.
        """
        self._typescript, self._strict = typescript, strict
        self._connect, self._settings, self._command, self._wait_s = connect, settings, command, lock_wait_s
        self.repository = OpenedRepository.open(Source(folder, folder, "repository"))
        self.place = WorkingTree(folder, self.repository.mission.root, git_branch=git_branch, patched=self._patched)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """The tree's lock, after settling what dead holders left: a patch must not land on half of another."""
        with self.place.transaction(self._command, wait_s=self._wait_s):
            if self.repository.mission.is_interrupted:
                self.repository.settle_locked()
            yield

    def tree(self) -> DiskTree:
        """The working tree as it is now."""
        return self.place.tree()

    def base(self) -> str:
        return self.place.base

    @cached_property
    def services(self) -> TreeServices:
        """For questions without a submission, on the tree as it is at the first question."""
        return self._services()

    def trace_of(self, submission: Submission) -> str:
        """Patches on top of one commit are one trace, so that they can be replayed and restored together."""
        return trace_at(self.repository.ledger, self.place.base, submission.order_id) or new_trace_id()

    @contextmanager
    def admit(self, submission: Submission, tasks: Tasks) -> Iterator[Admission]:
        """The submission's files are locked from reading them to recording the verdict. If others changed these files
        while the submission waited, its edits are rebased.
        """
        seen = self.place.tree()
        with ExitStack() as held:
            services = held.enter_context(self._services())
            rename = cache(partial(_rename, services))
            paths = () if submission.dry_run else _paths(submission, seen, rename, self.repository.roots)
            folder = self.repository.mission.root / LOCKS
            waited = held.enter_context(file_locks(folder, paths, self._command, wait_s=self._wait_s))
            if waited:
                self.repository.settle()  # whom we waited for may have died on the way
            now = self.place.tree()
            moved = difference(seen, now, paths)
            if waited or moved.changes:
                services = held.enter_context(self._services())  # the tree of the first ones is not the one of now
            head = TraceHead(Snapshot(now.snapshot, ""), tasks(), now)
            admitted = Admission(
                submission,
                head,
                lambda snapshot: seen if snapshot == HANDED_IN else now,
                services,
                self.trace_of(submission),
                rename,
            )
            if moved.changes and submission.base in (None, seen.snapshot):
                head.began_after(HANDED_IN, moved)
                admitted = replace(admitted, submission=replace(submission, base=HANDED_IN))
            yield admitted

    def shown(self, verdict: Verdict) -> Verdict:
        """A working tree is not a commit. With a branch there is a commit, and the verdict names it."""
        return replace(verdict, base=self.place.base, snapshot=verdict.snapshot or None)

    def mirror(self, show: Callable[[Event], None]) -> WorktreeMirror:
        return _JournaledMirror(self.repository.mission, show, self.place)

    def close(self) -> None:
        if self.place.kept.is_due:
            prune_kept_files(self.repository, self._settings.keep)
        if "services" in self.__dict__:
            self.services.__exit__(None, None, None)
        self.place.close()

    def _patched(self, trace_id: str) -> dict[str, FileState | None]:
        """The files that the trace has touched, as its last patch left each."""
        found: dict[str, FileState | None] = {}
        for event in self.repository.ledger.events(trace_id=trace_id, kinds=(PATCH_APPLIED,)):
            # Without the kept files the trace cannot be replayed, but that must not block a patch.
            with suppress(SnapshotError):
                found.update(sides(event, self.place.kept.read)[1])
        return found

    def _services(self) -> TreeServices:
        labels: Mapping[str, str] = {"patchgate.order": "", "patchgate.trace": "", "patchgate.pass": "patchctl"}
        repository, work = self.repository, self._settings.work
        return TreeServices(
            self.place.git_tree,
            repository.modules,
            self._connect,
            work,
            labels,
            roots=repository.roots,
            typescript=self._typescript,
            strict=self._strict,
        )


class _JournaledMirror(WorktreeMirror):
    """What cannot be written now is written by the next recovery. Until then the journal keeps the patch."""

    def __init__(self, mission: MissionControl, show: Callable[[Event], None], place: WorkingTree) -> None:
        super().__init__(mission, show, place.kept.read)
        self._place = place

    def landed(self, applied: Event, candidate: Candidate) -> None:
        try:
            super().landed(applied, candidate)
        except (LedgerError, SnapshotError):
            self._place.leave_open()
            raise


def _rename(services: TreeServices, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
    """The language server is started only when a rename needs it."""
    return services.languages.rename(path, line, character, new_name)


def _paths(submission: Submission, tree: TreeReader, rename: Renamer, roots: Sequence[str]) -> tuple[str, ...]:
    """The files that the submission changes, read now; none if the gate will refuse it."""
    try:
        found = lower(submission.format, submission.payload, tree, rename=rename, roots=roots).paths()
    except (Refused, RecursionError, PatchgateError):
        return ()
    for path in found:
        tree.read(path)
    return found
