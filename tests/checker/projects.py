"""Small TypeScript projects under a ``WarmChecker`` or its twin, and the shortest way from an edit to its result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.app.checking import Checking
from runner.app.settings import Settings, read_settings
from runner.app.tree_services import TreeServices
from runner.checker.memory import MemoryChecker
from runner.edits import apply_changes, lower
from runner.model.diagnostics import CheckResult, Diagnostic, Verified
from runner.model.order import EVERY_PROJECT, TypeScriptChoice
from runner.model.tree import Candidate, FileState, TreeReader
from runner.ports import Checker, Engine
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.memory import MemoryTree
from tests.snapshots.repositories import PATCH, make_repository

OPTIONS = {
    "strict": True,
    "lib": ["es2020"],
    "types": [],
    "skipLibCheck": True,
    "module": "esnext",
    "moduleResolution": "bundler",
}


def config(**more: object) -> str:
    """A tsconfig that checks quickly. ``options`` are added to the compiler's."""
    options = more.pop("options", {})
    assert isinstance(options, dict)
    return json.dumps({"compilerOptions": {**OPTIONS, **options}, **more})


OPENED: list[Project] = []
"""Those with containers; ``conftest.py`` closes them after each test."""


@dataclass
class Project:
    """One tree with its checker."""

    tree: TreeReader
    checker: Checker
    store: GitSnapshots | None = None
    services: TreeServices | None = None

    def errors(self) -> tuple[Diagnostic, ...]:
        return self.checker.errors(self.tree.snapshot)

    def candidate(self, edits: Mapping[str, str | None]) -> Candidate:
        """``edits`` are whole files, of which the smallest edits are made; None deletes."""
        payload = [{"file": path, "content": text} for path, text in edits.items()]
        return apply_changes(lower("whole-file", payload, self.tree), self.tree)

    def check(self, edits: Mapping[str, str | None]) -> CheckResult:
        return self.checker.check(self.candidate(edits))

    def land(self, edits: Mapping[str, str | None]) -> None:
        """Checks the edits and goes on from the tree that they make, as a trace does."""
        candidate = self.candidate(edits)
        result = self.checker.check(candidate)
        assert self.store is not None and not result.new
        snapshot = self.store.write(Verified(candidate, result), PATCH)
        self.checker.landed(candidate, snapshot, result)
        self.tree = self.store.tree(snapshot.id)

    def close(self) -> None:
        if self.services is not None:
            self.services.__exit__(None, None, None)

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def on_disk(
    files: Mapping[str, str | bytes],
    folder: Path,
    engine: Engine,
    *,
    choice: TypeScriptChoice = EVERY_PROJECT,
    strict: bool = False,
    audit: int = 0,
    modules: Path | None = None,
) -> Project:
    """The compilers are the machine's."""
    store = GitSnapshots(make_repository(folder / "repository", files))
    tree = store.tree(store.resolve("HEAD").id)
    machine = read_settings()
    settings = Settings(folder / "state", folder / "work", audit=audit, toolchain_folder=machine.toolchain)
    services = TreeServices(
        lambda: tree,
        modules or folder / "repository",
        lambda: engine,
        settings.work,
        {},
        checking=Checking(settings, choice, strict),
        tree_of=store.tree,
    )
    project = Project(tree, services, store, services)
    OPENED.append(project)
    return project


def in_memory(files: Mapping[str, str | bytes]) -> Project:
    states = {path: FileState(text.encode() if isinstance(text, str) else text) for path, text in files.items()}
    tree = MemoryTree(states, "1" * 40)
    return Project(tree, MemoryChecker(lambda _snapshot: tree))
