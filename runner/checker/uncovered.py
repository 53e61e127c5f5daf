"""What no project of a tree looks at: files outside of all projects, and declaration files under ``skipLibCheck``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from runner.checker.inferred import InferredProject, inferred_projects
from runner.checker.opening import Versions
from runner.checker.outcome import SOURCES, refuse_uncovered, uncovered
from runner.checker.projects import LEFT_OUT, NOT_CHOSEN
from runner.checker.question import Question
from runner.checker.server.client import NoVerdict
from runner.checker.state import TreeState, project_state
from runner.checker.virtual import VirtualProject, VirtualProjects, for_declarations, for_uncovered
from runner.errors import CheckerError
from runner.model.diagnostics import CheckResult, Diagnostic, Unjudged

# ``style.d.css.ts`` declares what ``style.css`` exports.
_NAMED_DECLARATION = re.compile(r"\.d\.\w+\.ts$")


@dataclass
class Beside:
    """``strict`` refuses a file that no project includes; otherwise it is judged in an inferred project."""

    projects: VirtualProjects
    versions: Versions
    strict: bool = False

    def judge(self, question: Question, after: TreeState, result: CheckResult) -> CheckResult:
        """``result`` with what these projects add to it. Raises ``Refused`` if ``strict``."""
        outside = uncovered(question.candidate, after.covered)
        if self.strict:
            refuse_uncovered(outside)
        if outside:
            result = self._outside(question, after, result, outside)
        if not result.new and any(is_declaration(path) for path in question.touched):
            result = self._declarations(question, result)
        return result

    def _outside(
        self, question: Question, after: TreeState, result: CheckResult, outside: tuple[str, ...]
    ) -> CheckResult:
        judged: set[str] = set()
        sick = [each.project for each in after.unjudged]
        left_out = [each.project for each in after.unjudged if each.reason in (LEFT_OUT, NOT_CHOSEN)]
        candidate, tree = question.candidate, question.tree
        for inferred in inferred_projects(tree, after.covered, candidate, avoid=sick, excluded=left_out):
            try:
                project = for_uncovered(inferred, question.tree, self._version(question, inferred))
                found, why = self._new(project, question)
                why = replace(why, project=inferred.config) if why else None
            except CheckerError as error:
                found, why = (), Unjudged(inferred.config, error.message, error.hint)
            # Everything else has a project of its own, or nobody checks it.
            result = _with(result, tuple(each for each in found if each.file in inferred.files), why)
            if not why:
                judged.update(inferred.files)
        unchecked = tuple(path for path in outside if path not in judged)
        return replace(result, unchecked=unchecked, judged=bool(_sources(question) - set(unchecked)))

    def _declarations(self, question: Question, result: CheckResult) -> CheckResult:
        """New errors in the tree's declaration files, which a project that skips its libraries' also skips."""
        for config, project in question.base.projects.items():
            if project.skips_declarations:
                twin = for_declarations(config, question.tree, project.typescript)
                found, sick = self._new(twin, question)
                own = tuple(each for each in found if is_declaration(each.file) and "node_modules" not in each.file)
                result = _with(result, own, sick)
        return result

    def _version(self, question: Question, inferred: InferredProject) -> str:
        known = question.base.projects.get(inferred.nearest or "")
        if known:
            return known.typescript
        return self.versions.version_of(question.tree, inferred.nearest or inferred.config)[0]

    def _new(self, project: VirtualProject, question: Question) -> tuple[tuple[Diagnostic, ...], Unjudged | None]:
        try:
            opened, batches, sick = self.projects.judge(project, question)
        except NoVerdict as why:
            return (), Unjudged(project.config, f"its compiler failed: {why}"[:500], "patchgate doctor")
        if sick:
            return (), sick
        now = project_state(opened, project.typescript).updated(batches, question.gone)
        return question.compare((*question.base.errors, *opened.errors), now.errors).new, None


def _with(result: CheckResult, new: tuple[Diagnostic, ...], sick: Unjudged | None) -> CheckResult:
    unjudged = (*result.unjudged, sick) if sick else result.unjudged
    return replace(result, new=(*result.new, *new), unjudged=unjudged)


def _sources(question: Question) -> set[str]:
    return {path for path in question.touched if path.endswith(SOURCES)}


def is_declaration(path: str) -> bool:
    return path.endswith((".d.ts", ".d.mts", ".d.cts")) or _NAMED_DECLARATION.search(path) is not None
