"""Whole runs on a tiny project in real containers: what comes of them, and what is left when they are cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox.docker_engine import DockerEngine
from tests.cli.commands import FILES, Shell, Told, order
from tests.snapshots.repositories import everything_in, git

pytestmark = pytest.mark.docker
WAIT_S = 90


@dataclass
class Watcher:
    """The engine's own events of one order's containers: (what happened, to which)."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    def ids(self, what: str) -> list[str]:
        return sorted(container for happened, container in self.seen if happened == what)


@contextmanager
def watched(engine: DockerEngine, order_id: str) -> Iterator[Watcher]:
    watcher = Watcher()
    stream = engine.api.events(filters={"label": [f"patchgate.order={order_id}"], "type": "container"}, decode=True)

    def read() -> None:
        for event in stream:
            watcher.seen.append((event["Action"], event["id"]))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        stream.close()
        thread.join(timeout=5)


def containers(engine: DockerEngine, order_id: str) -> list[dict[str, str]]:
    return [dict(row) for row in engine.ps() if row.get("patchgate.order") == order_id]


class Meeting:
    """The agent's pipe, opened once the agent waits at it: everything about the run stands still until ``go``."""

    def __init__(self, process: subprocess.Popen[str], pipe: Path) -> None:
        opened = threading.Event()
        self._file = -1

        def meet() -> None:
            self._file = os.open(pipe, os.O_WRONLY)
            opened.set()

        threading.Thread(target=meet, daemon=True).start()
        if not opened.wait(WAIT_S):
            process.kill()
            raise AssertionError(f"the agent never came: {process.communicate()}")

    def go(self) -> None:
        os.close(self._file)


@dataclass(frozen=True)
class Landed:
    told: Told
    shell: Shell
    inspected: dict[str, Any]
    events: Watcher
    before: dict[str, bytes]

    @property
    def repository(self) -> Path:
        return self.shell.folder / "repository"

    @property
    def only(self) -> dict[str, Any]:
        (found,) = self.told.json["passes"]
        return dict(found)


@pytest.fixture
def landed(shell: Shell, engine: DockerEngine) -> Landed:
    before = everything_in(shell.folder / "repository")
    with watched(engine, "ord-test") as events:
        process = shell.start("run", "order.json", "--json")
        meeting = Meeting(process, shell.folder / "agent/go")
        (row,) = [row for row in containers(engine, "ord-test") if row["patchgate.pass"] not in ("bridge", "checker")]
        inspected = engine.api.inspect_container(row["id"])
        meeting.go()
        out, err = process.communicate(timeout=WAIT_S)
    return Landed(Told(process.returncode, out, err), shell, inspected, events, before)


def test_a_run_lands_what_is_good_and_turns_away_what_is_not(landed: Landed, engine: DockerEngine) -> None:
    report_is_right(landed)
    branch_is_right(landed)
    files_for_others_are_right(landed)
    container_was_bounded(landed.inspected)
    everything_made_is_gone(landed, engine)
    ledger_commands_tell_the_same(landed)


def report_is_right(landed: Landed) -> None:
    told = landed.told
    assert told.exit == 0, told.err
    report, only = told.json, landed.only
    assert (report["status"], report["order_id"], report["engine"]) == ("awaiting-sign-off", "ord-test", "docker")
    assert report["repo"] == str(landed.repository)
    assert report["base"] == git(landed.repository, "rev-parse", "HEAD").strip()
    assert (only["specialist"], only["task_id"], only["status"]) == ("mine", "T1", "done")
    assert (only["applied"], only["rejected"], only["conflicts"], only["attempt"]) == (1, 2, 0, 1)
    assert (only["container"]["exit"], only["container"]["limit_hit"]) == (0, None)
    assert report["typecheck"] == {"base_errors": 0, "errors": 0, "new": 0, "fixed": 0}
    codes = [patch["violations"][0].split()[1].rstrip(":") for patch in only["patches"] if patch["violations"]]
    assert codes == ["typecheck.new-error", "scope.outside-allowed-paths"]
    assert json.loads((reports(landed) / "report.json").read_text("utf-8")) == report
    assert "two: number = 22" in (reports(landed) / "report.md").read_text("utf-8")


def reports(landed: Landed) -> Path:
    return landed.repository / ".mission_control/reports" / str(landed.told.json["trace_id"])


