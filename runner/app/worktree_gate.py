"""``WorktreeGate``: the same gate for a person who edits a working tree with ``patchctl``, without order or container.

The base is the tree as it is on disk, uncommitted changes included. What is applied is written to the files through the
journal; HEAD and the index stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from runner.app.branch_gate import EVERYWHERE, Typecheck, rules_for, tsc_reads
from runner.app.clock import now
from runner.app.opened import Repository
from runner.app.run_folder import reap_work_folders
from runner.app.settings import Settings, read_settings
from runner.app.tree_services import TreeServices
from runner.app.worktree_landing import TreeLanding
from runner.app.worktree_mirror import WorktreeMirror
from runner.edits.changes.difference import difference
from runner.edits.formats.builder import Renamer
from runner.edits.lowering import lower
from runner.errors import PatchgateError, SnapshotError, UsageError
from runner.gate.publishing import Publisher
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.gate.verdict.builder import VerdictBuilder, is_conflict
from runner.gate.verdict.conflict import Conflict
from runner.gate.verdict.wire import parse_submission, verdict_json
from runner.ledger.mission_control import MissionControl
from runner.model.contract import Contract
from runner.model.diagnostics import Baseline
from runner.model.events import PATCH_APPLIED, RECOMMENDATION, Event
from runner.model.ids import new_patch_id, new_trace_id
from runner.model.order import Policy, Task
from runner.model.snapshot import Snapshot
from runner.model.submission import Submission
from runner.model.tree import FileState, TreeReader
from runner.model.verdict import CONFLICT, ERROR, REJECTED, Refused
from runner.model.violations import violation
from runner.notify.callbacks import callbacks_of, told
from runner.orders.task_list import known_task, no_task
from runner.ports import Engine, Languages
from runner.repository.landed import Landed, landed_patch, trace_at
from runner.repository.undo import TAKEN_BACK, told_if_undone, undoing
from runner.repository.worktree_replay import sides
from runner.repository.worktree_undo import plan_worktree_restore, plan_worktree_undo, undo_by_diff
from runner.sandbox.engines import connect
from runner.snapshots.importing import Source
from runner.snapshots.worktree.file_locks import FOLDER as LOCKS
from runner.snapshots.worktree.file_locks import file_locks
from runner.snapshots.worktree.locks import WAIT_S, Busy, tree_lock
from runner.snapshots.worktree.working_tree import WorkingTree

Meta = Mapping[str, object]
NOTHING: Meta = {}
HANDED_IN = "handed-in"
"""The id of the tree as it was when a submission was handed in, where its files have changed since."""


class WorktreeGate:
    """A context manager. One submission at a time; each sees the tree as it is when it is handed in."""

    def __init__(
        self,
        folder: Path,
        *,
        typecheck: Typecheck = "auto",
        engine: str | Engine | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        git_branch: str | None = None,
        command: str = "patchctl",
        meta: Mapping[str, object] | None = None,
        show: Callable[[Event], None] = lambda event: None,
        lock_wait_s: float = WAIT_S,
    ) -> None:
        """``folder`` is the repository's top. ``command`` is what others read who wait for the lock. ``meta`` goes into
        the ledger and patch_log.jsonl. Raises ``PatchgateError``; what a crash left is settled first."""
        self._settings = settings or read_settings()
        self._repository = Repository.open(Source(folder, folder, "repository"))
        self.roots = self._repository.roots
        self._tree = WorkingTree(folder, self.mission.root, git_branch=git_branch, patched=self._patched)
        self._typecheck, self._engine, self._command, self._wait_s = typecheck, engine, command, lock_wait_s
        self._policy = policy or Policy(typecheck="never" if typecheck == "never" else "always")
        self._callbacks = callbacks_of(self.mission.root, self._repository.ledger)
        scribe = WorktreeMirror(self.mission, told(self._callbacks, show), self._tree.kept.read)
        self._landing = TreeLanding(self._repository, self._tree, scribe, command, lock_wait_s)
        self._meta = dict(meta or {})

    def __enter__(self) -> WorktreeGate:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        if "_questions" in self.__dict__:
            self._questions.__exit__(None, None, None)
        self._tree.close()
        if self._callbacks is not None:
            self._callbacks.close()
        self._repository.give_to_owner()

    @property
    def folder(self) -> Path:
        return self._repository.folder

    @property
    def mission(self) -> MissionControl:
        return self._repository.mission

    def tree(self) -> TreeReader:
        """The working tree as it is now."""
        return self._tree.tree()

    @property
    def languages(self) -> Languages:
        """The language server on the tree as it is at the first question."""
        return self._questions.languages

    def submit(self, data: object) -> dict[str, object]:
        """A submission in, its verdict out. Never raises for what the submission holds."""
        tree = self._tree.tree()
        try:
            submission = parse_submission(data)
        except Refused as refused:
            return self._refused(refused, Submission("", None), tree)
        return self._judged(submission, tree)

    def undo(self, start: str, *, dry_run: bool = False) -> dict[str, object]:
        """Take back one patch of this working tree, whatever was edited since, as a patch of its own: the verdict.

        A conflict when the lines are not there any more as the patch left them. ``start`` may be the first digits of the
        id. Raises ``UsageError``.
        """
        patch = landed_patch(self._repository.ledger, start)
        if not patch.on_working_tree:
            raise UsageError(f"patch {patch.patch_id} is on a branch", "Undo it with: patchgate undo PATCH")
        meta = undoing(patch)
        reason = f"undo {patch.patch_id}" + (f": {patch.reason}" if patch.reason else "")
        tree = self._tree.tree()
        submission = Submission("workspace-edit", None, "undo", dry_run=dry_run, reason=reason[:2000])
        try:
            exact = plan_worktree_undo(self._repository.ledger, self._tree.kept.read, tree, patch)
            submission = replace(submission, payload=exact) if exact else undo_by_diff(submission, patch, tree)
        except Refused as refused:
            verdict = self._refused(refused, submission, tree, CONFLICT, meta)
            return told_if_undone(self._repository.ledger, meta, verdict)
        return self._judged(submission, tree, Contract(allow=TAKEN_BACK), meta)

    def restore(self, trace_id: str, stays: Landed | None, *, dry_run: bool = False) -> dict[str, object]:
        """Take back the patches of a trace of this working tree after ``stays`` (None: all), as one patch: the verdict.

        What was edited by hand stays, or is a conflict. Raises ``PatchgateError``.
        """
        tree = self._tree.tree()
        meta = {"restores": tree.snapshot if stays is None else stays.patch_id}
        try:
            submission = plan_worktree_restore(self._repository.ledger, self._tree.kept.read, tree, trace_id, stays)
        except Refused as refused:
            asked = Submission("workspace-edit", None, "restore", reason="restore")
            return self._refused(refused, asked, tree, CONFLICT if is_conflict(refused) else REJECTED, meta)
        return self._judged(replace(submission, dry_run=dry_run), tree, Contract(allow=TAKEN_BACK), meta)

    def recommend(self, recommendation: Mapping[str, object]) -> str:
        """Into the ledger, for a person; its id."""
        number = new_patch_id()
        data = {"id": number, **recommendation}
        self._repository.ledger.record(Event(RECOMMENDATION, now(), new_trace_id(), data=data))
        return number

    def set_status(self, uuid: str, status: str, why: str) -> None:
        """Raises ``UsageError`` for a task that tasks.json does not have."""
        with tree_lock(self._repository.lock, self._command):
            tasks = self.mission.read_tasks()
            entries = [entry for entry in tasks if entry["uuid"] == uuid]
            if not entries:
                raise no_task(uuid, tasks)
            self.mission.write_tasks([{**entry, "status": status, "why": why} for entry in entries])

    def _judged(
        self, submission: Submission, seen: TreeReader, contract: Contract | None = None, meta: Meta = NOTHING
    ) -> dict[str, object]:
        """The verdict, with the submission's files locked from their reading to the record. ``seen`` is the tree at the
        time when it was handed in: what others changed in those files while it waited is brought into its edits. ``meta``
        is what the ledger is told of this submission beside the gate's own."""
        with ExitStack() as held:
            tools = held.enter_context(self._tools())
            asked = cache(partial(_rename, tools))
            paths = () if submission.dry_run else _paths(submission, seen, asked, self.roots)
            try:
                locks = file_locks(self.mission.root / LOCKS, paths, self._command, wait_s=self._wait_s)
                waited = held.enter_context(locks)
                if waited:
                    self._repository.settle()  # whom we waited for may have died on the way
                now = self._tree.tree()
                moved = difference(seen, now, paths)
                if waited or moved.changes:
                    tools = held.enter_context(self._tools())  # the tree of the first ones is not the one of now
                session = self._session(submission, now, tools, asked, meta)
            except Refused as refused:
                return self._refused(refused, submission, seen, meta=meta)
            except Busy as busy:
                failed = Refused(violation("infrastructure.failed", f"{busy.message} {busy.hint}"))
                return self._refused(failed, submission, seen, ERROR, meta)
            if contract is not None:
                session.rules = replace(session.rules, contract=contract)
            if moved.changes and submission.base in (None, seen.snapshot):
                session.trunk.began_after(HANDED_IN, moved)
                session.tree_of = lambda snapshot: seen if snapshot == HANDED_IN else now
                submission = replace(submission, base=HANDED_IN)
            verdict = verdict_json(session.submit(submission))
        # A working tree is no commit. With --git-branch there is one, and the verdict names it.
        return {**verdict, "base": now.snapshot, "snapshot": verdict["snapshot"] or None}

    def _session(
        self,
        submission: Submission,
        tree: TreeReader,
        tools: TreeServices,
        rename: Renamer,
        meta: Meta,
    ) -> GateSession:
        """Raises ``Refused`` when the task's places are not in the tree."""
        base = Snapshot(tree.snapshot, "")
        return GateSession(
            TraceHead(base, Baseline(base.id, (), ()), self._tasks(submission), tree),
            rules_for(submission, self._policy, self._trace(submission, tree)),
            lambda _snapshot: tree,
            None if self._typecheck == "never" else tools,
            self._publisher(meta),
            rename=rename,
            sees=lambda candidate: self._typecheck == "always" or tsc_reads(candidate, tree),
            roots=self.roots,
        )

    def _trace(self, submission: Submission, tree: TreeReader) -> str:
        """Patches on top of one commit are one trace, so that they can be replayed and restored together."""
        return trace_at(self._repository.ledger, tree.snapshot, submission.order_id) or new_trace_id()

    def _patched(self, trace_id: str) -> dict[str, FileState | None]:
        """The files that the trace has touched, as its last patch left each."""
        found: dict[str, FileState | None] = {}
        for event in self._repository.ledger.events(trace_id=trace_id, kinds=(PATCH_APPLIED,)):
            # Without the kept files the trace cannot be replayed any more; that must not hold up a patch.
            with suppress(SnapshotError):
                found.update(sides(event, self._tree.kept.read)[1])
        return found

    def _tasks(self, submission: Submission) -> tuple[Task, ...]:
        if submission.task_id is None:
            return (Task("", allowed_paths=EVERYWHERE),)
        return (known_task(submission.task_id, self.mission.read_tasks(), self.roots),)

    def _publisher(self, meta: Meta = NOTHING) -> Publisher:
        return self._landing.publisher({**self._meta, **meta})

    def _refused(
        self, refused: Refused, submission: Submission, tree: TreeReader, status: str = REJECTED, meta: Meta = NOTHING
    ) -> dict[str, Any]:
        draft = VerdictBuilder(new_patch_id(), tree.snapshot, submission.reason, self._trace(submission, tree))
        draft.notes += refused.sides if isinstance(refused, Conflict) else ()
        verdict = draft.verdict(status, violations=refused.violations)
        rules = rules_for(submission, self._policy, str(draft.trace_id))
        self._publisher(meta).record_rejection(verdict, rules, submission)
        return verdict_json(verdict)

    def _tools(self) -> TreeServices:
        labels = {"patchgate.order": "", "patchgate.trace": "", "patchgate.pass": "patchctl"}
        tree, modules, work = self._tree.git_tree, self._repository.modules, self._settings.work
        return TreeServices(tree, modules, self._connect, work, labels, roots=self.roots)

    @cached_property
    def _questions(self) -> TreeServices:
        return self._tools()

    def _connect(self) -> Engine:
        chosen = self._engine or self._settings.engine
        found = connect(chosen) if isinstance(chosen, str) else chosen
        found.reap()
        reap_work_folders(self._settings.work)
        return found


def _rename(tools: TreeServices, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
    """The language server is started only when it is asked."""
    return tools.languages.rename(path, line, character, new_name)


def _paths(submission: Submission, tree: TreeReader, rename: Renamer, roots: Sequence[str]) -> tuple[str, ...]:
    """The files that the submission changes, read now; none where the gate will refuse it."""
    try:
        found = lower(submission.format, submission.payload, tree, rename=rename, roots=roots).paths()
    except (Refused, RecursionError, PatchgateError):
        return ()
    for path in found:
        tree.read(path)
    return found
