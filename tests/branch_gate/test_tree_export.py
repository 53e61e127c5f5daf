"""The tree cannot be exported once: the submission says so, and the next one is judged as if nothing had happened."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from runner.app.branch_gate import Gate
from runner.snapshots.workbench import DiskWorkbench
from tests.branch_gate.repositories import replace

OpenGate = Callable[..., Gate]


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
