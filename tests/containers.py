"""The engine of tests that need real containers, with the images that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.images import ensure_images


@contextmanager
def real_engine() -> Iterator[DockerEngine]:
    found = connect("auto")
    assert isinstance(found, DockerEngine)
    ensure_images(found.api, lambda _line: None)
    try:
        yield found
    finally:
        found.close()