def branch_is_right(landed: Landed) -> None:
    report, only = landed.told.json, landed.only
    assert only["branch"] == f"fix/trace-{report['trace_id']}-mine"
    assert git(landed.repository, "rev-parse", only["branch"]).strip() == report["snapshot"] == only["snapshot"]
    assert git(landed.repository, "rev-parse", f"{only['branch']}^{{tree}}").strip() == report["tree"]
    assert git(landed.repository, "rev-list", "--count", f"HEAD..{only['branch']}").strip() == "1"
    assert git(landed.repository, "show", f"{only['branch']}:src/a.ts") == str(FILES["src/a.ts"]).replace(
        "= 2;", "= 22;"
    )
    trailers = git(landed.repository, "log", "-1", "--format=%(trailers:only,unfold)", only["branch"]).split("\n")
    assert {"Patchgate-Task: T1", "Patchgate-Order: ord-test", f"Patchgate-Trace: {report['trace_id']}"} <= set(
        trailers
    )
    assert git(landed.repository, "fsck", "--strict") == ""
    now = everything_in(landed.repository)
    ours = (
        ".git/objects/",
        ".git/refs/heads/fix/",
        ".git/logs/refs/heads/fix/",
        ".mission_control/",
        ".git/info/exclude",
    )
    assert {name: data for name, data in now.items() if not name.startswith(ours)} == {
        name: data for name, data in landed.before.items() if not name.startswith(ours)
    }
    assert git(landed.repository, "status", "--porcelain") == ""


def files_for_others_are_right(landed: Landed) -> None:
    mission = landed.repository / ".mission_control"
    (task,) = json.loads((mission / "tasks.json").read_text("utf-8"))["tasks"]
    assert (task["uuid"], task["status"], task["allowed_paths"]) == ("T1", "done", ["src/a.ts"])
    lines = [json.loads(line) for line in (mission / "patch_log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["status"], line["task_id"], line["requester"], line["op"]) for line in lines] == [
        ("applied", "T1", "mine", "search-replace"),
        ("rejected", "T1", "mine", "search-replace"),
        ("rejected", "T1", "mine", "search-replace"),
    ]
    assert lines[0]["reason"] == "two: number = 2 to two: number = 22"
    for line in lines:
        assert (landed.repository / line["diff_path"]).is_file()
    assert "+export const two: number = 22;" in (landed.repository / lines[0]["diff_path"]).read_text("utf-8")


def container_was_bounded(inspected: dict[str, Any]) -> None:
    host = inspected["HostConfig"]
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["Privileged"]) == ("none", True, False)
    assert (host["CapDrop"], host["CapAdd"] or []) == (["ALL"], [])
    assert (host["Memory"], host["MemorySwap"], host["PidsLimit"]) == (96 << 20, 96 << 20, 33)
    assert host["NanoCpus"] == 500_000_000
    options = [each.partition("=")[0] for each in host["SecurityOpt"]]
    assert {"no-new-privileges", "seccomp"} <= {option.partition(":")[0] for option in options}
    assert set(host["Tmpfs"]) == {"/tmp"}
    assert all(not mount["RW"] for mount in inspected["Mounts"])
    assert {"/repo", "/agent", "/run/patchgate"} <= {mount["Destination"] for mount in inspected["Mounts"]}
    assert inspected["Config"]["User"] == "65534:65534"
    assert {"patchgate.owner", "patchgate.order", "patchgate.pass"} <= set(inspected["Config"]["Labels"])


def everything_made_is_gone(landed: Landed, engine: DockerEngine) -> None:
    made = landed.events.ids("create")
    assert landed.only["container"]["id"] in made
    assert len(made) >= 2  # the agent's, and one that checked the base and both candidates
    assert landed.events.ids("destroy") == made
    assert containers(engine, "ord-test") == []
    assert list(landed.shell.work.iterdir()) == []


def ledger_commands_tell_the_same(landed: Landed) -> None:
    report, shell = landed.told.json, landed.shell
    replayed = shell.run("replay", report["trace_id"], "--repo", "repository", "--json")
    assert (replayed.exit, replayed.json["same"], replayed.json["tree"]) == (0, True, report["tree"])
    log = shell.run("log", "--repo", "repository", "--verify", "--json").json
    assert log["verified"] > 0
    assert [event["kind"] for event in log["events"]] == [
        "order.started", "patch.applied", "patch.rejected", "patch.rejected", "order.ended",
    ]  # fmt: skip
    patch = landed.only["patches"][0]["patch_id"]
    shown = shell.run("show", patch[:8], "--repo", "repository", "--json").json
    assert (shown["patch_id"], shown["status"], shown["branch"]) == (patch, "applied", landed.only["branch"])
    text = shell.run("log", "--repo", "repository")
    assert patch[:8] in text.out and "two: number = 2 to two: number = 22" in text.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_within_moments_with_a_report_and_leaves_nothing_behind(
    number: signal.Signals, shell: Shell, engine: DockerEngine
) -> None:
    before = git(shell.folder / "repository", "for-each-ref")
    process = shell.start("run", "order.json", "--json")
    meeting = Meeting(process, shell.folder / "agent/go")
    assert containers(engine, "ord-test")
    began = time.monotonic()
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=WAIT_S)
    took = time.monotonic() - began
    meeting.go()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    report = json.loads(out)
    assert (report["status"], [each["status"] for each in report["passes"]]) == ("cancelled", ["cancelled"])
    written = shell.folder / "repository/.mission_control/reports" / report["trace_id"] / "report.json"
    assert json.loads(written.read_text("utf-8")) == report
    assert took < 10
    assert containers(engine, "ord-test") == []
    assert list(shell.work.iterdir()) == []
    assert git(shell.folder / "repository", "for-each-ref") == before


