"""Commands as plain lines on two sides of a difference: what CI asks for, without an order."""

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
from runner.checker.commands.runner import CommandRunner, Files
from runner.model.commands import CommandResult
from runner.model.order import COMMAND_LIMITS, Command, Limits
from runner.model.tree import TreeReader
from runner.ports import Engine
from runner.sandbox.image_inputs import npm_folder
from runner.snapshots.git.store import GitSnapshots


class CommandLines:
    """A context manager; leaving it removes the trees. The repository gets no object and no file.

    ``modules`` is the host folder whose ``node_modules`` containers see. ``outputs`` is an absent or empty folder for what
    the commands print; without one, only the tails remain.
    """

    def __init__(
        self,
        repository: Path,
        modules: Path,
        engine: Callable[[], Engine],
        settings: Settings,
        *,
        limits: Limits = COMMAND_LIMITS,
        outputs: Path | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        self._repository, self._modules, self._engine, self._settings = repository, modules, engine, settings
        self._limits, self._cancel = limits, cancel
        self._outputs = None if outputs is None else OutputFolder(outputs, str(outputs))
        self._stack = ExitStack()

    def __enter__(self) -> CommandLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def compare(
        self, base: TreeReader, head: TreeReader, commands: Sequence[str], *, files: Files | None = None
    ) -> tuple[CommandResult, ...]:
        """Each line on ``head`` with ``files`` put in, and on ``base`` where it does not pass. Raises ``CheckerError`` and
        ``SandboxError``.
        """
        prune_commands(None, self._settings)
        work = self._stack.enter_context(WorkFolder(self._settings.work)).path
        trees = CommandTrees(GitSnapshots(self._repository), self._modules, work / "commands")
        self._stack.callback(trees.close)
        asked = [Command(f"run-{number}", line, self._limits) for number, line in enumerate(commands, 1)]
        runner = CommandRunner(
            self._engine,
            trees,
            asked,
            cache=RunCache(self._settings.runs),
            outputs=self._outputs,
            labels={"patchgate.order": "", "patchgate.trace": "", "patchgate.pass": "commands"},
            npm=npm_folder(),
        )
        return runner.compare(base, head, files=files, cancel=self._cancel)
