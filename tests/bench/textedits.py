"""Many edits of one text: ours beside the reference implementation, in one run, on the same input."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from runner.edits import apply_text_edits
from tests.bench.corpus import node_tool

HERE = Path(__file__).parent
WARM_UP = 2
TURNS = 3


@dataclass(frozen=True, slots=True)
class Race:
    """Milliseconds of each round; both sides made the same text."""

    edits: int
    size: int
    ours: list[float]
    reference: list[float]


def install() -> None:
    subprocess.run(["sh", str(HERE.parent / "oracle" / "install.sh")], check=True, timeout=300)


def race(edits: int, size: int, rounds: int, seed: int = 7) -> Race:
    """``edits`` spread over a text of about ``size`` bytes with some wide characters. Raises where the results differ."""
    text = _text(size, seed)
    plain = _edits(text, edits, seed)
    typed = [
        lsp.TextEdit(
            lsp.Range(lsp.Position(**edit["range"]["start"]), lsp.Position(**edit["range"]["end"])), edit["newText"]
        )
        for edit in plain
    ]
    ours: list[float] = []
    reference: list[float] = []
    # In turns, so that whatever else the machine does falls on both.
    for _ in range(TURNS):
        times, result = _ours(text, typed, rounds + WARM_UP)
        told = _reference({"text": text, "edits": plain, "rounds": rounds + WARM_UP})
        if told["sha256"] != hashlib.sha256(result.encode()).hexdigest():
            raise SystemExit("apply_text_edits and the reference implementation do not agree")
        ours += times[WARM_UP:]
        reference += told["times"][WARM_UP:]
    return Race(edits, len(text.encode()), ours, reference)


def _ours(text: str, edits: list[lsp.TextEdit], rounds: int) -> tuple[list[float], str]:
    times, result = [], ""
    for _ in range(rounds):
        start = time.perf_counter()
        result = apply_text_edits(text, edits)
        times.append((time.perf_counter() - start) * 1000)
    return times, result


def _reference(job: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "job.json")
        path.write_text(json.dumps(job), "utf-8")
        command = [node_tool("node"), str(HERE / "textedits.js"), str(path)]
        done = subprocess.run(command, capture_output=True, timeout=600, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _text(size: int, seed: int) -> str:
    chance = random.Random(seed)
    lines: list[str] = []
    length = 0
    while length < size:
        wide = " // 🦄 naïve" if chance.random() < 0.05 else ""
        line = f"  const value{len(lines)} = compute({chance.randrange(10**6)}, 'text');{wide}\n"
        lines.append(line)
        length += len(line.encode())
    return "".join(lines)


def _edits(text: str, count: int, seed: int) -> list[dict[str, Any]]:
    """Replacements, inserts and deletions that do not overlap, shuffled; several on a line where there are many."""
    chance = random.Random(seed + 1)
    lines = text.split("\n")[:-1]
    per_line = -(-count // len(lines))
    chosen = sorted(chance.sample(range(len(lines)), min(len(lines), -(-count // per_line))))
    found: list[dict[str, Any]] = []
    for line in chosen:
        for slot in range(per_line):
            start = 2 + slot * (18 // per_line)
            end = start + chance.choice((0, 1, 2)) if 18 // per_line > 2 else start
            place = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
            found.append(
                {
                    "range": place,
                    "newText": chance.choice(("", "x", "renamed", "a\nb")) or ("y" if start == end else ""),
                }
            )
    chance.shuffle(found)
    return found[:count]
