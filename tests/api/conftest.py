from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pygit2
import pytest

from runner.api.gate_worker import GateWorker
from runner.app.branch_gate import Gate
from runner.app.opened import OpenedRepository
from tests.api.servers import Served, served
from tests.branch_gate.repositories import engine_with, make_repository, settings_in
from tests.branch_gate.word_server import CountingServer


@pytest.fixture
def repository(tmp_path: Path) -> pygit2.Repository:
    return make_repository(tmp_path / "repo")


@pytest.fixture
def tsc() -> CountingServer:
    return CountingServer()


@pytest.fixture
def opened(repository: pygit2.Repository, tmp_path: Path) -> OpenedRepository:
    return OpenedRepository.find(Path(repository.workdir), settings_in(tmp_path))


@pytest.fixture
def worker(opened: OpenedRepository, tsc: CountingServer, tmp_path: Path) -> GateWorker:
    return GateWorker(
        lambda: Gate.open(opened.folder, engine=engine_with(tsc), settings=settings_in(tmp_path)),
        lambda: opened.snapshots.resolve("HEAD").id,
    )


@pytest.fixture
def server(worker: GateWorker, opened: OpenedRepository) -> Iterator[Served]:
    with served(worker, opened.ledger) as found:
        yield found


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    with server.client() as found:
        yield found
