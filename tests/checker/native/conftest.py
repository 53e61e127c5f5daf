from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checker.native.server import COMPILER, VERSION, Files, Server, write


@pytest.fixture(scope="session")
def toolchain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the checkout's own compiler."""
    root = tmp_path_factory.mktemp("toolchain")
    (root / f"typescript-{VERSION}").symlink_to(COMPILER)
    (root / "typescript-7.9.0").symlink_to(COMPILER)
    return root


@pytest.fixture(scope="module")
def serve(toolchain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Files], Server]]:
    """Starts a server on a tree of these files."""
    servers: list[Server] = []

    def start(files: Files) -> Server:
        root = tmp_path_factory.mktemp("tree")
        write(root, files)
        servers.append(Server(root, toolchain))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
