from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.reference import Reference, started


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    with started() as found:
        yield found
