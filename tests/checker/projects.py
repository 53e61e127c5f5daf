"""Small TypeScript projects under a ``TscCompiler`` or its twin, and the shortest way from an edit to its result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.checker.memory import MemoryCompiler
from runner.checker.tsc import TscCompiler
from runner.edits import apply_changes, lower
from runner.edits.changes.placing import carry_of
from runner.model.diagnostics import Baseline, CheckResult, Verified
from runner.model.tree import Candidate, FileState, TreeReader
from runner.ports import Compiler, Engine
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.memory import MemoryTree
from runner.snapshots.workbench import DiskWorkbench
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


@dataclass
class Project:
    """One tree with its checker and baseline."""

    tree: TreeReader
    checker: Compiler
    workbench: DiskWorkbench | None = None
    base: Baseline | None = None
    store: GitSnapshots | None = None

    def baseline(self) -> Baseline:
        self.base = self.checker.baseline(self.tree)
        return self.base

    def candidate(self, edits: Mapping[str, str | None]) -> Candidate:
        """``edits`` are whole files, of which the smallest edits are made; None deletes."""
        payload = [{"file": path, "content": text} for path, text in edits.items()]
        return apply_changes(lower("whole-file", payload, self.tree), self.tree)

    def check(self, edits: Mapping[str, str | None]) -> CheckResult:
        return self.checker.check(self.base or self.baseline(), self.candidate(edits))

    def land(self, edits: Mapping[str, str | None]) -> None:
        """Checks the edits and goes on from the tree that they make, as a trace does."""
        base, candidate = self.base or self.baseline(), self.candidate(edits)
        result = self.checker.check(base, candidate)
        assert self.store is not None and not result.new
        tree = self.store.tree(self.store.write(Verified(candidate, result), PATCH).id)
        self.tree, self.base = tree, Baseline(tree.snapshot, base.projects, result.errors)


def on_disk(files: Mapping[str, str | bytes], folder: Path, engine: Engine) -> Project:
    store = GitSnapshots(make_repository(folder / "repository", files))
    tree = store.tree(store.resolve("HEAD").id)
    workbench = DiskWorkbench.export(tree, folder / "workbench")
    return Project(tree, TscCompiler(engine, workbench, (), store.tree, carry_of), workbench, store=store)


def in_memory(files: Mapping[str, str | bytes]) -> Project:
    states = {path: FileState(text.encode() if isinstance(text, str) else text) for path, text in files.items()}
    return Project(MemoryTree(states, "1" * 40), MemoryCompiler())
