"""The four specialists as they run in production: each in its container, on the example, through the socket.

The API behind the socket applies every submission; whether it should have is the gate's business and its tests'.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_bridge.endpoint import Endpoint
from runner.model.container import ContainerSpec, Mount, Outcome
from runner.ports import Engine
from runner.sandbox.engines import connect
from runner.sandbox.labels import labels_for
from runner.specialists.kit.base import Role
from runner.specialists.registry import ROLES
from runner.syntax.tokens import tokens
from tests.lsp_bridge.local import compiler, serve
from tests.specialists.fakes import FakeSession, FolderTree

pytestmark = pytest.mark.docker

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLE = CHECKOUT / "examples" / "shop-worker"
SCOPES = {"test-fabricator": ("tests/**",)}
BEFORE = {
    path.relative_to(EXAMPLE).as_posix(): path.read_bytes().decode("utf-8-sig")
    for folder in ("src", "tests")
    for path in sorted((EXAMPLE / folder).rglob("*.ts"))
}


class PassApi:
    """``runner.ports.PassApi`` over a fake session."""

    def __init__(self, session: FakeSession, role: Role) -> None:
        self.session = session
        self.verdicts: list[str] = []
        files = list(session.files())
        self._task = {**session.task, "version": 1, "specialist": role.name, "options": {}, "files": files}

    def task(self) -> dict[str, object]:
        return self._task

    def submit(self, submission: object) -> dict[str, object]:
        assert isinstance(submission, dict)
        edit = submission["edit"]
        verdict = dict(self.session.submit(edit["format"], edit["payload"], submission["reason"]))
        self.verdicts.append(str(verdict["status"]))
        return verdict

    def recommend(self, recommendation: object) -> dict[str, object]:
        assert isinstance(recommendation, dict)
        self.session.recommend(**recommendation)
        return {"id": str(len(self.session.recommended))}

    def finish(self, status: str, why: str) -> dict[str, object]:
        self.session.ended = (status, why)
        return {}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return connect("auto")


@pytest.fixture(scope="module")
def ran(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Outcome, PassApi]]]:
    """Every role's outcome on a copy of the example of its own, at the limits that the role itself asks for."""
    outcomes = {}
    for role in ROLES:
        folder = tmp_path_factory.mktemp(role.name.replace("-", "_"))
        folder.chmod(0o755)
        outcomes[role.name] = _run(engine, role, folder)
    yield outcomes


