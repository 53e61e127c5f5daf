"""``verify`` finds the problem that is planted in each of twelve small repositories, and passes their honest twins.

Real git, the real type check in its container.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2
import pytest

from runner.app.tree_services import TreeServices
from runner.app.verifying import Asked, sides_of, wants_types
from runner.model.verdict import Refused
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.images import ensure_images
from runner.snapshots.git.comparing import GitComparison
from runner.verify.judging import Rules, judge
from runner.verify.report import Report
from tests.verify.cases import BASE, CASES, Case, Files
from tests.verify.repositories import commit, make_repository

pytestmark = pytest.mark.docker


@dataclass(frozen=True)
class Workplace:
    """One repository and one checker for all cases: each is a branch of its own."""

    repository: pygit2.Repository
    git: GitComparison
    services: TreeServices

    def verified(self, files: Files) -> Report:
        head = commit(self.repository, "change", files, "main")
        sides, notes = sides_of(self.git, Asked(Path(), head=head))
        assert not isinstance(sides, Refused)
        types = wants_types("auto", sides.difference.candidate, sides.base)
        return judge(sides, Rules(), self.services.check if types else None, tuple, notes)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("verify")
    repository = make_repository(folder / "repo", BASE)
    engine = connect("auto")
    assert isinstance(engine, DockerEngine)
    ensure_images(engine.api, lambda _line: None)
    git = GitComparison(folder / "repo")
    base = git.tree(git.commit("main"))
    with TreeServices(lambda: base, folder / "repo", lambda: engine, folder / "work", {}) as services:
        yield Workplace(repository, git, services)
    engine.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_planted_problem_is_found(case: Case, workplace: Workplace) -> None:
    report = workplace.verified(case.bad)
    code, words = case.says
    assert not report.safe
    assert any(each.code == code and words in each.message for each in report.rejections), report.findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_its_honest_twin_passes(case: Case, workplace: Workplace) -> None:
    report = workplace.verified(case.honest)
    assert report.rejections == ()
    assert report.safe
