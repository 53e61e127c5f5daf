"""The gate with the real tsc and the real language server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pygit2
import pytest

from runner import Gate
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.images import ensure_images
from tests.branch_gate.repositories import replace, settings_in

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def docker() -> Iterator[DockerEngine]:
    found = connect("auto")
    assert isinstance(found, DockerEngine)
    ensure_images(found.api, lambda _line: None)
    yield found
    found.close()


@pytest.fixture
def gate(repository: pygit2.Repository, docker: DockerEngine, tmp_path: Path) -> Iterator[Gate]:
    with Gate.open(Path(repository.workdir), engine=docker, settings=settings_in(tmp_path)) as opened:
        yield opened


def test_tsc_decides(gate: Gate) -> None:
    good, bad = gate.submit_all([replace("src/a.ts", "a + 1", "a + 2"), replace("src/a.ts", "a + 1", "'x'")])
    assert (good["status"], good["typecheck"]) == ("applied", "checked")
    assert bad["status"] == "rejected" and "TS2322" in str(bad["violations"])


def test_an_error_in_another_file_counts(gate: Gate) -> None:
    verdict = gate.submit(replace("src/a.ts", "export function f", "function f"))
    assert verdict["status"] == "rejected" and "src/b.ts" in str(verdict["violations"])


def test_context_shows_the_symbol_and_who_uses_it(gate: Gate) -> None:
    text = gate.context(["src/a.ts#f"])
    assert "return a + 1" in text and "src/b.ts" in text


def test_a_rename_reaches_every_file(gate: Gate) -> None:
    edit = {"format": "symbol-ops", "payload": [{"op": "rename", "symbol": "src/a.ts#f", "to": "plus"}]}
    verdict = gate.submit({"version": 1, "edit": edit})
    assert "+export function plus(a: number)" in str(verdict["diff"])
    assert '+import { plus } from "./a";' in str(verdict["diff"])
