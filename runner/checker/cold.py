"""A candidate judged by new processes of its compilers, with nothing reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from runner.checker.health import Health
from runner.checker.projects import find_projects
from runner.checker.question import Question
from runner.checker.server.client import NoVerdict, TimedOut
from runner.checker.server.tree_server import TreeServer
from runner.checker.server.wire import Opened
from runner.checker.state import ProjectState, TreeState, project_state
from runner.errors import CheckerError, CheckLimit
from runner.model.diagnostics import Unjudged
from runner.model.order import TypeScriptChoice
from runner.model.tree import OverlayTree, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation


@dataclass(frozen=True)
class ColdChecker:
    """``version_of`` gives the compiler of a project that the base does not have."""

    server: TreeServer
    health: Health
    choice: TypeScriptChoice
    version_of: Callable[[TreeReader, str], tuple[str, str]]

    def same_projects(self, question: Question, configs: Sequence[str]) -> TreeState:
        """The state of a candidate that changes no configuration; only ``configs`` are compiled."""
        states = []
        for config in configs:
            version = question.base.projects[config].typescript
            opened = self._compile(question, config, version)
            if sick := self.health.of(opened, question.tree):
                raise _sick_now(sick)
            states.append(project_state(opened, version))
        return question.base.with_projects(states)

    def all_projects(self, question: Question) -> TreeState:
        """The state of a candidate that may change which projects there are. Raises ``Refused`` if one is lost."""
        base, tree = question.base, OverlayTree(question.tree, question.candidate.files)
        found = find_projects(tree, self.choice)
        if lost := [config for config in base.projects if config not in found.projects]:
            raise Refused(violation("typecheck.nothing-to-check", f"{lost[0]} is no longer a project of the tree"))
        states: dict[str, ProjectState] = {}
        unjudged = list(found.unjudged)
        for config in found.projects:
            known = base.projects.get(config)
            version = known.typescript if known else self.version_of(question.tree, config)[0]
            opened = self._compile(question, config, version)
            sick = self.health.of(opened, tree)
            if sick and known:
                raise _sick_now(sick)
            if sick:
                unjudged.append(sick)
            else:
                states[config] = project_state(opened, version)
        return replace(base, projects=states, unjudged=tuple(unjudged))

    def _compile(self, question: Question, config: str, version: str) -> Opened:
        """Raises ``CheckLimit`` if the compiler ran out of time or memory, ``CheckerError`` if it crashed."""
        candidate, cancel = question.candidate, question.cancel
        try:
            return self.server.at(candidate.base, cancel).cold(config, version, candidate.files, cancel)
        except TimedOut as error:
            raise CheckLimit(f"TypeScript {version} reached its time limit on {config}") from error
        except NoVerdict as error:
            # The kernel ends the largest process of a container that has no memory left.
            if error.kind == "memory" or "SIGKILL" in str(error):
                raise CheckLimit(f"TypeScript {version} ran out of memory on {config}") from error
            raise CheckerError(f"TypeScript {version} failed on {config}: {error}", "patchgate doctor") from error


def _sick_now(sick: Unjudged) -> Refused:
    message = f"{sick.project} could be judged before this edit and cannot be after it: {sick.reason}"
    return Refused(violation("typecheck.nothing-to-check", message))
