"""No proof is wrong on programs that are made to be misread: tsc on each, before and after."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

from runner.checker.proof import moved, unseen_by_types
from runner.edits.changes.placing import carry_of
from runner.model.diagnostics import Diagnostic
from runner.syntax.trivia import trivia
from tests.checker.candidates import candidate
from tests.checker.programs import GAPS, Programs, joined
from tests.checker.test_proof_on_real_code import check, places

PROGRAMS = 300
_CONFIG = """{"compilerOptions": {"target": "esnext", "module": "esnext", "moduleResolution": "bundler", "types": [],
 "moduleDetection": "force", "jsx": "preserve", "strict": true, "noUnusedLocals": true}, "include": ["*"]}"""
_SYNTAX = re.compile(r"TS(?:1\d{3}|17\d{3}|2657)")


def test_tsc_agrees_on_programs_that_are_hard_to_read(tmp_path: Path) -> None:
    pairs = proved_pairs(random.Random(8), PROGRAMS)
    old = errors_of({path: before for path, (before, _) in pairs.items()}, tmp_path / "old")
    # tsc shows no types where one file cannot be parsed. Such files are not proved.
    sound = {path: pair for path, pair in pairs.items() if not any(_SYNTAX.fullmatch(each.code) for each in old[path])}
    assert len(sound) > PROGRAMS // 2
    base = errors_of({path: before for path, (before, _) in sound.items()}, tmp_path / "before")
    found = errors_of({path: after for path, (_, after) in sound.items()}, tmp_path / "after")
    assert sum(map(len, base.values())) > PROGRAMS
    for path, (before, after) in sound.items():
        change = candidate({path: before}, {path: after})
        assert places(found[path]) == places(moved(base[path], change, carry_of(change))), (before, after)


def proved_pairs(chance: random.Random, wanted: int) -> dict[str, tuple[str, str]]:
    """Programs, and what an edit of a few gaps made of them, if it is proved."""
    found: dict[str, tuple[str, str]] = {}
    while len(found) < wanted:
        jsx = chance.random() < 0.6
        path = f"f{len(found)}.{'tsx' if jsx else 'ts'}"
        programs = Programs(chance, jsx=jsx)
        tokens = programs.program()
        gaps = programs.gaps(tokens)
        before = joined(tokens, gaps)
        if trivia(before, path) is None:
            continue
        for _ in range(5):
            edited = list(gaps)
            for _ in range(chance.randrange(1, 4)):
                edited[chance.randrange(len(edited))] = chance.choice(GAPS)
            after = joined(tokens, edited)
            if after != before and unseen_by_types(candidate({path: before}, {path: after})):
                found[path] = before, after
                break
    return found


def errors_of(files: dict[str, str], folder: Path) -> dict[str, list[Diagnostic]]:
    folder.mkdir()
    (folder / "tsconfig.json").write_text(_CONFIG)
    for path, text in files.items():
        (folder / path).write_text(text)
    found: dict[str, list[Diagnostic]] = defaultdict(list)
    for error in check(folder):
        found[error.file].append(error)
    return found
