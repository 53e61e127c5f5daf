"""The checker, the language server and the workbench of one tree, each made when it is first needed."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType

from lsp_bridge.restarting import RestartingLanguages
from runner.app.checking import Checking, make_checker
from runner.app.run_folder import WorkFolder
from runner.app.workbenches import SOURCES, mount_modules, representatives, start_languages
from runner.checker.state import TreeState
from runner.checker.warm import WarmChecker
from runner.errors import CheckerError, SnapshotError
from runner.model.container import Mount
from runner.model.diagnostics import CheckResult, Diagnostic, Unjudged
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate
from runner.ports import Engine, Languages
from runner.snapshots.git.tree import GitTree
from runner.snapshots.workbench import DiskWorkbench
from runner.text.paths import ROOTS


class TreeServices:
    """Implements ``runner.ports.Checker``. A context manager; leaving it takes everything down.

    The first tree and the engine are requested at most once, when something is first checked or asked. Only one thread
    may check at a time; ``languages`` is thread-safe.
    """

    def __init__(
        self,
        tree: Callable[[], GitTree],
        modules: Path,
        connect: Callable[[], Engine],
        work_root: Path,
        labels: Mapping[str, str],
        *,
        checking: Checking,
        tree_of: Callable[[str], GitTree] | None = None,
        roots: Sequence[str] = ROOTS,
    ) -> None:
        """``tree_of`` gives the tree of a snapshot; without one every candidate is made on ``tree``. ``roots`` are the
        folders below which an absolute path in a question is one of the repository."""
        self._roots, self._checking = roots, checking
        self._first_tree, self._connect = tree, connect
        self._modules, self._work_root, self._labels = modules, work_root, labels
        self._tree_of = tree_of or (lambda _snapshot: self._first)
        self._moved: GitTree | None = None
        self._stack = ExitStack()
        self._numbers = itertools.count(1)

    def __enter__(self) -> TreeServices:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # the checker

    def errors(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Diagnostic, ...]:
        return self._checker.errors(snapshot, cancel)

    def unjudged(self, snapshot: str, cancel: threading.Event | None = None) -> tuple[Unjudged, ...]:
        return self._checker.unjudged(snapshot, cancel)

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        try:
            return self._checker.check(candidate, cancel)
        except OSError as error:
            raise CheckerError(
                f"the candidate could not be written for tsc: {error}", "Is the disk full? df -h"
            ) from error

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        self._checker.landed(candidate, snapshot, result)

    def finish(self, cancel: threading.Event | None = None) -> None:
        """See ``runner.ports.Checker``."""
        if "_checker" in self.__dict__:
            self._checker.finish(cancel)

    def state(self, snapshot: str, cancel: threading.Event | None = None) -> TreeState:
        """The TypeScript projects of a snapshot, healthy or not. Raises ``CheckerError``."""
        return self._checker.state(snapshot, cancel)

    # what containers and the language server see

    @cached_property
    def languages(self) -> Languages:
        """The language server, started at its first question."""
        found = RestartingLanguages(self._start_languages, self._roots)
        self._stack.callback(found.close)
        return found

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """The tree at /repo, with its ``node_modules``."""
        workbench = self._workbench
        return (Mount(str(workbench.root), "/repo"), *mount_modules(self._tree, self._modules, workbench))

    @cached_property
    def work(self) -> Path:
        """A folder that is removed with these services."""
        return self._stack.enter_context(WorkFolder(self._work_root)).path

    def move_to(self, tree: GitTree, candidate: Candidate) -> None:
        """``candidate`` has become ``tree``: show the new tree to the containers and tell the language server."""
        self._moved = tree
        if "_workbench" in self.__dict__:
            self._workbench.move_to(tree)
        if "languages" in self.__dict__:
            before, files = candidate.before, candidate.files
            changed = [path for path, state in files.items() if state is not None and before.get(path) is not None]
            created = [path for path, state in files.items() if state is not None and before.get(path) is None]
            deleted = [path for path, state in files.items() if state is None]
            self.languages.files_changed(changed, created, deleted)

    @cached_property
    def engine(self) -> Engine:
        return self._connect()

    @property
    def _tree(self) -> GitTree:
        """The newest tree."""
        return self._moved or self._first

    @cached_property
    def _first(self) -> GitTree:
        return self._first_tree()

    @cached_property
    def _checker(self) -> WarmChecker:
        checker = make_checker(
            self._checking,
            connect=lambda: self.engine,
            show=self._shown,
            tree_of=self._tree_of,
            modules=self._modules,
            installed=lambda: len(self.mounts) > 1,
            labels=dict(self._labels),
        )
        self._stack.callback(checker.server.close)
        return checker

    def _shown(self) -> tuple[Sequence[Mount], str]:
        return self.mounts, self._workbench.snapshot

    @cached_property
    def _workbench(self) -> DiskWorkbench:
        """The tree as containers see it."""
        return self._exported("tree")

    def _exported(self, name: str) -> DiskWorkbench:
        # Use a new folder each time: the leftovers of a failed export must not block the next one.
        root = self.work / f"{name}-{next(self._numbers)}"
        try:
            workbench = DiskWorkbench.export(self._tree, root)
        except (OSError, SnapshotError) as error:
            shutil.rmtree(root, ignore_errors=True)
            raise CheckerError(f"the tree could not be exported: {error}", "Is the disk full? df -h") from error
        self._stack.callback(workbench.close)
        return workbench

    def _start_languages(self) -> Languages:
        return start_languages(self.engine, self.mounts, self._open_files(), self._read, dict(self._labels))

    def _open_files(self) -> list[str]:
        """The checker knows the files of each project. If it cannot tell, there are no projects to load."""
        try:
            self._checker.errors(self._tree.snapshot)
        except CheckerError:
            return [path for path in self._tree.paths() if path.endswith(SOURCES)][:1]
        return representatives(self._tree, self._checker.files)

    def _read(self, path: str) -> bytes | None:
        state = self._tree.read(path)
        return None if state is None else state.content
