"""One engine for all tests of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.sandbox.docker_engine import DockerEngine
from tests.containers import real_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    with real_engine() as found:
        yield found