def _run(engine: Engine, role: Role, folder: Path) -> tuple[Outcome, PassApi]:
    repo, run = folder / "repo", folder / "run"
    shutil.copytree(EXAMPLE, repo, ignore=shutil.ignore_patterns("node_modules", ".mission_control"))
    (repo / "node_modules").mkdir()
    for entry in [repo, *repo.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    server = serve(repo, "src/index.ts", "tests/money.test.ts")
    api = PassApi(FakeSession(repo, server, SCOPES.get(role.name, ("src/**",))), role)
    spec = ContainerSpec(
        image=role.image,
        command=role.command,
        mounts=(
            Mount(str(repo), "/repo"),
            Mount(str(EXAMPLE / "node_modules"), "/repo/node_modules"),
            Mount(str(run), "/run/patchgate"),
            Mount(str(CHECKOUT / "runner"), "/opt/patchgate/runner"),
        ),
        limits=role.limits,
        labels=labels_for(order_id="ord-specialists", pass_id=role.name, trace_id="abcd1234"),
    )
    try:
        with Endpoint(run / "gate.sock", server, api):
            (run / "task.json").write_text(json.dumps(api.task()))
            (run / "task.json").chmod(0o644)
            return engine.run(spec), api
    finally:
        server.close()


@pytest.mark.parametrize("name", [role.name for role in ROLES])
def test_it_ends_by_itself_with_changes_and_without_a_refusal(
    ran: dict[str, tuple[Outcome, PassApi]], name: str
) -> None:
    outcome, api = ran[name]
    assert (outcome.exit_code, outcome.limit_hit) == (0, None), outcome.stderr.decode()
    assert api.session.ended is not None
    assert api.session.ended[0] == "done"
    assert len(api.verdicts) >= 10
    assert set(api.verdicts) == {"applied"}


def test_the_surgeon_runs_the_projects_own_eslint_and_prettier(ran: dict[str, tuple[Outcome, PassApi]]) -> None:
    session = ran["lint-surgeon"][1].session
    inventory = session.read("src/services/inventory.ts")
    assert "import { conflict } from '../lib/errors';" in inventory
    assert "  return row?.stock ?? 0;\n" in inventory
    assert "const subtotal" in session.read("src/services/pricing.ts")
    raw = (session.repo / "src/lib/locale.ts").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfexport type Locale")
    money = (session.repo / "src/lib/money.ts").read_bytes()
    assert money.count(b"\n") == money.count(b"\r\n") > 0
    assert {advice["rule"] for advice in session.recommended} == {"eqeqeq"}


def test_the_architect_changes_comments_alone(ran: dict[str, tuple[Outcome, PassApi]]) -> None:
    session = ran["docstring-architect"][1].session
    for path, before in BEFORE.items():
        assert tokens(session.read(path), path) == tokens(before, path)
    assert " * Returns the days between `from` and `to`.\n" in session.read("src/lib/clock.ts")


def test_the_advisor_mends_ids_and_clones_and_recommends_the_rest(ran: dict[str, tuple[Outcome, PassApi]]) -> None:
    session = ran["optimization-advisor"][1].session
    assert "return crypto.randomUUID();" in session.read("src/lib/ids.ts")
    assert "structuredClone(cart)" in session.read("src/services/carts.ts")
    told = {(advice["rule"], advice["impact"]) for advice in session.recommended}
    assert told >= {("raw-sql", 3), ("unvalidated-route", 3), ("await-in-loop", 2)}


def test_the_fabricator_adds_files_under_tests_alone_and_each_asserts(ran: dict[str, tuple[Outcome, PassApi]]) -> None:
    session = ran["test-fabricator"][1].session
    added = [path for path in FolderTree(session.repo).paths() if path.endswith(".ts") and path not in BEFORE]
    assert len(added) >= 20
    for path in added:
        assert re.fullmatch(r"tests/.*\.test\.ts", path)
        assert "expect(" in session.read(path)
    assert all(session.read(path) == before for path, before in BEFORE.items())
    assert "expect(subject.slugify('Hello, World')).toBe('hello-world');" in session.read("tests/lib/strings.test.ts")


def test_fabricated_tests_pass_under_the_projects_own_vitest_config_and_type_check(
    engine: Engine, ran: dict[str, tuple[Outcome, PassApi]]
) -> None:
    session = ran["test-fabricator"][1].session
    outcome = _vitest(engine, session.repo)
    assert outcome["success"] is True
    assert outcome["numPassedTests"] > 100
    (session.repo / "node_modules").rmdir()
    (session.repo / "node_modules").symlink_to(EXAMPLE / "node_modules")
    command = [str(compiler()), "--noEmit", "--pretty", "false", "-p", "tsconfig.tests.json"]
    said = subprocess.run(command, cwd=session.repo, capture_output=True, text=True, check=False).stdout
    assert [line for line in said.splitlines() if line.startswith("tests/")] == []


def _vitest(engine: Engine, repo: Path) -> dict[str, Any]:
    script = (
        "node node_modules/vitest/vitest.mjs run --configLoader native --reporter=json --outputFile=/tmp/out.json >&2;"
        "cat /tmp/out.json"
    )
    spec = ContainerSpec(
        image="patchgate/specialist",
        command=("sh", "-c", script),
        mounts=(Mount(str(repo), "/repo"), Mount(str(EXAMPLE / "node_modules"), "/repo/node_modules")),
        limits=ROLES[-1].limits,
        labels=labels_for(order_id="ord-specialists", pass_id="vitest", trace_id="abcd1234"),
    )
    outcome = engine.run(spec)
    told: dict[str, Any] = json.loads(outcome.stdout)
    return told
