"""``verify`` finds the problem that is planted in each of twelve small repositories, and passes their honest twins.

Real git, the real type check in its container.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pygit2
import pytest

from runner.app.checking import Checking
from runner.app.command_lines import CommandLines
from runner.app.tree_services import TreeServices
from runner.app.verifying import Asked, ran_commands, sides_of, wants_types
from runner.model.verdict import Refused
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.images import ensure_images
from runner.snapshots.git.comparing import GitComparison
from runner.verify.judging import Rules, judge
from runner.verify.report import Report
from tests.branch_gate.repositories import settings_in
from tests.verify.cases import BASE, CASES, README, Case, Files
from tests.verify.repositories import commit, make_repository

pytestmark = pytest.mark.docker


@dataclass(frozen=True)
class Workplace:
    """One repository and one checker for all cases: each is a branch of its own."""

    repository: pygit2.Repository
    git: GitComparison
    services: TreeServices
    lines: CommandLines

    def verified(self, files: Files, *commands: str, typecheck: str = "auto") -> Report:
        head = commit(self.repository, "change", files, "main")
        sides, notes = sides_of(self.git, Asked(Path(), head=head))
        assert not isinstance(sides, Refused)
        ran = partial(ran_commands, self.lines, Asked(Path(), commands=commands), sides, self.git)
        types = wants_types(typecheck, sides.difference.candidate, sides.base)
        return judge(sides, Rules(), self.services.check if types else None, ran, notes)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("verify")
    repository = make_repository(folder / "repo", BASE)
    engine = connect("auto")
    assert isinstance(engine, DockerEngine)
    ensure_images(engine.api, lambda _line: None)
    git = GitComparison(folder / "repo")
    base = git.tree(git.commit("main"))
    settings = settings_in(folder)
    checking = Checking(settings, thorough=True)
    with TreeServices(
        lambda: base, folder / "repo", lambda: engine, folder / "work", {}, checking=checking
    ) as services:
        with CommandLines(folder / "repo", folder / "repo", lambda: engine, settings) as lines:
            yield Workplace(repository, git, services, lines)
    engine.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_planted_problem_is_found(case: Case, workplace: Workplace) -> None:
    code, words = case.says
    # What the gate finds, it finds without types; its own checks must not lean on them.
    report = workplace.verified(case.bad, typecheck="auto" if code.startswith("PG6") else "never")
    assert not report.safe
    assert any(each.code == code and words in each.message for each in report.rejections), report.findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_its_honest_twin_passes(case: Case, workplace: Workplace) -> None:
    report = workplace.verified(case.honest)
    assert report.rejections == ()
    assert report.safe


CHECK = """node -e 'process.exit(require("fs").readFileSync("README.md", "utf8").includes("carts") ? 0 : 3)'"""


def test_a_command_that_passes_on_the_base_and_fails_is_found(workplace: Workplace) -> None:
    report = workplace.verified({"README.md": README.replace("carts", "baskets")}, CHECK)
    assert [(each.code, each.source) for each in report.rejections] == [("PG610", "commands")]
    assert "ended with exit code 3; it passes on the base" in report.rejections[0].message


def test_its_honest_twin_passes_too(workplace: Workplace) -> None:
    report = workplace.verified({"README.md": README.replace("Prices and carts", "All about carts")}, CHECK)
    assert report.safe
    assert [each.head_exit for each in report.commands] == [0]
