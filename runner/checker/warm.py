"""``WarmChecker``: what a project's own compiler says of a candidate, from a compiler that is kept warm.

A warm verdict is used only where it is proved equal to a cold one; the cold compiler decides everything else, and
repeats a share of the warm verdicts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runner.checker.audit import Audit
from runner.checker.cold import ColdChecker
from runner.checker.compare import Carry
from runner.checker.config_inputs import config_inputs
from runner.checker.explain import explained
from runner.checker.opening import Opener
from runner.checker.outcome import after_judging, conclude, new_so_far, rejected_early
from runner.checker.proof import moved, unseen_by_types
from runner.checker.question import Question
from runner.checker.reach import reached
from runner.checker.server.client import NoVerdict
from runner.checker.server.tree_server import Changed, TreeServer
from runner.checker.server.wire import Checked
from runner.checker.state import TreeState
from runner.checker.uncovered import Beside
from runner.model.diagnostics import CheckResult, Diagnostic, Unjudged
from runner.model.snapshot import Snapshot
from runner.model.tree import Candidate, TreeReader

Cancel = threading.Event | None
_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Judged:
    """``after`` is None if the check stopped at the first new errors. ``warm`` is what is worth auditing."""

    result: CheckResult
    after: TreeState | None
    projects: tuple[str, ...]
    warm: bool = True


@dataclass
class WarmChecker:
    """Implements ``runner.ports.Checker``. Not thread-safe. ``beside`` judges what no project includes.

    ``thorough`` finds every new error; otherwise a check may stop at the first ones.
    """

    server: TreeServer
    opener: Opener
    tree_of: Callable[[str], TreeReader]
    changed: Changed
    carry_of: Callable[[Candidate], Carry]
    audit: Audit
    beside: Beside
    thorough: bool = False
    _states: dict[str, TreeState] = field(default_factory=dict, init=False)
    _pending: tuple[CheckResult, TreeState] | None = field(default=None, init=False)
    _unaudited: tuple[Candidate, _Judged] | None = field(default=None, init=False)

    def errors(self, snapshot: str, cancel: Cancel = None) -> tuple[Diagnostic, ...]:
        return self.state(snapshot, cancel).errors

    def unjudged(self, snapshot: str, cancel: Cancel = None) -> tuple[Unjudged, ...]:
        return self.state(snapshot, cancel).unjudged

    def check(self, candidate: Candidate, cancel: Cancel = None) -> CheckResult:
        question = self._question(candidate, cancel)
        judged = self._proved(question) or self._judged(question)
        if judged.warm:
            self._unaudited = (candidate, judged)
            if self.audit.due():
                self.finish(cancel)
        result = replace(judged.result, new=explained(judged.result.new, candidate, question.tree))
        self._pending = None if judged.after is None else (result, judged.after)
        return result

    def landed(self, candidate: Candidate, snapshot: Snapshot, result: CheckResult | None) -> None:
        base = self._states.get(candidate.base)
        if result is None and base is not None:
            self._keep(replace(base, snapshot=snapshot.id))
        elif self._pending is not None and self._pending[0] is result:
            self._keep(replace(self._pending[1], snapshot=snapshot.id))
            self.server.landed(candidate, snapshot.id)

    def finish(self, cancel: Cancel = None) -> None:
        """Repeat the last warm verdict cold, unless that was done. Raises ``CheckerError`` if the two differ."""
        if self._unaudited is None or self.audit.share == 0:
            return
        (candidate, judged), self._unaudited = self._unaudited, None
        question = self._question(candidate, cancel)
        after = self._cold.same_projects(question, judged.projects)
        known = question.base.projects
        own = replace(judged.result, new=tuple(error for error in judged.result.new if error.project in known))
        self.audit.compare(candidate, judged.projects, own, conclude(question, after))

    def state(self, snapshot: str, cancel: Cancel = None) -> TreeState:
        """The projects of a snapshot, known from an earlier check or found now. Raises ``CheckerError``."""
        if snapshot not in self._states:
            tree = self.tree_of(snapshot)
            found = self._again(snapshot, tree, cancel) or self.opener.open_all(self.server, tree, snapshot, cancel)
            self._keep(found)
        return self._states[snapshot]

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """The files of each project of the newest snapshot, by tsconfig, sorted."""
        newest = next(reversed(self._states.values()), None)
        return {} if newest is None else {config: sorted(each.files) for config, each in newest.projects.items()}

    # ------------------------------------------------------------------------------------------------------ inside

    def _question(self, candidate: Candidate, cancel: Cancel) -> Question:
        base = self.state(candidate.base, cancel)
        return Question(candidate, self.tree_of(candidate.base), base, self.carry_of(candidate), cancel)

    def _proved(self, question: Question) -> _Judged | None:
        base, candidate = question.base, question.candidate
        if not unseen_by_types(candidate, question.tree, base.errors):
            return None
        after = base.with_projects(
            replace(project, errors=moved(project.errors, candidate, question.carry))
            for project in base.projects.values()
        )
        return _Judged(replace(conclude(question, after), proved=True), after, _reached(question))

    def _judged(self, question: Question) -> _Judged:
        inputs = config_inputs(question.tree, question.base.projects)
        if any(path in inputs for path in question.touched):
            return self._complete(question, self._cold.all_projects(question), (), warm=False)
        projects = _reached(question)
        versions = {question.base.projects[config].typescript for config in projects}
        if not self.audit.off and not any(self.server.untrusted(each, question.cancel) for each in sorted(versions)):
            try:
                return self._warm(question, projects)
            except NoVerdict:
                pass  # the cold compiler decides
        judged = self._complete(question, self._cold.same_projects(question, projects), projects, warm=False)
        return replace(judged, result=replace(judged.result, how=("cold",)))

    def _warm(self, question: Question, projects: tuple[str, ...]) -> _Judged:
        base, candidate, cancel = question.base, question.candidate, question.cancel
        if not projects:
            return self._complete(question, base, projects, warm=False)
        server = self.server.with_open(candidate.base, [base.projects[config] for config in projects], cancel)
        batch = server.judge(projects, candidate.files, cancel)
        seen: list[Checked] = list(batch.projects)
        while not batch.done and (self.thorough or not new_so_far(question, seen)):
            batch = server.more(cancel)
            seen += batch.projects
        if not batch.done:
            server.end(False, cancel)
            return _Judged(replace(rejected_early(question, seen), how=_how(seen)), None, projects)
        self.server.hold(candidate)
        judged = self._complete(question, after_judging(question, seen), projects, warm=True)
        return replace(judged, result=replace(judged.result, how=_how(seen)))

    def _complete(self, question: Question, after: TreeState, projects: tuple[str, ...], *, warm: bool) -> _Judged:
        result = conclude(question, after)
        if not result.new:
            result = self.beside.judge(question, after, result)
        return _Judged(result, after, projects, warm)

    def _again(self, snapshot: str, tree: TreeReader, cancel: Cancel) -> TreeState | None:
        """The projects of the newest known snapshot on another tree, if that has the same configurations."""
        newest = next(reversed(self._states.values()), None)
        if newest is None or self.audit.off or not newest.projects:
            return None
        old = self.tree_of(newest.snapshot)
        inputs = config_inputs(old, newest.projects)
        if any(path in inputs for path in self.changed(old, tree)):
            return None
        try:
            server = self.server.with_open(snapshot, newest.projects.values(), cancel)
            opened = server.errors(list(newest.projects), cancel)
        except NoVerdict:
            return None
        states = [replace(newest.projects[each.config], files=each.files, errors=each.errors) for each in opened]
        return replace(newest, snapshot=snapshot).with_projects(states)

    @property
    def _cold(self) -> ColdChecker:
        return ColdChecker(self.server, self.opener.health, self.opener.choice, self.opener.versions.version_of)

    def _keep(self, state: TreeState) -> None:
        self._states.pop(state.snapshot, None)
        self._states[state.snapshot] = state
        while len(self._states) > _KEPT:
            del self._states[next(iter(self._states))]


def _how(batches: Sequence[Checked]) -> tuple[str, ...]:
    """The last word of each project."""
    return tuple({batch.config: batch.how for batch in batches}.values())


def _reached(question: Question) -> tuple[str, ...]:
    files = {config: project.files for config, project in question.base.projects.items()}
    return reached(files, question.candidate)
