"""A small TypeScript repository, and an engine whose compiler is a Python function: each line with TYPE_ERROR is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pygit2

from runner.app.settings import Settings, read_settings
from runner.sandbox.memory_engine import MemoryEngine
from runner.snapshots.git.opening import isolate
from tests.branch_gate.word_server import CountingServer

FILES = {
    "src/a.ts": "export function f(a: number): number {\n  return a + 1;\n}\n\nexport const g = f(2);\n",
    "src/b.ts": 'import { f } from "./a";\n\nexport const h = f(3);\n',
    "tsconfig.json": '{"compilerOptions": {"strict": true, "noEmit": true}, "include": ["src"]}\n',
    "README.md": "hello\n",
}


def make_repository(folder: Path, files: Mapping[str, str] = FILES) -> pygit2.Repository:
    """``files`` on disk and as the one commit of ``main``."""
    isolate()
    folder.mkdir(parents=True, exist_ok=True)
    repository = pygit2.init_repository(str(folder), initial_head="main")
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    commit_all(repository)
    return repository


def commit_all(repository: pygit2.Repository, message: str = "base") -> str:
    repository.index.add_all()
    repository.index.write()
    who = pygit2.Signature("a person", "person@example.org", 1_700_000_000, 0)
    parents = [] if repository.head_is_unborn else [repository.head.target]
    return str(repository.create_commit("refs/heads/main", who, who, message, repository.index.write_tree(), parents))


def state_of(repository: pygit2.Repository) -> tuple[object, ...]:
    """What must not change when the gate works on HEAD: the branch, the index, the files."""
    folder = Path(repository.workdir)
    shown = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".mission_control"} & set(path.relative_to(folder).parts)
    }
    return str(repository.references["refs/heads/main"].target), (folder / ".git/index").read_bytes(), shown


def settings_in(folder: Path) -> Settings:
    """A state of its own, with the machine's compilers."""
    return Settings(folder / "state", folder / "work", "memory", toolchain_folder=read_settings().toolchain)


def engine_with(tsc: CountingServer) -> MemoryEngine:
    return MemoryEngine({"patchgate/checker": tsc})


def replace(file: str, search: str, text: str, **more: object) -> dict[str, object]:
    """A search-replace submission."""
    payload = [{"file": file, "search": search, "replace": text}]
    return {"version": 1, "edit": {"format": "search-replace", "payload": payload}, **more}


def write_tasks(folder: Path, *tasks: Mapping[str, object]) -> None:
    (folder / ".mission_control").mkdir(exist_ok=True)
    (folder / ".mission_control/tasks.json").write_text(json.dumps({"tasks": list(tasks)}))
