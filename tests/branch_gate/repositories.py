"""A small TypeScript repository, and an engine whose tsc is a Python function: one error for each line with TYPE_ERROR."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pygit2

from runner.app.settings import Settings
from runner.sandbox.memory_engine import MemoryEngine, Process
from runner.snapshots.git.opening import isolate

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
    return Settings(folder / "state", folder / "work", "memory")


class CountingTsc:
    """Stands in for tsc's image; ``runs`` counts the containers."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, process: Process) -> int:
        self.runs += 1
        root = process.host_path("/repo")
        failed = False
        for path in sorted(root.rglob("*.ts")):
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().split("\n"), 1):
                if "TYPE_ERROR" in line:
                    failed = True
                    at = line.index("TYPE_ERROR") + 1
                    process.write(f"{name}({number},{at}): error TS2322: TYPE_ERROR is wrong.\n".encode())
            process.write(f"/repo/{name}\n".encode())
        return 2 if failed else 0


def engine_with(tsc: CountingTsc) -> MemoryEngine:
    return MemoryEngine({"patchgate/tsc": tsc})


def replace(file: str, search: str, text: str, **more: object) -> dict[str, object]:
    """A search-replace submission."""
    payload = [{"file": file, "search": search, "replace": text}]
    return {"version": 1, "edit": {"format": "search-replace", "payload": payload}, **more}


def write_tasks(folder: Path, *tasks: Mapping[str, object]) -> None:
    (folder / ".mission_control").mkdir(exist_ok=True)
    (folder / ".mission_control/tasks.json").write_text(json.dumps({"tasks": list(tasks)}))
