from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner.cli.patchctl import run
from tests.branch_gate.repositories import FILES, make_repository


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Patchctl = Callable[..., Answer]


@pytest.fixture
def repository(tmp_path: Path) -> pygit2.Repository:
    """Without a tsconfig, so that nothing asks for an engine."""
    return make_repository(tmp_path / "repo", {path: text for path, text in FILES.items() if path != "tsconfig.json"})


@pytest.fixture
def folder(repository: pygit2.Repository) -> Path:
    return Path(repository.workdir)


@pytest.fixture
def patchctl(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Patchctl:
    """``patchctl("append", "--file", …, text="standard input")`` in the repository's folder."""
    environment: Mapping[str, str] = {
        "PATCHGATE_STATE": str(tmp_path / "state"),
        "PATCHGATE_WORK": str(tmp_path / "work"),
        "PATCHGATE_ENGINE": "docker",
        "DOCKER_HOST": f"unix://{tmp_path}/no-daemon.sock",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("PATCHGATE_SOCKET", "ORCHESTRATOR_URL", "ORCHESTRATOR_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)

    def call(*arguments: str, text: str | None = None) -> Answer:
        if text is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call
