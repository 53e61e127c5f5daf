"""The check workbench fails once: the submission says so, and the next one is judged as if nothing had happened."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping

import pygit2
import pytest

from runner.app.branch_gate import Gate
from runner.checker import tsc
from runner.model.order import Limits
from runner.model.tree import FileState
from runner.sandbox.memory_engine import MemoryEngine, Process
from runner.snapshots.workbench import DiskWorkbench
from tests.branch_gate.repositories import CountingTsc, commit_all, replace

OpenGate = Callable[..., Gate]


def test_a_failed_restore_costs_one_submission_and_the_next_is_judged_on_a_new_tree(
    open_gate: OpenGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = open_gate()
    put, calls = DiskWorkbench.put, list[int]()

    def fails_to_restore(workbench: DiskWorkbench, files: Mapping[str, FileState | None]) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        put(workbench, files)

    monkeypatch.setattr(DiskWorkbench, "put", fails_to_restore)
    # What is left behind would make every later edit look broken.
    first = gate.submit(replace("src/a.ts", "a + 1", 'a + "TYPE_ERROR"'))
    assert first["status"] == "error"
    assert "could not be restored: [Errno 28]" in str(first["violations"]) and "a new tree" in str(first["violations"])
    assert [gate.submit(replace("src/a.ts", "a + 1", f"a + {n}"))["status"] for n in (2, 3)] == ["applied", "applied"]


def test_a_failed_export_costs_one_submission(open_gate: OpenGate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = open_gate()
    fill, calls = DiskWorkbench.fill, list[int]()

    def fails_at_the_end(workbench: DiskWorkbench) -> None:
        fill(workbench)
        calls.append(1)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DiskWorkbench, "fill", fails_at_the_end)
    assert gate.submit(replace("src/a.ts", "a + 1", "a + 2"))["status"] == "error"
    assert gate.submit(replace("src/a.ts", "a + 1", "a + 2"))["status"] == "applied"


class SlowOnPlanted(CountingTsc):
    """Stops at an early error, and takes for ever on the tree with the planted one while ``slow``."""

    slow = True

    def __call__(self, process: Process) -> int:
        if self.slow and "patchgateCanary" in (process.host_path("/repo") / "src/a.ts").read_text():
            process.killed.wait(20)
            return 1
        process.write(b"src/b.ts(1,1): error TS1005: ';' expected.\n")
        super().__call__(process)
        if "patchgateCanary" in (text := (process.host_path("/repo") / "src/a.ts").read_text()):
            line = next(number for number, each in enumerate(text.split("\n"), 1) if "patchgateCanary" in each)
            process.write(f"src/a.ts({line},1): error TS2322: planted.\n".encode())
        return 2


def test_a_limit_at_the_planted_error_is_a_verdict_with_a_hint_and_does_not_last(
    open_gate: OpenGate, repository: pygit2.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_all(repository, "again")
    program = SlowOnPlanted()
    gate = open_gate(engine=MemoryEngine({"patchgate/tsc": program}))
    with monkeypatch.context() as patch:
        patch.setattr(tsc, "LIMITS", Limits(wall_s=0.5))
        verdict = gate.submit(replace("src/a.ts", "a + 1", "a + 2"))
    assert verdict["status"] == "error"
    assert "cannot be checked: tsc reached its wall limit" in str(verdict["violations"])
    assert "Give tsc less to check" in str(verdict["violations"])
    program.slow = False
    assert gate.submit(replace("src/a.ts", "a + 1", "a + 2"))["status"] == "applied"
