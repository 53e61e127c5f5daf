"""One repository before both judges: the product's checker, warm, and the projects' own compilers, cold."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from runner.checker.compare import compare
from runner.edits.changes.difference import difference
from runner.edits.changes.placing import carry_of
from runner.errors import CheckerError, CheckLimit
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate, FileSet, FileState, TreeReader
from runner.model.verdict import Refused
from runner.ports import Checker, Engine
from runner.snapshots.git.store import GitSnapshots
from tests.bench.checker.door import open_checker
from tests.bench.compilers import Error
from tests.bench.repos.survey import Project, Survey

ACCEPT, REJECT, NONE = "accept", "reject", "no verdict"
REFUSED = "refused"
Place = tuple[str, int, int, str]
LABELS = {"patchgate.order": "", "patchgate.trace": "bench-checker", "patchgate.pass": "bench"}


@dataclass(frozen=True, slots=True)
class Warm:
    """``new`` are the errors that rejected, by file, line, character and code. ``how`` is the path that was taken.

    ``declaration`` are those of them that a command line shows only where it has no other error.
    """

    verdict: str
    new: frozenset[Place]
    declaration: frozenset[Place]
    partial: bool
    how: str
    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Cold:
    """``told`` is every error of the same runs, old ones too; ``projects`` are the configs that ran."""

    verdict: str
    new: frozenset[Place]
    told: int
    projects: tuple[str, ...]
    seconds: float


class Subject:
    """A context manager: the checker's container lives as long as it does."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.root = root
        self.survey = Survey(root)
        snapshots = GitSnapshots(root)
        self.tree: TreeReader = snapshots.tree(snapshots.resolve("HEAD").id)
        self._stack = ExitStack()
        self.checker: Checker = self._stack.enter_context(open_checker(root, engine, LABELS))

    def __enter__(self) -> Subject:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def healthy(self, most: int) -> list[Project]:
        """The largest projects that their own compiler judges."""
        ordered = sorted(self.survey.projects.values(), key=lambda project: (-len(project.files), project.config))
        found: list[Project] = []
        for project in ordered:
            if len(found) < most and self.survey.healthy(project):
                found.append(project)
        return found

    def warm(self, files: Mapping[str, bytes | None]) -> Warm:
        return judged(self.checker, candidate_of(self.tree, files))

    def cold(self, files: Mapping[str, bytes | None]) -> Cold:
        """Over every healthy project that the edit reaches. What is new is told apart as the product does it: by place."""
        before: list[Diagnostic] = []
        after: list[Diagnostic] = []
        seconds = 0.0
        reached = [each for each in self.survey.reached(files) if self.survey.healthy(each)]
        for project in reached:
            found = self.survey.cold(project, files)
            before += _diagnostics(project.config, self.survey.base(project).errors)
            after += _diagnostics(project.config, found.errors)
            seconds += found.seconds
        new = compare(before, after, carry_of(candidate_of(self.tree, files))).new
        return Cold(REJECT if new else ACCEPT, _places(new), len(after), tuple(p.config for p in reached), seconds)


def _diagnostics(project: str, errors: Iterable[Error]) -> list[Diagnostic]:
    return [Diagnostic(project, each.file, each.line, each.character, each.code, each.message) for each in errors]


def candidate_of(tree: TreeReader, files: Mapping[str, bytes | None]) -> Candidate:
    """The files as the gate would hand them over. A changed file's edits are the smallest."""
    before = {path: tree.read(path) for path in files}
    after = {
        path: None if content is None else FileState(content, (before[path] or FileState(b"")).executable)
        for path, content in files.items()
    }
    changes = difference(tree, FileSet(after, "after"), files)
    return Candidate(tree.snapshot, changes, before, after)


def judged(checker: Checker, candidate: Candidate) -> Warm:
    began = time.monotonic()
    try:
        result = checker.check(candidate)
    except Refused as refused:
        return Warm(REJECT, frozenset(), frozenset(), True, REFUSED, time.monotonic() - began, str(refused))
    except (CheckerError, CheckLimit) as error:
        return Warm(NONE, frozenset(), frozenset(), True, "failed", time.monotonic() - began, str(error)[:300])
    seconds = time.monotonic() - began
    if not getattr(result, "judged", True):
        why = "; ".join(f"{each.project}: {each.reason}" for each in result.unjudged)
        return Warm(NONE, frozenset(), frozenset(), True, "failed", seconds, why[:300] or "nothing judged it")
    late = [each for each in result.new if each.stage == "declaration"]
    verdict = REJECT if result.new else ACCEPT
    return Warm(verdict, _places(result.new), _places(late), result.partial, path_of(result), seconds)


def path_of(result: CheckResult) -> str:
    """How the checker came to its result: what it says itself, as far as it does."""
    if result.proved:
        return "proved"
    how: object = getattr(result, "how", "")
    return "+".join(map(str, how)) if isinstance(how, (tuple, list)) else str(how) or "unknown"


def _places(errors: Iterable[Diagnostic]) -> frozenset[Place]:
    return frozenset((each.file, each.line, each.character, each.code) for each in errors)
