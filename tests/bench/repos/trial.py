"""One repository: each edit through ``Gate.submit``, and what the projects' own compilers say of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from runner.app.branch_gate import Gate
from runner.errors import PatchgateError
from tests.bench.compilers import Error, new_errors
from tests.bench.repos.edits import ELSEWHERE, HARMLESS, NEW_BROKEN_FILE, Edit, edits, sample
from tests.bench.repos.survey import Project, Survey

NEW_ERROR = "typecheck.new-error"
ACCEPTED = ("applied", "simulated")


@dataclass(frozen=True)
class Row:
    """One edit. ``got`` is ``accept``, ``reject``, or what else became of it; ``wanted`` is what the compilers say.

    ``stray`` are errors that the verdict names and no compiler has.
    """

    project: str
    kind: str
    path: str
    got: str
    wanted: str
    seconds: float
    why: str
    stray: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.got == self.wanted and not self.stray


@dataclass
class Trial:
    repository: str
    commit: str = ""
    typescript: tuple[str, ...] = ()
    configs: int = 0
    healthy: list[str] = field(default_factory=list)
    unhealthy: dict[str, str] = field(default_factory=dict)
    unjudged: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    cold_s: float = 0.0
    failure: str = ""

    @property
    def right(self) -> bool:
        return bool(self.rows) and all(row.right for row in self.rows)

    @property
    def first_s(self) -> float | None:
        return self.rows[0].seconds if self.rows else None

    @property
    def next_s(self) -> float | None:
        return statistics.median(row.seconds for row in self.rows[1:]) if len(self.rows) > 1 else None

    @property
    def ratio(self) -> float | None:
        """The first verdict to one cold run of its projects."""
        return self.first_s / self.cold_s if self.first_s and self.cold_s else None

    def plain(self) -> dict[str, Any]:
        derived = {"right": self.right, "first_s": self.first_s, "next_s": self.next_s, "ratio": self.ratio}
        return {**asdict(self), **derived, "rows": [{**asdict(row), "right": row.right} for row in self.rows]}


def run(root: Path, *, projects: int, told: Callable[[Row], None]) -> Trial:
    """Edits in files of at most so many healthy projects. What a repository does wrong is in the result; ``told`` hears
    of each edit at once.
    """
    survey = Survey(root)
    trial = Trial(root.name, configs=survey.found)
    trial.typescript = tuple(sorted({project.version for project in survey.projects.values()}))
    chosen = list(_chosen(survey, trial, projects))
    if not chosen:
        trial.failure = "its own compiler judges no project of it"
        return trial
    try:
        with Gate.open(root) as gate:
            trial.commit = gate.base
            tried: set[str] = set()
            for project in chosen:
                for edit in _edits_of(survey, project, all_kinds=not tried):
                    if edit.kind == ELSEWHERE and any(row.kind == ELSEWHERE for row in trial.rows):
                        continue
                    before = len(trial.rows)
                    _try(survey, gate, trial, project, edit)
                    for row in trial.rows[before:]:
                        told(row)
                tried.add(project.config)
    except PatchgateError as error:
        trial.failure = str(error)
    return trial


def _chosen(survey: Survey, trial: Trial, most: int) -> Iterator[Project]:
    """Healthy projects with edits to offer, those first whose files no earlier one has."""
    seen: set[str] = set()
    waiting = sorted(survey.projects.values(), key=lambda project: -len(project.files))
    while waiting and len(trial.healthy) < most:
        waiting.sort(key=lambda project: -len(project.files - seen))
        project = waiting.pop(0)
        if not sample(project.config, project.files - seen, survey.read):
            continue
        if survey.healthy(project):
            trial.healthy.append(project.config)
            seen |= project.files
            yield project
        elif project.why:
            trial.unhealthy[project.config] = project.why


def _edits_of(survey: Survey, project: Project, *, all_kinds: bool) -> Iterator[Edit]:
    others = [p.files for p in survey.projects.values() if p.config != project.config]
    own = project.files - frozenset().union(*others) or project.files
    modules = sample(project.config, own, survey.read) or sample(project.config, project.files, survey.read)
    for edit in edits(modules, project.files, survey.read):
        if all_kinds or edit.kind in (HARMLESS, "breaking"):
            yield edit


def _try(survey: Survey, gate: Gate, trial: Trial, project: Project, edit: Edit) -> None:
    reached = [each for each in survey.reached(edit.files) if survey.healthy(each)]
    news = [error for each in reached for error in new_errors(survey.base(each), survey.cold(each, edit.files))]
    if edit.kind == ELSEWHERE and not any(error.file != edit.path for error in news):
        return  # nobody minds: another one is offered
    if not reached and edit.kind == NEW_BROKEN_FILE:
        wanted = "reject"
    else:
        wanted = "reject" if news else "accept"
    if not trial.rows:
        trial.cold_s = round(sum(survey.base(each).seconds for each in reached), 2)
    began = time.monotonic()
    verdict = gate.submit(edit.submission)
    seconds = round(time.monotonic() - began, 2)
    for each in verdict.get("unjudged", ()):
        trial.unjudged[each["project"]] = each["reason"]
    got, why = outcome(verdict)
    stray = () if not reached else tuple(strays(verdict, news))
    trial.rows.append(Row(project.config, edit.kind, edit.path, got, wanted, seconds, why, stray))


def outcome(verdict: Mapping[str, Any]) -> tuple[str, str]:
    """``accept``, ``reject`` (for a new type error), or the status with the first code.

    An edit that got in although nothing judged it is not accepted: that would be right by luck only.
    """
    if verdict["status"] in ACCEPTED:
        notes = "; ".join(map(str, verdict.get("notes", ())))
        return ("accept, unjudged", notes[:300]) if verdict["typecheck"] == "skipped" else ("accept", "")
    refusing = [each for each in verdict["violations"] if each.get("severity") != "advice"]
    first = refusing[0] if refusing else {"name": "nothing", "message": ""}
    why = f"{first['name']}: {first['message']}"[:300]
    if any(each["name"] == NEW_ERROR for each in refusing):
        return "reject", why
    return f"{verdict['status']} {first['name']}", why


def strays(verdict: Mapping[str, Any], news: list[Error]) -> Iterator[str]:
    known = {(error.file, error.line, error.character, error.code) for error in news}
    for each in verdict["diagnostics"]["new"]:
        if (each["file"], each["line"], each["character"], each["code"]) not in known:
            yield f"{each['file']}:{each['line'] + 1} {each['code']}"
