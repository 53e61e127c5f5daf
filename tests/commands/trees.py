"""A repository on disk, and the runner of its commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.app.command_trees import CommandTrees
from runner.checker.commands.cache import RunCache
from runner.checker.commands.output import OutputFolder
from runner.checker.commands.runner import CommandRunner
from runner.model.commands import CommandResult
from runner.model.container import ContainerSpec, Outcome
from runner.model.order import Command, Limits
from runner.model.tree import FileState
from runner.ports import Engine
from runner.sandbox.image_inputs import npm_folder
from runner.snapshots.git.store import GitSnapshots
from tests.snapshots.repositories import git, make_repository, write_files

LIMITS = Limits(wall_s=60, memory_mb=512, cpus=2, pids=64, output_kb=256)


def command(run: str, **given: Any) -> Command:
    return Command(**{"name": "test", "run": run, "limits": LIMITS, **given})


def limits(**given: Any) -> Limits:
    return Limits(**{"wall_s": 60, "memory_mb": 512, "cpus": 2, "pids": 64, "output_kb": 256, **given})


@dataclass
class Counting:
    """An engine that counts its containers, and can do something while one runs."""

    engine: Any
    runs: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def run(self, spec: ContainerSpec, **given: Any) -> Outcome:
        self.runs += 1
        outcome: Outcome = self.engine.run(spec, **given)
        self.meanwhile()
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@dataclass
class Bench:
    """Two commits of one repository, ``base`` and ``head``, and commands on them."""

    folder: Path
    counting: Counting
    base: str = field(default="", init=False)
    head: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.repository = self.folder / "repo"
        self.outputs = OutputFolder(self.folder / "out", "out")
        self.cache = RunCache(self.folder / "cache")

    def commits(self, base: Mapping[str, str], head: Mapping[str, str]) -> Bench:
        make_repository(self.repository, base)
        self.base = git(self.repository, "rev-parse", "HEAD").strip()
        write_files(self.repository, head)
        git(self.repository, "add", "-A")
        git(self.repository, "commit", "-q", "--allow-empty", "-m", "head")
        self.head = git(self.repository, "rev-parse", "HEAD").strip()
        return self

    def compare(
        self, *commands: Command, cached: bool = False, files: Mapping[str, str] | None = None
    ) -> CommandResult:
        """The result of the last command, on ``head`` (with ``files`` put in) against ``base``."""
        snapshots = GitSnapshots(self.repository)
        trees = CommandTrees(snapshots, self.repository, self.folder / "tree")
        engine: Engine = self.counting
        runner = CommandRunner(
            lambda: engine,
            trees,
            commands,
            cache=self.cache if cached else None,
            outputs=self.outputs,
            npm=npm_folder(),
        )
        put = {path: FileState(text.encode()) for path, text in (files or {}).items()}
        try:
            return runner.compare(snapshots.tree(self.base), snapshots.tree(self.head), files=put)[-1]
        finally:
            trees.close()

    def kept(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()
