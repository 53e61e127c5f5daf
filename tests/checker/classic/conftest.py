from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checker.classic.driving import Driver, versions


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    found = Driver()
    yield found
    found.close()


@pytest.fixture(params=versions())
def typescript(request: pytest.FixtureRequest) -> str:
    return str(request.param)
