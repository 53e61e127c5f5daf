"""Two people at one working tree: patches of different files go their ways, patches of one file take turns."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner.app.worktree_gate import WorktreeGate
from runner.snapshots.worktree.file_locks import file_locks
from tests.branch_gate.repositories import replace, settings_in, write_tasks

A, B = "src/a.ts", "src/b.ts"
CHECKOUT = Path(__file__).parents[2]

# tsc takes as long as the test wants: until its standard input has a line, or ends.
SLOW = """
import json, sys
from pathlib import Path
from runner.app.worktree_gate import WorktreeGate
from tests.branch_gate.repositories import engine_with, settings_in
from tests.branch_gate.word_server import CountingServer

class Slow(CountingServer):
    def compile(self, process):
        if self.runs == 1:
            print("checking", flush=True)
            sys.stdin.readline()
        super().compile(process)

folder = Path(sys.argv[1])
with WorktreeGate(folder, engine=engine_with(Slow()), settings=settings_in(folder.parent / "slow"), command="slow") as gate:
    print(json.dumps(gate.submit(json.loads(sys.argv[2]))["status"]), flush=True)
"""


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "tsconfig.json").write_text("{}")
    return folder


@contextmanager
def slow_patch(folder: Path, submission: dict[str, object]) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of its patch: its candidate is with tsc. It goes on when it gets a line."""
    command = [sys.executable, "-c", SLOW, str(folder), json.dumps(submission)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "checking\n"
            yield process
        finally:
            process.kill()


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate("go on\n", timeout=60)
    return out.strip().strip('"')


def gate_at(folder: Path, tmp_path: Path, wait_s: float) -> WorktreeGate:
    return WorktreeGate(folder, typecheck="never", settings=settings_in(tmp_path), lock_wait_s=wait_s)


def test_a_patch_of_another_file_does_not_wait(project: Path, tmp_path: Path) -> None:
    with slow_patch(project, replace(A, "a + 1", "a + 2")) as other, gate_at(project, tmp_path, 0) as gate:
        assert gate.submit(replace(B, "f(3)", "f(4)"))["status"] == "applied"
        assert finish(other) == "applied"
    assert "a + 2" in (project / A).read_text() and "f(4)" in (project / B).read_text()


def test_a_patch_of_the_same_file_waits_and_says_for_whom(project: Path, tmp_path: Path) -> None:
    with slow_patch(project, replace(A, "a + 1", "a + 2")) as other, gate_at(project, tmp_path, 0.05) as gate:
        verdict: dict[str, Any] = gate.submit(replace(A, "f(2)", "f(5)"))
        assert verdict["status"] == "error"
        (violation,) = verdict["violations"]
        assert f"{A} is locked by `slow` (pid {other.pid}, since 20" in violation["message"]
        assert gate.submit(replace(A, "f(2)", "f(5)", dry_run=True))["status"] == "simulated"  # it writes nothing
    assert "f(2)" in (project / A).read_text()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a submission of this process has been read, on the tree as it was, and asks for its files."""
    asks = threading.Event()

    def told(*arguments: Any, **options: Any) -> AbstractContextManager[bool]:
        asks.set()
        return file_locks(*arguments, **options)

    monkeypatch.setattr("runner.app.worktree_target.file_locks", told)
    return asks


@dataclass
class Waiting:
    """A submission in a thread of its own. ``verdict`` is there after ``join``."""

    gate: WorktreeGate
    submission: dict[str, object]
    verdict: dict[str, Any] = field(default_factory=dict)

    def begin(self, asks: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=lambda: self.verdict.update(self.gate.submit(self.submission)))
        thread.start()
        assert asks.wait(60)
        return thread


def both(
    project: Path, tmp_path: Path, asks: threading.Event, first: dict[str, object], second: dict[str, object]
) -> dict[str, Any]:
    """``second`` is handed in while ``first`` is open; its verdict once both are done."""
    with slow_patch(project, first) as other, gate_at(project, tmp_path, 60) as gate:
        waiting = Waiting(gate, second)
        thread = waiting.begin(asks)
        assert finish(other) == "applied"
        thread.join(60)
        return waiting.verdict


def lines(start: int, end: int, new: str, **more: object) -> dict[str, object]:
    payload = [{"op": "replace_block", "file": A, "start_line": start, "end_line": end, "new_block": new}]
    return {"version": 1, "edit": {"format": "line-ops", "payload": payload}, **more}


LONGER = lines(2, 2, "  const b = a;\n  return b + 2;")


def test_a_patch_that_waited_lands_where_its_author_meant_it(
    project: Path, tmp_path: Path, waits: threading.Event, repository: pygit2.Repository
) -> None:
    verdict = both(project, tmp_path, waits, LONGER, lines(5, 5, "export const g = f(5);"))
    assert (verdict["status"], verdict["base"]) == ("applied", str(repository.head.target))
    assert (project / A).read_text() == (
        "export function f(a: number): number {\n  const b = a;\n  return b + 2;\n}\n\nexport const g = f(5);\n"
    )


def test_a_patch_that_waited_and_touches_what_landed_is_a_conflict_with_both_sides(
    project: Path, tmp_path: Path, waits: threading.Event, repository: pygit2.Repository
) -> None:
    verdict = both(project, tmp_path, waits, LONGER, lines(2, 2, "  return a + 3;"))
    assert (verdict["status"], verdict["base"]) == ("conflict", str(repository.head.target))
    assert "return b + 2;" in str(verdict["notes"]) and "return a + 3;" in str(verdict["notes"])
    assert "a + 3" not in (project / A).read_text()


def test_a_task_that_waited_has_its_lines_where_they_are_now(
    project: Path, tmp_path: Path, waits: threading.Event
) -> None:
    write_tasks(project, {"uuid": "T", "allowed_spans": [{"file": A, "start": 5, "end": 5}]})
    inside = lines(5, 5, "export const g = f(5);", task_id="T")
    assert both(project, tmp_path, waits, LONGER, inside)["status"] == "applied"
    assert "f(5)" in (project / A).read_text()


def test_whoever_waits_goes_on_when_the_other_is_killed(project: Path, tmp_path: Path, waits: threading.Event) -> None:
    with slow_patch(project, LONGER) as other, gate_at(project, tmp_path, 60) as gate:
        waiting = Waiting(gate, lines(2, 2, "  return a + 3;"))
        thread = waiting.begin(waits)
        other.kill()
        thread.join(60)
    assert waiting.verdict["status"] == "applied" and "a + 3" in (project / A).read_text()


def test_many_people_at_one_file_all_land_where_they_meant_to(folder: Path, tmp_path: Path) -> None:
    """Each process replaces a line of its own by two, so that the places of the others move while they wait."""
    numbers = range(1, 19)
    (folder / A).write_text("".join(f"export const n{number} = {number};\n" for number in numbers))
    command = [sys.executable, "-c", "from runner.cli.patchctl import main; main()", "search-replace"]
    people = []
    for number in numbers[1::3]:
        edit = tmp_path / f"{number}.json"
        new = f"n{number} = 0;\n// {number}"
        edit.write_text(json.dumps([{"file": A, "search": f"n{number} = {number};", "replace": new}]))
        arguments = [str(edit), "--repo", str(folder), "--typecheck", "never"]
        people.append(subprocess.Popen([*command, *arguments], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True))
    verdicts = [json.loads(person.communicate(timeout=120)[0]) for person in people]
    assert [verdict["status"] for verdict in verdicts] == ["applied"] * len(people), verdicts
    assert (folder / A).read_text() == "".join(
        f"export const n{number} = 0;\n// {number}\n" if number % 3 == 2 else f"export const n{number} = {number};\n"
        for number in numbers
    )
    assert [path.name for path in (folder / ".mission_control/locks").iterdir()] == ["registry"]
