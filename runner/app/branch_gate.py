"""``Gate``: the gate used without an order. Open a repository, hand in submissions, get verdicts.

The person's branch, index and working tree stay as they are: see ``BranchTarget``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.app.branch_target import BranchTarget
from runner.app.checking import Checking
from runner.app.engine import engine_starter
from runner.app.gate_service import GateService, Typecheck, is_strict
from runner.app.opened import OpenedRepository
from runner.app.settings import Settings, read_settings
from runner.gate.verdict.wire import verdict_json
from runner.model.events import Event
from runner.model.order import EVERY_PROJECT, Policy, TypeScriptChoice
from runner.model.verdict import Verdict
from runner.ports import Engine
from runner.repository.landed import landed_patch
from runner.repository.undo import (
    Reversal,
    find_restore_point,
    plan_restore,
    plan_undo,
    was_overtaken,
    with_earlier_undo,
)

PLANS = 4
"""How often an undo or a restore is planned again before patches that land meanwhile make it a conflict."""


class Gate:
    """A context manager. ``submit`` may be called from several threads; submissions are judged one at a time.

    The baseline and the workbench are made once, when a type check first needs them, and the language server when a
    rename or a question does.
    """

    def __init__(
        self,
        repository: OpenedRepository,
        *,
        typecheck: Typecheck,
        engine: Callable[[], Engine],
        settings: Settings,
        policy: Policy | None = None,
        typescript: TypeScriptChoice = EVERY_PROJECT,
        show: Callable[[Event], None] = lambda event: None,
    ) -> None:
        """Use ``Gate.open``. ``engine`` is called when a container is first needed."""
        self._repository = repository
        self._target = BranchTarget(repository, engine, Checking(settings, typescript, is_strict(typecheck, policy)))
        self._service = GateService(self._target, typecheck=typecheck, policy=policy, show=show)

    @classmethod
    def open(
        cls,
        repo: Path,
        *,
        typecheck: Typecheck = "auto",
        engine: str | Engine | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        typescript: TypeScriptChoice = EVERY_PROJECT,
        show: Callable[[Event], None] = lambda event: None,
    ) -> Gate:
        """``repo`` is the repository, a folder in it, or a plain folder that was imported before.

        ``typecheck`` is as in ``GateService``. ``engine`` is an engine or the name of one. ``typescript`` chooses the
        projects and the version that judge. Raises ``PatchgateError``.
        """
        chosen = settings or read_settings()
        repository = OpenedRepository.find(repo, chosen)
        start = engine_starter(engine, chosen)
        return cls(
            repository,
            typecheck=typecheck,
            engine=start,
            settings=chosen,
            policy=policy,
            typescript=typescript,
            show=show,
        )

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the containers and workbenches. Idempotent."""
        self._service.close()

    @property
    def base(self) -> str:
        """The commit that submissions are judged on."""
        return self._target.base()

    def submit(self, data: object) -> dict[str, Any]:
        """Judge a submission as in docs/interfaces.md and return its verdict. Never raises for what the submission
        contains.
        """
        return self._service.submit(data)

    def submit_all(self, data: Sequence[object]) -> list[dict[str, Any]]:
        """Judge each submission separately on the same base; return the verdicts in the same order."""
        return [self.submit(each) for each in data]

    def context(self, symbols: Sequence[str], files: Sequence[str] = (), budget: int = 4000) -> str:
        """Symbol context as Markdown within about ``budget`` tokens. Raises ``BridgeError``."""
        return self._target.languages.context(symbols, files, budget)

    def undo(self, patch: str, *, dry_run: bool = False) -> dict[str, Any]:
        """Take back one patch of a trace with a new patch, whatever landed on top of it, and return the verdict.

        It is a conflict if something later touches the same place. ``patch`` may be the first digits of the id. Raises
        ``UsageError`` if there is no such patch.
        """
        ledger = self._repository.ledger
        undone = landed_patch(ledger, patch).patch_id
        verdict = self._reverse_newest(lambda: plan_undo(ledger, self._repository.snapshots, undone), dry_run)
        return verdict_json(with_earlier_undo(ledger, undone, verdict))

    def restore(self, snapshot: str, *, trace_id: str | None = None, dry_run: bool = False) -> dict[str, Any]:
        """Set the trace's newest tree to that of one of its earlier snapshots (or of its base), with a new patch.

        ``snapshot`` may also be the id of the patch that made it, or its first digits. Raises ``UsageError`` for a
        snapshot of no trace, and for the base of several traces if none is named.
        """
        ledger, snapshots = self._repository.ledger, self._repository.snapshots
        found, stays = find_restore_point(ledger, snapshots, snapshot, trace_id)
        return verdict_json(self._reverse_newest(lambda: plan_restore(ledger, snapshots, found, stays), dry_run))

    def _reverse_newest(self, plan: Callable[[], Reversal], dry_run: bool) -> Verdict:
        """Plan again, up to ``PLANS`` times, if another process lands on the trace in the meantime."""
        for _ in range(PLANS - 1):
            verdict = self._reverse(plan(), dry_run)
            if not was_overtaken(verdict):
                return verdict
            self._repository.settle()  # the faster process may have died before it recorded this
        return self._reverse(plan(), dry_run)

    def _reverse(self, plan: Reversal, dry_run: bool) -> Verdict:
        asked = replace(plan, submission=replace(plan.submission, dry_run=dry_run))
        return self._service.judge_parsed(
            asked.submission,
            admit=lambda _submission, _tasks: self._target.admit_reversal(asked),
            rules=lambda rules: replace(plan.rules, policy=rules.policy),
            meta=plan.meta,
        )
