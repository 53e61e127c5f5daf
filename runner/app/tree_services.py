"""The checker and the language server of one tree, each made when it is first needed and gone when the room closes."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from lsp_bridge.restarting import RevivedLanguages
from runner.app.run_folder import WorkFolder
from runner.app.workbenches import SOURCES, mount_modules, representatives, start_languages
from runner.checker.tsc import TscChecker
from runner.edits.changes.placing import carry_of
from runner.errors import CheckerError, SnapshotError
from runner.model.container import Mount
from runner.model.diagnostics import Baseline, CheckResult
from runner.model.tree import Candidate, TreeReader
from runner.ports import Engine, Languages, Workbench
from runner.snapshots.git.tree import GitTree
from runner.snapshots.workbench import DiskWorkbench
from runner.text.paths import ROOTS


class TreeServices:
    """Implements ``runner.ports.Checker`` for candidates of the one tree that ``tree`` gives.

    ``roots`` are the folders below which an absolute path in a question is one of the repository.
    ``tree`` and ``connect`` are called at most once, and not before something has to be checked or asked. A context
    manager. Not for use by several threads at once.
    """

    def __init__(
        self,
        tree: Callable[[], GitTree],
        modules: Path,
        connect: Callable[[], Engine],
        work_root: Path,
        labels: dict[str, str],
        *,
        roots: Sequence[str] = ROOTS,
    ) -> None:
        self._roots = roots
        self._make_tree, self._connect = tree, connect
        self._modules, self._work_root, self._labels = modules, work_root, labels
        self._stack = ExitStack()
        self._numbers = itertools.count(1)

    def __enter__(self) -> TreeServices:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def baseline(self, tree: TreeReader, cancel: threading.Event | None = None) -> Baseline:
        """What is there before anyone edits. ``tree`` must be the room's own."""
        return self._baseline

    def check(self, base: Baseline, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        """``base`` is not looked at: the room's own baseline is what counts. Raises as the port says."""
        try:
            return self._checker.check(self._baseline, candidate, cancel)
        except OSError as error:
            raise CheckerError(
                f"the candidate could not be written for tsc: {error}", "Is the disk full? df -h"
            ) from error

    @cached_property
    def languages(self) -> Languages:
        """Started at its first question."""
        found = RevivedLanguages(self._start_languages, self._roots)
        self._stack.callback(found.close)
        return found

    @cached_property
    def _tree(self) -> GitTree:
        return self._make_tree()

    @cached_property
    def _engine(self) -> Engine:
        return self._connect()

    @cached_property
    def _work(self) -> Path:
        return self._stack.enter_context(WorkFolder(self._work_root)).path

    @cached_property
    def _checker(self) -> TscChecker:
        bench, mounts = self._check_bench()
        return TscChecker(
            self._engine,
            bench,
            mounts,
            lambda _id: self._tree,
            carry_of,
            labels=self._labels,
            renew=self._check_bench,
        )

    def _check_bench(self) -> tuple[Workbench, Sequence[Mount]]:
        bench = self._bench("check")
        return bench, mount_modules(self._tree, self._modules, bench)

    @cached_property
    def _baseline(self) -> Baseline:
        return self._checker.baseline(self._tree)

    def _bench(self, name: str) -> DiskWorkbench:
        # A folder of its own each time: what a failed export left behind must not stand in the way of the next.
        root = self._work / f"{name}-{next(self._numbers)}"
        try:
            bench = DiskWorkbench.export(self._tree, root)
        except (OSError, SnapshotError) as error:
            shutil.rmtree(root, ignore_errors=True)
            raise CheckerError(f"the tree could not be exported: {error}", "Is the disk full? df -h") from error
        self._stack.callback(bench.close)
        return bench

    def _start_languages(self) -> Languages:
        return start_languages(self._engine, self._shown, self._open_files(), self._read, self._labels)

    @cached_property
    def _shown(self) -> tuple[Mount, ...]:
        """The tree as the language server sees it. The checker's own bench holds candidates."""
        bench = self._bench("tree")
        return (Mount(str(bench.root), "/repo"), *mount_modules(self._tree, self._modules, bench))

    def _open_files(self) -> list[str]:
        """tsc lists what each project has. A tree that it cannot list has no projects to be loaded."""
        try:
            self._baseline  # noqa: B018 - it fills the checker's roots
        except CheckerError:
            return [path for path in self._tree.paths() if path.endswith(SOURCES)][:1]
        return representatives(self._tree, self._checker.roots)

    def _read(self, path: str) -> bytes | None:
        state = self._tree.read(path)
        return None if state is None else state.content
