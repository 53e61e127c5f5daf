"""What is proved without a compiler is what the compiler says: tsc on real code with errors, before and after."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

from runner.checker.proof import moved, unseen_by_types
from runner.edits.changes.placing import carry_of
from runner.model.diagnostics import Diagnostic
from runner.syntax.trees import is_source
from runner.syntax.trivia import trivia
from tests.checker.candidates import candidate
from tests.checker.layouts import relaid, spoilt
from tests.checker.tsc_output import parse_output
from tests.lsp_bridge.local import compiler

_PROJECT = Path(__file__).resolve().parents[2] / "examples/zod/project"
FILES = 30
EDITS = 6
LARGEST = 50_000


def check(folder: Path) -> list[Diagnostic]:
    command = [str(compiler()), "--noEmit", "--pretty", "false", "--checkers", "1", "-p", "tsconfig.json"]
    # Our own compiler on code of ours: no container is needed.
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1, 2), done.stderr
    return list(parse_output(done.stdout, "tsconfig.json", str(folder)).errors)


def test_tsc_agrees_with_every_proof(tmp_path: Path) -> None:
    shutil.copytree(_PROJECT / "src/v3", tmp_path / "src/v3")
    (tmp_path / "node_modules").symlink_to(_PROJECT / "node_modules")
    shutil.copy(_PROJECT / "tsconfig.json", tmp_path)
    compare_with_tsc(tmp_path, seed=8)


def compare_with_tsc(folder: Path, seed: int) -> None:
    """The files of ``folder/src`` are given errors, and then edited."""
    chance = random.Random(seed)
    files = sorted(each for each in (folder / "src").rglob("*.*") if is_source(each.name) and each.is_file())
    paths = [str(each.relative_to(folder)) for each in files if each.stat().st_size < LARGEST]
    before: dict[str, str] = {}
    for path in chance.sample(paths, min(FILES, len(paths))):
        before[path] = spoilt((folder / path).read_bytes().decode(), path, chance)
        (folder / path).write_bytes(before[path].encode())
    base = check(folder)
    assert len(base) > FILES // 2
    after = dict(before)
    tried = accepted = 0
    for path, text in before.items():
        for _ in range(EDITS):
            scan = trivia(after[path], path)
            if scan is None:
                break
            tried += 1
            edited = relaid(scan, chance)
            if edited != after[path] and unseen_by_types(candidate({path: text}, {path: edited}), errors=base):
                after[path] = edited
                accepted += 1
    for path, text in after.items():
        (folder / path).write_bytes(text.encode())
    change = candidate(before, after)
    assert unseen_by_types(change, errors=[each for each in base if each.file not in after])
    assert tried // 5 < accepted < tried, f"{accepted} of {tried} edits were proved"
    assert places(check(folder)) == places(moved(base, change, carry_of(change)))


def places(errors: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[tuple[str, int, int, str, str]]:
    return sorted((each.file, each.line, each.character, each.code, each.message) for each in errors)
