"""``CommandRunner``: runs the commands of an order on trees, and says what their ends mean for an edit."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from runner.checker.commands.archive import packed_again
from runner.checker.commands.cache import RunCache, key_of
from runner.checker.commands.installed import installed_identity, packages_of
from runner.checker.commands.judging import judged
from runner.checker.commands.launch import NOT_COPIED, NOT_COPIED_EXIT, Shown, spec_of
from runner.checker.commands.output import OutputFolder, tail
from runner.checker.commands.runs import Run
from runner.errors import CheckerError
from runner.model.commands import CommandResult
from runner.model.container import Mount, Outcome
from runner.model.order import Command
from runner.model.tree import Candidate, FileState, TreeReader
from runner.ports import Engine

Cancel = threading.Event | None
Files = Mapping[str, FileState | None]


class Trees(Protocol):
    """Where trees come from, and how one is put on disk for a container. ``files`` are put into the tree (None removes)."""

    def tree_of(self, snapshot: str) -> TreeReader: ...

    def identity(self, tree: TreeReader, files: Files) -> str:
        """The hash of git's tree: equal for equal content, wherever it came from."""

    def modules(self, tree: TreeReader) -> tuple[Mount, ...]:
        """The installed ``node_modules`` of the tree, with targets below /repo."""

    def shown(self, tree: TreeReader, files: Files) -> AbstractContextManager[Path]:
        """A folder with the tree while the context is open. Raises ``CheckerError``."""


@dataclass
class CommandRunner:
    """Not thread-safe: there is one folder for trees. ``npm`` is lent to images that bring Node without it.

    Without ``cache`` nothing is remembered, and without ``outputs`` nothing is kept but the tail.
    """

    engine: Callable[[], Engine]
    trees: Trees
    commands: Sequence[Command]
    cache: RunCache | None = None
    outputs: OutputFolder | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    npm: Path | None = None
    _installed: dict[tuple[Mount, ...], str] = field(default_factory=dict, init=False)

    def baseline(self, snapshot: str, cancel: Cancel = None) -> tuple[CommandResult, ...]:
        """Every command on a snapshot, compared with nothing. Raises ``CheckerError`` and ``SandboxError``."""
        tree = self.trees.tree_of(snapshot)
        self._installed.clear()
        return tuple(self._result(command, None, self._run(command, tree, {}, cancel)) for command in self.commands)

    def check(self, candidate: Candidate, cancel: Cancel = None) -> tuple[CommandResult, ...]:
        """The commands for every patch (``when`` is ``patch``) on a candidate, each against the candidate's base."""
        tree = self.trees.tree_of(candidate.base)
        mine = [command for command in self.commands if command.when == "patch"]
        return self.compare(tree, tree, mine, files=candidate.files, cancel=cancel)

    def compare(
        self,
        base: TreeReader,
        head: TreeReader,
        commands: Sequence[Command] | None = None,
        *,
        files: Files | None = None,
        cancel: Cancel = None,
    ) -> tuple[CommandResult, ...]:
        """Commands (None: all) on ``head`` with ``files`` put in, each against ``base``. Raises ``CheckerError`` and
        ``SandboxError``.

        The base is only run where the head does not pass, and where what it does matters.
        """
        chosen = self.commands if commands is None else commands
        self._installed.clear()
        return tuple(self._compare(command, base, head, files or {}, cancel) for command in chosen)

    def _compare(
        self, command: Command, base: TreeReader, head: TreeReader, files: Files, cancel: Cancel
    ) -> CommandResult:
        after = self._run(command, head, files, cancel)
        if after.passed:
            return self._result(command, self._remembered(command, base), after)
        if command.must == "pass":
            return self._result(command, self._remembered(command, base), after)
        before = self._run(command, base, {}, cancel)
        if before.cached and not before.passed:
            # A remembered failure would excuse this one, so it has to happen again.
            before = self._run(command, base, {}, cancel, again=True)
        return self._result(command, before, after)

    def _result(self, command: Command, base: Run | None, head: Run) -> CommandResult:
        status, detail = judged(command, base, head)
        kept = ("", "") if self.outputs is None else self.outputs.keep(command.name, head.output, head.archive)
        return CommandResult(
            command=command.run,
            name=command.name,
            status=status,
            base_exit=None if base is None else base.exit_code,
            head_exit=head.exit_code,
            limit_hit=head.limit_hit,
            output_tail=tail(head.output),
            artefact=kept[0],
            archive=kept[1],
            cached=head.cached,
            detail=detail,
            duration_ms=head.duration_ms,
        )

    def _remembered(self, command: Command, tree: TreeReader) -> Run | None:
        return None if self.cache is None else self.cache.find(self._key(command, tree, {}))

    def _run(self, command: Command, tree: TreeReader, files: Files, cancel: Cancel, *, again: bool = False) -> Run:
        key = "" if self.cache is None else self._key(command, tree, files)
        known = None if self.cache is None or again else self.cache.find(key)
        if known is not None:
            return known
        run = self._run_now(command, tree, files, cancel)
        if self.cache is not None:
            self._installed.clear()
            # Packages that were installed meanwhile belong to no key.
            if key == self._key(command, tree, files):
                self.cache.keep(key, run)
        return run

    def _run_now(self, command: Command, tree: TreeReader, files: Files, cancel: Cancel) -> Run:
        with self.trees.shown(tree, files) as root:
            modules = self.trees.modules(tree)
            with _reading_packages():
                shown = Shown(root, modules, packages_of(modules))
            spec = spec_of(command, shown, npm=self.npm, labels=self.labels)
            outcome = self.engine().run(spec, cancel=cancel)
        return _run_of(command, outcome)

    def _key(self, command: Command, tree: TreeReader, files: Files) -> str:
        modules = self._identity(self.trees.modules(tree))
        image = self.engine().image_id(command.image)
        identity = self.trees.identity(tree, files)
        return key_of(command, image=image, tree=identity, modules=modules, npm=_version_of(self.npm))

    def _identity(self, modules: tuple[Mount, ...]) -> str:
        """Found once in a comparison, and again after each run: walking large packages takes seconds."""
        if modules not in self._installed:
            with _reading_packages():
                self._installed[modules] = installed_identity(modules)
        return self._installed[modules]


@contextmanager
def _reading_packages() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CheckerError(f"the installed packages cannot be read: {error}", "npm ci") from error


def _run_of(command: Command, outcome: Outcome) -> Run:
    """Raises ``CheckerError`` if the command was cancelled or could not begin."""
    if outcome.limit_hit == "cancelled":
        raise CheckerError(f"{command.name} was cancelled")
    if outcome.exit_code == NOT_COPIED_EXIT and outcome.stderr.rstrip().endswith(NOT_COPIED.encode()):
        raise CheckerError(
            f"the tree could not be copied for {command.name}: {tail(outcome.stderr)}",
            "It must fit into the command's limits.memory_mb.",
        )
    took = round(outcome.duration_ms, 1)
    if outcome.limit_hit is not None:
        return Run(None, outcome.limit_hit, outcome.stderr, duration_ms=took)
    archive, note = packed_again(outcome.stdout, command.artefacts, command.limits.output_kb * 1024)
    run = Run(outcome.exit_code, None, outcome.stderr, archive, duration_ms=took)
    return replace(run, note=note)


def _version_of(npm: Path | None) -> str:
    if npm is None:
        return ""
    try:
        return str(json.loads((npm / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError) as error:
        raise CheckerError(f"npm is not in {npm}: {error}", "make setup") from error
