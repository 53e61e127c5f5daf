"""A small TypeScript project, its language server, and the programs that a specialist's container has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from lsp_bridge.typescript import TypeScriptServer
from tests.lsp_bridge.local import serve, write
from tests.specialists.fakes import FakeSession

Make = Callable[..., FakeSession]

TSCONFIG = """{"compilerOptions": {"strict": true, "noEmit": true, "target": "es2022", "module": "esnext",
  "moduleResolution": "bundler", "types": []}, "include": ["src"]}"""


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """ast-grep comes with the development environment; in containers it stands in /usr/local/bin."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """``make({path: text}, …)``: a session on a project of these files, with a real language server."""
    servers: list[TypeScriptServer] = []

    def call(files: Mapping[str, str | bytes], **settings: object) -> FakeSession:
        root = write(tmp_path / "repo", {"tsconfig.json": TSCONFIG})
        for path, content in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        servers.append(serve(root, next(path for path in files if path.endswith(".ts"))))
        return FakeSession(root, servers[-1], **settings)  # type: ignore[arg-type]

    yield call
    for server in servers:
        server.close()
