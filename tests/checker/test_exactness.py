"""A fixed sample of the mutations of ``make bench-checker`` on a small project: the checker says what a cold tsc says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.checker.compare import compare
from runner.edits.changes.placing import carry_of
from runner.model.diagnostics import Diagnostic
from runner.ports import Checker
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.places import TOOLCHAIN
from runner.snapshots.git.store import GitSnapshots
from tests.bench.checker import exactness
from tests.bench.checker.door import open_checker
from tests.bench.checker.mutations import KINDS
from tests.bench.checker.subject import ACCEPT, REJECT, Cold, Warm, candidate_of, judged
from tests.bench.compilers import parse
from tests.snapshots.repositories import make_repository

pytestmark = pytest.mark.docker
FIXTURE = Path(exactness.__file__).with_name("fixture")
FILES = {str(path.relative_to(FIXTURE)): path.read_bytes() for path in FIXTURE.rglob("*") if path.is_file()}
CONFIG = "tsconfig.json"


class Judges:
    """The product's checker, and tsc's own command line on a copy."""

    def __init__(self, tmp_path: Path, services: Checker, snapshots: GitSnapshots) -> None:
        self._services, self._tree = services, snapshots.tree(snapshots.resolve("HEAD").id)
        self._copy = tmp_path / "cold"
        self._base = self._tsc({})

    def warm(self, files: Mapping[str, bytes | None]) -> Warm:
        return judged(self._services, candidate_of(self._tree, files))

    def cold(self, files: Mapping[str, bytes | None]) -> Cold:
        after = self._tsc(files)
        new = compare(self._base, after, carry_of(candidate_of(self._tree, files))).new
        places = frozenset((each.file, each.line, each.character, each.code) for each in new)
        return Cold(REJECT if new else ACCEPT, places, len(after), (CONFIG,), 0.0)

    def _tsc(self, files: Mapping[str, bytes | None]) -> list[Diagnostic]:
        shutil.rmtree(self._copy, ignore_errors=True)
        for path, content in {**FILES, **files}.items():
            if content is not None:
                target = self._copy / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        command = (str(tsc()), "-p", ".", "--pretty", "false", "--checkers", "1")
        done = subprocess.run(command, cwd=self._copy, capture_output=True, text=True, timeout=60, check=False)
        errors = parse(done.stdout, self._copy)
        return [Diagnostic(CONFIG, e.file, e.line, e.character, e.code, e.message) for e in errors]


def tsc() -> Path:
    return next(TOOLCHAIN.glob("node_modules/@typescript/typescript-*/lib/tsc"))


def test_a_sample_of_mutations_is_judged_as_a_cold_tsc_judges_it(tmp_path: Path, engine: DockerEngine) -> None:
    root = tmp_path / "repository"
    make_repository(root, FILES)
    snapshots = GitSnapshots(root)
    tree = snapshots.tree(snapshots.resolve("HEAD").id)
    numbers = range(2 * len(KINDS))
    paths = [path for path in FILES if not path.endswith(".json")]
    made = [found for number in numbers if (found := exactness.mutation(number, paths, FILES.get)) is not None]
    with open_checker(root, engine, {}) as services:
        judges = Judges(tmp_path, services, snapshots)
        results = list(exactness.run("fixture", tree.snapshot, judges, iter(made), tmp_path / "done.jsonl"))
    assert [f"{each.kind} in {each.path}: {each.differs}" for each in results if not each.same] == []
    assert {each.cold for each in results} == {ACCEPT, REJECT}
    assert {each.kind for each in results} == set(KINDS)
