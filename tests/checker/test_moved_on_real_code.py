"""Old errors stay old on real code: imports sorted, declarations moved, lines added, and tsc before and after."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

from runner.checker.compare import compare
from runner.checker.places import Places
from runner.edits.changes.placing import carry_of
from runner.syntax.outline import outline
from tests.checker.candidates import candidate
from tests.checker.layouts import spoilt
from tests.checker.test_proof_on_real_code import check

_PROJECT = Path(__file__).resolve().parents[2] / "examples/zod/project"
_IMPORT = re.compile(r"^import [^\n]* from [^\n]*;$", re.MULTILINE)
FILES = 30
BAD = '\nconst patchgateAdded: number = "";\n'


def rearranged(text: str, path: str, chance: random.Random) -> str:
    """The same program: two declarations that are hoisted go to the end, imports are sorted, a statement is added."""
    for _ in range(2):
        movable = [each for each in outline(text, path) if each.kind in ("function", "interface", "type")]
        if movable:
            moved = chance.choice(movable)
            own = text[moved.doc_start : moved.end]
            text = f"{text[: moved.doc_start]}{text[moved.end :].rstrip()}\n\n{own}\n"
    lines = _IMPORT.findall(text)
    chance.shuffle(lines)
    text = _IMPORT.sub(lambda _: lines.pop(), text)
    return f"{text}\nconst patchgateMore = 1;\n"


def test_tsc_finds_nothing_new_when_code_is_only_moved(tmp_path: Path) -> None:
    chance = random.Random(8)
    shutil.copytree(_PROJECT / "src/v3", tmp_path / "src/v3")
    (tmp_path / "node_modules").symlink_to(_PROJECT / "node_modules")
    shutil.copy(_PROJECT / "tsconfig.json", tmp_path)
    paths = sorted(str(each.relative_to(tmp_path)) for each in (tmp_path / "src").rglob("*.ts"))
    before: dict[str, str] = {}
    for path in chance.sample(paths, FILES):
        before[path] = spoilt((tmp_path / path).read_bytes().decode(), path, chance)
        (tmp_path / path).write_bytes(before[path].encode())
    base = check(tmp_path)
    assert len(base) > FILES // 2
    after = {path: rearranged(text, path, chance) for path, text in before.items()}
    worse = chance.sample(list(after), 5)
    for path, text in after.items():
        (tmp_path / path).write_bytes((text + BAD if path in worse else text).encode())
    found = check(tmp_path)
    change = candidate(before, {path: text + BAD if path in worse else text for path, text in after.items()})
    result = compare(base, found, carry_of(change), Places(change))
    assert sorted((error.file, error.code) for error in result.new) == sorted((path, "TS2322") for path in worse)
    assert result.fixed == ()