def test_what_a_killed_run_leaves_is_reaped_and_a_living_runs_containers_stay(
    shell: Shell, engine: DockerEngine
) -> None:
    (shell.folder / "other.json").write_text(json.dumps(order(order_id="ord-living", repo="living")))
    git(shell.folder, "clone", "-q", "repository", "living")
    killed = shell.start("run", "order.json")
    first = Meeting(killed, shell.folder / "agent/go")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=WAIT_S)
    (orphan,) = [row for row in containers(engine, "ord-test") if row["patchgate.pass"] not in ("bridge", "checker")]
    # The orphan's agent waits for its pipe to end; the next one must not meet it there.
    (shell.folder / "agent/go").rename(shell.folder / "agent/old")
    os.mkfifo(shell.folder / "agent/go")
    (left,) = [entry for entry in shell.work.iterdir() if entry.is_dir()]
    living = shell.start("run", "other.json")
    second = Meeting(living, shell.folder / "agent/go")
    # The living run's own start has reaped what the dead one left.
    assert not left.exists()
    assert orphan["id"] not in [row["id"] for row in engine.ps()]
    stays = {row["id"] for row in containers(engine, "ord-living")}
    assert stays
    told = shell.run("reap", "--json")
    assert told.exit == 0
    assert stays <= {row["id"] for row in containers(engine, "ord-living")}
    second.go()
    _, err = living.communicate(timeout=WAIT_S)
    assert living.returncode == 0, err
    assert list(shell.work.iterdir()) == []
    first.go()


def test_reap_removes_a_killed_runs_containers_and_folder(shell: Shell, engine: DockerEngine) -> None:
    reaped = False
    for _ in range(5):  # another test may open the engine just then, and reap them first
        process = shell.start("run", "order.json")
        meeting = Meeting(process, shell.folder / "agent/go")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=WAIT_S)
        orphans = {row["name"] for row in containers(engine, "ord-test")}
        told = shell.run("reap", "--json")
        meeting.go()
        assert told.exit == 0
        assert len(told.json["folders"]) == 1
        assert containers(engine, "ord-test") == []
        assert list(shell.work.iterdir()) == []
        if reaped := bool(orphans) and orphans <= set(told.json["containers"]):
            break
    assert reaped
    # What the dead run had begun is settled, and the next run works.
    again = shell.start("run", "order.json", "--json")
    Meeting(again, shell.folder / "agent/go").go()
    again.communicate(timeout=WAIT_S)
    assert again.returncode == 0


ABSOLUTE = """
import json, subprocess, sys
from pathlib import Path

def submit(command, *arguments, text):
    ended = subprocess.run(["patchctl", command, *arguments], input=text, stdout=subprocess.PIPE, text=True)
    return json.loads(ended.stdout)["status"]

host = "HOST"
edit = [{"file": host + "/src/a.ts", "search": "two: number = 2", "replace": "two: number = 22"}]
said = [
    submit("replace-symbol", "--symbol", "/repo/src/a.ts#one", text="export const one: number = 11;"),
    submit("search-replace", text=json.dumps(edit)),
    submit("append", "--file", host + "-evil/src/a.ts", text="x"),
    submit("append", "--file", "/etc/passwd", text="x"),
]
assert said == ["applied", "applied", "rejected", "rejected"], said
outline = subprocess.run(["patchctl", "outline", "/repo/src/a.ts"], stdout=subprocess.PIPE, text=True).stdout
assert "src/a.ts#one" in outline, outline
about = ["--symbol", host + "/src/a.ts#two", "--file", "/repo/src/b.ts"]
context = subprocess.run(["patchctl", "context", *about], stdout=subprocess.PIPE, text=True).stdout
assert "src/a.ts#two" in context and "src/b.ts" in context and "There is no" not in context, context
subprocess.run(["patchctl", "done"], check=True)
"""


def test_absolute_paths_inside_the_repository_work_throughout_a_run(shell: Shell) -> None:
    folder = shell.folder / "repository"
    (shell.folder / "agent/main.py").write_text(ABSOLUTE.replace("HOST", str(folder)))
    task = {
        "uuid": "T1",
        "file": str(folder / "src/a.ts"),
        "allowed_symbols": ["/repo/src/a.ts#one"],
        "allowed_paths": [str(folder / "src/*.ts")],
    }
    (shell.folder / "order.json").write_text(json.dumps(order(tasks=[task])))
    told = shell.run("run", "order.json", "--json")
    assert told.exit == 0, told.err
    assert [(each["status"], each["files"]) for each in told.json["passes"][0]["patches"]][:2] == [
        ("applied", ["src/a.ts"]),
        ("applied", ["src/a.ts"]),
    ]
    tasks = json.loads((folder / ".mission_control/tasks.json").read_text())["tasks"]
    assert (tasks[0]["file"], tasks[0]["allowed_paths"]) == ("src/a.ts", ["src/*.ts"])
