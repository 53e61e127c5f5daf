"""Orders with commands, whole, in real containers."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.app.runner import Runner
from runner.app.settings import Settings
from runner.model.report import Report
from runner.sandbox.docker_engine import DockerEngine
from tests.cli.commands import Shell
from tests.snapshots.repositories import git, make_repository

pytestmark = pytest.mark.docker

AGENT = """
import json, subprocess
from pathlib import Path

options = json.loads(Path("/run/patchgate/task.json").read_text())["options"]
for search, replace in options["edits"]:
    edit = [{"file": "src/a.ts", "search": search, "replace": replace}]
    ended = subprocess.run(["patchctl", "search-replace", "--json"], input=json.dumps(edit), stdout=-1, text=True)
    verdict = json.loads(ended.stdout)
    said = [verdict["status"], [each["code"] for each in verdict["violations"]], verdict["commands"]]
    subprocess.run(["patchctl", "recommend", "--title", verdict["status"], "--detail", json.dumps(said), "--impact", "1"])
subprocess.run(["patchctl", "done"], check=True)
"""
TEST = {"name": "test", "run": "npm test", "artefacts": ["out/**"]}
FILES: dict[str, str | bytes] = {
    "tsconfig.json": '{"compilerOptions": {"strict": true, "lib": ["es2020"], "types": []}, "include": ["src"]}',
    "package.json": '{"scripts": {"test": "node test.js"}}',
    "test.js": "require('fs').mkdirSync('out'); require('fs').writeFileSync('out/x', 'x');\n"
    "const text = require('fs').readFileSync('src/a.ts', 'utf8'); console.log(text.split('\\n')[0]);\n"
    "if (text.includes('broken')) { console.error('1 failing'); process.exit(1); }\n",
    "src/a.ts": 'export const wrong: number = "x";\nexport const one = 1;\nexport const two = 2;\n',
}


@pytest.fixture
def folder() -> Iterator[Path]:
    # Below /tmp itself: a socket's path has 107 bytes at most, and pytest's folders are long.
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        made = Path(name).resolve()
        made.chmod(0o755)
        make_repository(made / "repository", FILES)
        (made / "agent").mkdir()
        (made / "agent/main.py").write_text(AGENT)
        yield made


def run(folder: Path, *passes: list[list[str]], cancel: threading.Event | None = None, **policy: Any) -> Report:
    """Each pass makes its edits on the line that it names."""
    tasks = [
        {"uuid": f"T{number}", "allowed_spans": [{"file": "src/a.ts", "start": 1, "end": 3}]}
        for number in range(len(passes))
    ]
    pipeline = [
        {
            "specialist": "custom",
            "name": f"agent-{number}",
            "tasks": [f"T{number}"],
            "command": ["python3", "/agent/main.py"],
            "mount": "agent",
            "options": {"edits": edits},
        }
        for number, edits in enumerate(passes)
    ]
    order = {"version": 1, "order_id": "ord-c", "repo": "repository", "tasks": tasks, "pipeline": pipeline}
    (folder / "order.json").write_text(json.dumps({**order, "policy": {"on_blocked": "continue", **policy}}))
    runner = Runner(Settings(folder / "s", folder / "w", "docker"), cancel=cancel)
    report, repository = runner.run(runner.read(folder / "order.json"), folder)
    repository.write_report(report)
    return report


def test_a_pass_that_breaks_a_command_is_taken_back_and_the_next_builds_on_what_was_there(
    engine: DockerEngine, folder: Path
) -> None:
    mends_and_breaks = [[' = "x"', " = 0"], ["one = 1", "one = 11; // broken"]]
    report = run(folder, mends_and_breaks, [["two = 2", "two = 22"]], commands=[TEST])
    repository = folder / "repository"
    first, second = report.passes
    assert (first.status, first.applied, first.taken_back) == ("blocked", 2, True), first.detail
    assert first.detail.startswith("test fails with exit code 1; on the base it passes; its patches were taken back")
    assert "1 failing" in first.commands[0].output_tail
    assert (second.status, second.applied, second.taken_back) == ("done", 1, False), second.detail
    # The base of the second pass is the tree of the first: that run is remembered.
    assert [(each.status, each.base_exit) for each in second.commands] == [("passed", 0)]
    # The error that the first pass mended is there again, and is nobody's new error.
    assert (report.base_errors, report.errors, report.status) == (1, 1, "blocked")
    now = git(repository, "show", f"{report.snapshot}:src/a.ts")
    assert now == str(FILES["src/a.ts"]).replace("two = 2", "two = 22")
    subjects = git(repository, "log", "--format=%s", f"HEAD..{report.snapshot}").splitlines()
    assert [subject.partition(":")[0] for subject in subjects] == ["agent-1", "restore", "agent-0", "agent-0"]
    kept = repository / ".mission_control"
    assert (repository / first.commands[0].artefact).read_text().endswith("1 failing\n")
    assert (repository / second.commands[0].archive).is_file()
    assert "## Commands" in (kept / "reports" / report.trace_id / "report.md").read_text()
    replayed = Shell(folder).run("replay", report.trace_id, "--repo", "repository", "--json")
    assert (replayed.exit, replayed.json["same"]) == (0, True), replayed.err
    assert git(repository, "status", "--porcelain") == ""
    assert list((folder / "w").iterdir()) == []


def test_a_candidate_that_breaks_a_fast_command_is_rejected_with_its_output(engine: DockerEngine, folder: Path) -> None:
    edits = [["one = 1", "one = 11; // broken"], ["two = 2", "two = 22"]]
    report = run(folder, edits, typecheck="never", commands=[{**TEST, "when": "patch"}])
    (only,) = report.passes
    assert (only.status, only.applied, only.rejected, only.commands) == ("done", 1, 1, ())
    refused, applied = (json.loads(each.detail) for each in report.recommendations)
    assert refused[:2] == ["rejected", ["PG610"]]
    assert (refused[2][0]["status"], refused[2][0]["exit"], refused[2][0]["base_exit"]) == ("failed", 1, 0)
    assert (applied[0], applied[2][0]["status"], applied[2][0]["base_exit"]) == ("applied", "passed", 0)
    message = only.patches[0].violations[0]
    assert message.startswith(
        "PG610 commands.failed: test fails with exit code 1; on the base it passes. It ends with:"
    )
    assert message.endswith("| 1 failing")


def test_ctrl_c_ends_a_command_at_once_and_says_that_it_did_not_run(engine: DockerEngine, folder: Path) -> None:
    cancel = threading.Event()

    def interrupts() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not cancel.is_set():
            if any(row.get("patchgate.order") == "ord-c" and "command-slow" in row["name"] for row in engine.ps()):
                cancel.set()
            time.sleep(0.1)

    thread = threading.Thread(target=interrupts)
    thread.start()
    slow = {"name": "slow", "run": "sleep 300"}
    began = time.monotonic()
    report = run(folder, [["two = 2", "two = 22"]], cancel=cancel, typecheck="never", commands=[slow])
    thread.join()
    assert time.monotonic() - began < 60
    assert (report.status, report.passes[0].status) == ("cancelled", "cancelled")
    assert "slow did not run on them to the end" in report.passes[0].detail
    assert not [row for row in engine.ps() if row.get("patchgate.order") == "ord-c"]
