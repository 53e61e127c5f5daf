"""Opens every project of a snapshot: which are healthy, with which TypeScript, and what errors they have."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runner.checker.health import Health
from runner.checker.projects import find_projects, nothing_to_judge
from runner.checker.server.client import NoVerdict
from runner.checker.server.tree_server import TreeServer
from runner.checker.server.wire import Opened
from runner.checker.state import ProjectState, TreeState, project_state
from runner.errors import CheckerError
from runner.model.diagnostics import Unjudged
from runner.model.order import TypeScriptChoice
from runner.model.tree import TreeReader

Cancel = threading.Event | None


class Versions(Protocol):
    """Which compiler judges a project."""

    def version_of(self, tree: TreeReader, config: str) -> tuple[str, str]:
        """The exact version, which the toolchain store has, and a note for people (it may be empty).

        Raises ``CheckerError`` if the store has no compiler for it and cannot get one.
        """


@dataclass(frozen=True)
class Opener:
    """``warm`` says whether compilers may be kept warm at all. ``say`` is told of progress."""

    versions: Versions
    health: Health
    choice: TypeScriptChoice
    warm: Callable[[], bool]
    say: Callable[[str], None] = lambda line: None

    def open_all(self, server: TreeServer, tree: TreeReader, snapshot: str, cancel: Cancel = None) -> TreeState:
        """Raises ``CheckerError`` if there is no project at all, if a compiler is missing or broken, or if ``cancel`` is set."""
        found = find_projects(tree, self.choice)
        if not found.projects:
            raise nothing_to_judge(found)
        states: dict[str, ProjectState] = {}
        unjudged, notes = list(found.unjudged), dict[str, None]()
        for number, config in enumerate(found.projects, 1):
            version, note = self.versions.version_of(tree, config)
            if note:
                notes[note] = None
            self.say(f"{config}: TypeScript {version} ({number} of {len(found.projects)})")
            try:
                opened = self.open(server, snapshot, config, version, cancel)
            except NoVerdict as why:
                if broken := server.untrusted(version, cancel):
                    raise CheckerError(
                        f"TypeScript {version} does not work here: {broken}", "patchgate doctor"
                    ) from why
                unjudged.append(Unjudged(config, f"its compiler failed: {why}"[:500], "patchgate doctor"))
                continue
            if sick := self.health.of(opened, tree):
                unjudged.append(sick)
            else:
                states[config] = project_state(opened, version)
        return TreeState(snapshot, states, tuple(unjudged), tuple(notes))

    def open(self, server: TreeServer, snapshot: str, config: str, version: str, cancel: Cancel) -> Opened:
        """Warm where that is trusted, else cold. Raises ``NoVerdict``."""
        if self.warm() and not server.untrusted(version, cancel):
            try:
                opened = server.at(snapshot, cancel).open(config, version, cancel)
                server.make_room([config])
                return opened
            except NoVerdict:
                pass  # the cold compiler decides
        return server.at(snapshot, cancel).cold(config, version, {}, cancel)
