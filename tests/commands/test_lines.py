"""Plain lines on two sides of a difference, as CI asks for them. Containers are Python functions here."""

from __future__ import annotations

from pathlib import Path

from runner.app.command_lines import CommandLines
from runner.app.settings import Settings
from runner.model.commands import FAILED, PASSED
from runner.model.tree import FileState
from runner.sandbox.frames import STDERR
from runner.sandbox.memory_engine import MemoryEngine, Process
from runner.snapshots.git.store import GitSnapshots
from tests.commands.trees import Bench, Counting
from tests.snapshots.repositories import everything_in


def cat(process: Process) -> int:
    """Fails where the tree has ``bad`` in a.txt; prints its line."""
    text = process.host_path("/base/a.txt").read_text()
    process.write(f"{process.spec.command[4]}: {text}".encode(), stream=STDERR)
    return 1 if "bad" in text else 0


def test_each_line_is_judged_by_what_it_did_on_the_base_and_nothing_is_written_to_the_repository(
    tmp_path: Path,
) -> None:
    engine = MemoryEngine({"patchgate/specialist": cat})
    bench = Bench(tmp_path, Counting(engine)).commits({"a.txt": "good"}, {"a.txt": "bad"})
    snapshots = GitSnapshots(bench.repository)
    base, head = snapshots.tree(bench.base), snapshots.tree(bench.head)
    before = everything_in(bench.repository)
    settings = Settings(tmp_path / "s", tmp_path / "w")
    with CommandLines(bench.repository, bench.repository, lambda: engine, settings, outputs=tmp_path / "o") as lines:
        one, two = lines.compare(base, head, ["npm test", "npm run lint"])
        (patched,) = lines.compare(base, base, ["npm test"], files={"a.txt": FileState(b"good too")})
    assert [(each.command, each.status, each.base_exit, each.head_exit) for each in (one, two, patched)] == [
        ("npm test", FAILED, 0, 1),
        ("npm run lint", FAILED, 0, 1),
        ("npm test", PASSED, 0, 0),
    ]
    assert (one.output_tail, Path(two.artefact).read_text()) == ("npm test: bad", "npm run lint: bad")
    assert everything_in(bench.repository) == before
    assert list((tmp_path / "w").iterdir()) == []
