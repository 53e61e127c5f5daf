"""``TreeServer``: the checker server of one tree. It starts it, restarts it, and moves it from snapshot to snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

from runner.checker.server.client import NoVerdict
from runner.checker.server.process import CheckerServer
from runner.checker.state import ProjectState
from runner.model.tree import Candidate, FileState, TreeReader

Cancel = threading.Event | None
# More files than that are rather another commit than a patch.
FEW = 20
Start = Callable[[], tuple[CheckerServer, str]]
Changed = Callable[[TreeReader, TreeReader], Iterable[str]]


class TreeServer:
    """Not thread-safe.

    A judged candidate is held until the next question: if it has landed by then, the server keeps what it knows of it.
    """

    def __init__(
        self, start: Start, tree_of: Callable[[str], TreeReader], changed: Changed, budget_mb: Callable[[], float]
    ) -> None:
        """``start`` gives a new server and the snapshot that its container shows. ``changed`` are the paths that differ
        between two trees. Projects are closed, the longest unused first, while the server needs more than ``budget_mb``.
        """
        self._start, self._tree_of, self._changed, self._budget_mb = start, tree_of, changed, budget_mb
        self._server: CheckerServer | None = None
        self._snapshot = ""
        self._held: Candidate | None = None
        self._landed: str | None = None
        self._untrusted: dict[str, str] = {}

    def at(self, snapshot: str, cancel: Cancel = None) -> CheckerServer:
        """The server with ``snapshot`` as its base. Raises ``NoVerdict``."""
        server = self._alive()
        self._settle(server, cancel)
        if self._snapshot != snapshot:
            old, new = self._tree_of(self._snapshot), self._tree_of(snapshot)
            _move(server, {path: new.read(path) for path in self._changed(old, new)}, cancel)
            self._snapshot = snapshot
        return server

    def with_open(self, snapshot: str, projects: Iterable[ProjectState], cancel: Cancel = None) -> CheckerServer:
        """The server at ``snapshot`` with these projects open. Raises ``NoVerdict``."""
        server = self.at(snapshot, cancel)
        for project in projects:
            # The most recently used one stands last.
            version = server.open_configs.pop(project.config, None)
            if version != project.typescript:
                server.open(project.config, project.typescript, cancel)
            server.open_configs[project.config] = project.typescript
        return server

    def make_room(self, keep: Iterable[str] = ()) -> None:
        """Close projects that were not used lately while there is too little memory."""
        server, kept = self._alive(), set(keep)
        while server.memory_mb() > self._budget_mb():
            idle = [config for config in server.open_configs if config not in kept]
            if not idle:
                return
            server.close_projects(idle[:1])

    def untrusted(self, typescript: str, cancel: Cancel = None) -> str:
        """Why a version is only run cold; empty if its self-test passed."""
        if typescript not in self._untrusted:
            try:
                self._untrusted[typescript] = self._alive().self_test(typescript, cancel)
            except NoVerdict as why:
                self._untrusted[typescript] = str(why)
        return self._untrusted[typescript]

    def hold(self, candidate: Candidate) -> None:
        self._held, self._landed = candidate, None

    def landed(self, candidate: Candidate, snapshot: str) -> None:
        if self._held is candidate:
            self._landed = snapshot

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _alive(self) -> CheckerServer:
        if self._server is None or self._server.dead:
            self.close()
            self._held = self._landed = None
            self._server, self._snapshot = self._start()
        return self._server

    def _settle(self, server: CheckerServer, cancel: Cancel) -> None:
        if self._held is None:
            return
        kept, self._held, self._landed = self._landed, None, None
        server.end(kept is not None, cancel)
        if kept is not None:
            self._snapshot = kept


def _move(server: CheckerServer, files: Mapping[str, FileState | None], cancel: Cancel) -> None:
    """Make ``files`` part of the base. As a candidate that is kept, they leave what is known of all projects as it is."""
    if not server.open_configs or not files or len(files) > FEW:
        server.rebase(files, cancel)
        return
    batch = server.judge(list(server.open_configs), files, cancel)
    while not batch.done:
        batch = server.more(cancel)
    server.end(True, cancel)
