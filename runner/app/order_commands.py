"""The commands of one order: where their trees, their cache and their output are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from runner.app.command_trees import CommandTrees
from runner.app.keeping import prune_commands
from runner.app.run_folder import WorkFolder
from runner.app.settings import Settings
from runner.checker.commands.cache import RunCache
from runner.checker.commands.output import OutputFolder
from runner.checker.commands.runner import CommandRunner
from runner.ledger.mission_control import COMMANDS, FOLDER, MissionControl
from runner.model.commands import CommandResult
from runner.model.order import Command
from runner.ports import CandidateCommands, Engine
from runner.sandbox.image_inputs import npm_folder
from runner.snapshots.git.store import GitSnapshots


class OrderCommands:
    """A context manager; leaving it removes the trees. Without commands it makes nothing."""

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        snapshots: GitSnapshots,
        modules: Path,
        engine: Callable[[], Engine],
        settings: Settings,
        mission: MissionControl,
        trace_id: str,
        order_id: str = "",
        cancel: threading.Event | None = None,
    ) -> None:
        """``modules`` is the host folder whose ``node_modules`` containers see. ``cancel`` ends a running command."""
        self._commands, self._snapshots, self._modules = tuple(commands), snapshots, modules
        self._engine, self._settings, self._cancel = engine, settings, cancel
        self._outputs = OutputFolder(mission.commands_folder(trace_id), f"{FOLDER}/{COMMANDS}/{trace_id}")
        self._mission = mission
        self._labels = {"patchgate.order": order_id, "patchgate.trace": trace_id, "patchgate.pass": "commands"}
        self._stack = ExitStack()
        self._runner: CommandRunner | None = None

    def __enter__(self) -> OrderCommands:
        if self._commands:
            work = self._stack.enter_context(WorkFolder(self._settings.work)).path
            prune_commands(self._mission.root, self._settings)
            trees = CommandTrees(self._snapshots, self._modules, work / "commands")
            self._stack.callback(trees.close)
            self._runner = CommandRunner(
                self._engine,
                trees,
                self._commands,
                cache=RunCache(self._settings.runs),
                outputs=self._outputs,
                labels=self._labels,
                npm=npm_folder(),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def for_patches(self) -> CandidateCommands | None:
        """What every candidate has to pass; None if there is no such command."""
        return self._runner if any(command.when == "patch" for command in self._commands) else None

    def after_pass(self, since: str, current: str) -> tuple[CommandResult, ...]:
        """The commands for passes on snapshot ``current``, each compared with ``since``. Raises ``CheckerError`` and
        ``SandboxError``.
        """
        if self._runner is None:
            return ()
        mine = [command for command in self._commands if command.when == "pass"]
        before, after = self._snapshots.tree(since), self._snapshots.tree(current)
        return self._runner.compare(before, after, mine, cancel=self._cancel)
