"""From what a compiler saw of a candidate to its result, or its refusal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.checker.question import Question
from runner.checker.server.wire import Checked
from runner.checker.state import TreeState
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate
from runner.model.verdict import Refused
from runner.model.violations import violation

SOURCES = (".ts", ".tsx", ".mts", ".cts")


def after_judging(question: Question, checked: Sequence[Checked]) -> TreeState:
    """The state of the candidate, once the judgement is complete."""
    batches: dict[str, list[Checked]] = {}
    for each in checked:
        batches.setdefault(each.config, []).append(each)
    base = question.base
    return base.with_projects(base.projects[config].updated(found, question.gone) for config, found in batches.items())


def new_so_far(question: Question, checked: Sequence[Checked]) -> tuple[Diagnostic, ...]:
    """The errors of some batches that the base did not have, in whichever project."""
    after = [error for each in checked for found in each.errors.values() for error in found]
    return question.compare(question.base.errors, after).new if after else ()


def rejected_early(question: Question, checked: Sequence[Checked]) -> CheckResult:
    """The result of a check that stopped at the first new errors."""
    after = after_judging(question, checked)
    result = question.compare(question.base.errors, after.errors)
    return replace(result, unjudged=after.unjudged, notes=after.notes, partial=True)


def conclude(question: Question, after: TreeState) -> CheckResult:
    """The result of a complete check. Raises ``Refused`` if with the edit something would go unchecked."""
    for config, project in question.base.projects.items():
        now = after.projects.get(config)
        if now is None or (project.files and not now.files):
            raise Refused(violation("typecheck.nothing-to-check", f"with this edit, {config} has no files to check"))
    result = question.compare(question.base.errors, after.errors)
    if not result.new:
        refuse_leaving(question.base, question.candidate, after)
    return replace(result, unjudged=after.unjudged, notes=after.notes)


def refuse_leaving(base: TreeState, candidate: Candidate, after: TreeState) -> None:
    """Raises ``Refused`` if a file that some project included is in none any more, though it is still there."""
    before, now = base.covered, after.covered
    for path, state in candidate.files.items():
        if state is not None and path in before and path not in now and path.endswith(SOURCES):
            message = f"no TypeScript project would have {path} any more: tsc would not look at the edit"
            raise Refused(violation("typecheck.unchecked-file", message, file=path))
    lost = sorted(path for path in before - now if candidate.files.get(path, path) is not None)
    if lost and changes_what_is_found(candidate):
        message = f"with this edit, no TypeScript project has {lost[0]} any more: it would go unchecked"
        raise Refused(violation("typecheck.unchecked-file", message, file=lost[0]))


def refuse_uncovered(paths: Sequence[str]) -> None:
    """Raises ``Refused`` for a source file that no project includes, as the policy ``strict`` asks."""
    if paths:
        message = f"no TypeScript project has {paths[0]}, so tsc would not look at it"
        raise Refused(violation("typecheck.unchecked-file", message, file=paths[0]))


def uncovered(candidate: Candidate, covered: frozenset[str]) -> tuple[str, ...]:
    """The edited sources that are in no project, sorted."""
    return tuple(
        sorted(
            path
            for path, state in candidate.files.items()
            if state is not None and path.endswith(SOURCES) and path not in covered
        )
    )


def changes_what_is_found(candidate: Candidate) -> bool:
    """Whether more than the text of sources changed: a file was added or removed, or a configuration changed."""
    return any(
        state is not None and (candidate.before.get(path) is None or not path.endswith(SOURCES))
        for path, state in candidate.files.items()
    )
