from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pygit2
import pytest

from runner.app.branch_gate import Gate
from runner.app.gate_service import Typecheck
from runner.ports import Engine
from runner.sandbox.memory_engine import MemoryEngine
from tests.branch_gate.repositories import engine_with, make_repository, settings_in
from tests.branch_gate.word_server import CountingServer

OpenGate = Callable[..., Gate]


@pytest.fixture
def repository(tmp_path: Path) -> pygit2.Repository:
    return make_repository(tmp_path / "repo")


@pytest.fixture
def tsc() -> CountingServer:
    return CountingServer()


@pytest.fixture
def engine(tsc: CountingServer) -> MemoryEngine:
    return engine_with(tsc)


@pytest.fixture
def open_gate(repository: pygit2.Repository, engine: MemoryEngine, tmp_path: Path) -> Iterator[OpenGate]:
    """``open_gate(typecheck=…)``: a gate on the repository, closed after the test."""
    opened: list[Gate] = []

    def open_one(typecheck: Typecheck = "auto", engine: str | Engine = engine) -> Gate:
        folder = Path(repository.workdir)
        gate = Gate.open(folder, typecheck=typecheck, engine=engine, settings=settings_in(tmp_path))
        opened.append(gate)
        return gate

    yield open_one
    for gate in opened:
        gate.close()
