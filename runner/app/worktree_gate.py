"""``WorktreeGate``: the gate for a person who edits a working tree with ``patchctl``, without order or container."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.app.checking import Checking
from runner.app.clock import now
from runner.app.engine import engine_starter
from runner.app.gate_service import GateService, Typecheck, is_strict
from runner.app.settings import Settings, read_settings
from runner.app.tasks import no_task
from runner.app.worktree_target import WorktreeTarget
from runner.errors import UsageError
from runner.gate.verdict.wire import verdict_json
from runner.ledger.mission_control import MissionControl
from runner.model.contract import Contract
from runner.model.events import RECOMMENDATION, Event
from runner.model.ids import new_patch_id, new_trace_id
from runner.model.order import EVERY_PROJECT, Policy, TypeScriptChoice
from runner.model.submission import Submission
from runner.model.tree import TreeReader
from runner.model.verdict import CONFLICT, Refused, Verdict
from runner.ports import Engine, Languages
from runner.repository.landed import Landed, landed_patch
from runner.repository.undo import TAKEN_BACK, undoing, with_earlier_undo
from runner.repository.worktree_undo import plan_worktree_restore, plan_worktree_undo, undo_by_diff
from runner.snapshots.worktree.locks import WAIT_S, tree_lock
from runner.text.paths import plain_address, relative_address


class WorktreeGate:
    """A context manager. Takes one submission at a time; each sees the tree as it is when handed in."""

    def __init__(
        self,
        folder: Path,
        *,
        typecheck: Typecheck = "auto",
        engine: str | Engine | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        typescript: TypeScriptChoice = EVERY_PROJECT,
        git_branch: str | None = None,
        command: str = "patchctl",
        meta: Mapping[str, object] | None = None,
        show: Callable[[Event], None] = lambda event: None,
        lock_wait_s: float = WAIT_S,
    ) -> None:
        """``folder`` is the top of the repository. ``command`` is shown to others who wait for the lock. ``meta`` goes
        into the ledger and patch_log.jsonl. ``typescript`` is as in ``Gate.open``. What a crash left is settled first.
        Raises ``PatchgateError``.
        """
        chosen = settings or read_settings()
        connect = engine_starter(engine, chosen)
        self._command = command
        checking = Checking(chosen, typescript, is_strict(typecheck, policy))
        self._target = WorktreeTarget(
            folder, connect, checking, git_branch=git_branch, command=command, lock_wait_s=lock_wait_s
        )
        self._repository = self._target.repository
        self._service = GateService(self._target, typecheck=typecheck, policy=policy, meta=meta, show=show)

    def __enter__(self) -> WorktreeGate:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the containers and workbenches. Idempotent."""
        self._service.close()

    @property
    def folder(self) -> Path:
        return self._repository.folder

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders below which an absolute path is one of this repository."""
        return self._repository.roots

    def plain(self, place: str) -> str:
        """A path, ``path#symbol`` or ``path:lines`` made relative; one that lies outside stays as it is."""
        return plain_address(place, self.roots)

    def relative(self, place: str) -> str:
        """The same. Raises ``UsageError`` for a place outside of the repository."""
        try:
            return relative_address(place, self.roots)
        except Refused as refused:
            raise UsageError(refused.violations[0].message, refused.violations[0].hint) from refused

    @property
    def mission(self) -> MissionControl:
        return self._repository.mission

    def tree(self) -> TreeReader:
        """The working tree as it is now."""
        return self._target.tree()

    @property
    def languages(self) -> Languages:
        """The language server on the tree as it is at the first question."""
        return self._target.services.languages

    def submit(self, data: object) -> dict[str, Any]:
        """Judge a submission and return its verdict. Never raises for what the submission contains."""
        return self._service.submit(data)

    def undo(self, start: str, *, dry_run: bool = False) -> dict[str, Any]:
        """Take back one patch of this working tree with a new patch, whatever was edited since, and return the verdict.

        It is a conflict if the lines are no longer as the patch left them. ``start`` may be the first digits of the id.
        Raises ``UsageError``.
        """
        ledger = self._repository.ledger
        patch = landed_patch(ledger, start)
        if not patch.on_working_tree:
            raise UsageError(f"patch {patch.patch_id} is on a branch", "Undo it with: patchgate undo PATCH")
        meta = undoing(patch)
        reason = f"undo {patch.patch_id}" + (f": {patch.reason}" if patch.reason else "")
        tree = self._target.tree()
        submission = Submission("workspace-edit", None, "undo", dry_run=dry_run, reason=reason[:2000])
        try:
            exact = plan_worktree_undo(ledger, self._target.place.kept.read, tree, patch)
            submission = replace(submission, payload=exact) if exact else undo_by_diff(submission, patch, tree)
        except Refused as refused:
            verdict = self._service.refuse(refused, submission, status=CONFLICT, meta=meta)
        else:
            verdict = self._reversed(submission, meta)
        return verdict_json(with_earlier_undo(ledger, patch.patch_id, verdict))

    def restore(self, trace_id: str, stays: Landed | None, *, dry_run: bool = False) -> dict[str, Any]:
        """Take back the patches of a trace of this working tree after ``stays`` (None: all) with one patch; return the
        verdict.

        A person's edits stay, or are a conflict. Raises ``PatchgateError``.
        """
        tree = self._target.tree()
        meta = {"restores": tree.snapshot if stays is None else stays.patch_id}
        kept = self._target.place.kept.read
        try:
            submission = plan_worktree_restore(self._repository.ledger, kept, tree, trace_id, stays)
        except Refused as refused:
            asked = Submission("workspace-edit", None, "restore", reason="restore")
            return verdict_json(self._service.refuse(refused, asked, meta=meta))
        return verdict_json(self._reversed(replace(submission, dry_run=dry_run), meta))

    def recommend(self, recommendation: Mapping[str, object]) -> str:
        """Record a recommendation for a person in the ledger and return its id."""
        number = new_patch_id()
        data = {"id": number, **recommendation}
        self._repository.ledger.record(Event(RECOMMENDATION, now(), new_trace_id(), data=data))
        return number

    def set_status(self, uuid: str, status: str, why: str) -> None:
        """Raises ``UsageError`` if tasks.json does not have the task."""
        with tree_lock(self._repository.lock, self._command):
            tasks = self.mission.read_tasks()
            entries = [entry for entry in tasks if entry["uuid"] == uuid]
            if not entries:
                raise no_task(uuid, tasks)
            self.mission.write_tasks([{**entry, "status": status, "why": why} for entry in entries])

    def _reversed(self, submission: Submission, meta: Mapping[str, object]) -> Verdict:
        contract = Contract(allow=TAKEN_BACK)
        return self._service.judge_parsed(submission, rules=lambda rules: replace(rules, contract=contract), meta=meta)
