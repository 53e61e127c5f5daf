"""One engine for all tests of this room, and for the contract of checkers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.sandbox.docker_engine import DockerEngine
from tests.checker.projects import OPENED
from tests.containers import real_engine


@pytest.fixture(autouse=True)
def _no_container_is_left() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    with real_engine() as found:
        yield found
