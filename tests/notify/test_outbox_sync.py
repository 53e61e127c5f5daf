"""What the outbox says is kept must survive a power cut: the folder is synced after each change of its names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.model.events import Event
from runner.notify.outbox import Outbox, OutboxMessage

EVENT = Event("kind", "2026-11-24T00:00:00Z", "t", None, None, None, {})


def test_the_folder_is_synced_after_a_letter_is_written_removed_and_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace, unlink = os.fsync, Path.replace, Path.unlink

    def synced(number: int) -> None:
        fsync(number)
        found = Path(f"/proc/self/fd/{number}").readlink()
        if found.is_dir():
            steps.append(f"sync {found.name}")

    def replaced(path: Path, target: Path) -> Path:
        steps.append(f"replace {target.name}")
        return replace(path, target)

    def unlinked(path: Path, missing_ok: bool = False) -> None:
        steps.append(f"unlink {path.name}")
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    outbox = Outbox(tmp_path / "outbox")
    assert steps == [f"sync {tmp_path.name}"]
    outbox.collect(list, lambda event: [])
    outbox.collect(lambda: [EVENT], lambda event: [OutboxMessage("/x", "k1", {}), OutboxMessage("/x", "k2", {})])
    first, second = outbox.letters()
    outbox.remove(first)
    outbox.set_aside(second, "gone")
    assert steps[1:] == [
        "replace .cursor", "sync outbox",
        "replace 0000000000-0.json", "sync outbox", "replace 0000000000-1.json", "sync outbox", "replace .cursor", "sync outbox",
        "unlink 0000000000-0.json", "sync outbox",
        "replace 0000000000-1.json", "sync outbox", "replace 0000000000-1.json", "sync not-taken", "sync outbox",
    ]  # fmt: skip
