"""A container is gone when its pass ends, whatever ends the pass; what a killed runner leaves is found and removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.errors import SandboxError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.labels import OWNER, Owner, labels_for, this_process

pytestmark = pytest.mark.docker

IMAGE = "patchgate/specialist"

OWNER_PROGRAM = """
import sys
from runner.model.container import ContainerSpec
from runner.sandbox.engines import connect
from runner.sandbox.labels import labels_for
spec = ContainerSpec("patchgate/specialist", ("sleep", "100"), working_dir="/", labels=labels_for(
    order_id=sys.argv[1], pass_id="p", trace_id="t"))
engine = connect("auto")
stream = engine.open(spec)
print(stream.container_id, flush=True)
engine.run(spec, on_created=lambda made: print(made, flush=True))
"""


def of_order(engine: DockerEngine, order: str) -> list[str]:
    return [one["id"] for one in engine.ps() if one.get("patchgate.order") == order]


def sleeper(order: str) -> ContainerSpec:
    return ContainerSpec(
        IMAGE, ("sleep", "100"), working_dir="/", labels=labels_for(order_id=order, pass_id="p", trace_id="t")
    )


@contextmanager
def other_process(order: str) -> Iterator[subprocess.Popen[str]]:
    """A runner of its own that holds one open and one running container. Yields once both exist."""
    with subprocess.Popen([sys.executable, "-c", OWNER_PROGRAM, order], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert len(process.stdout.readline()) == 65
            assert len(process.stdout.readline()) == 65
            yield process
        finally:
            process.kill()


def test_it_is_gone_after_an_exception(engine: DockerEngine) -> None:
    def fail(container: str) -> None:
        assert of_order(engine, "exception") == [container]
        raise RuntimeError("of the caller")

    with pytest.raises(RuntimeError, match="of the caller"):
        engine.run(sleeper("exception"), on_created=fail)
    assert of_order(engine, "exception") == []


def test_it_is_gone_after_ctrl_c(engine: DockerEngine) -> None:
    with other_process("ctrl-c") as process:
        assert len(of_order(engine, "ctrl-c")) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) != 0
    # The open stream belonged to a caller that did not close it; the one that was running has been removed.
    assert len(of_order(engine, "ctrl-c")) == 1
    engine.reap()
    assert of_order(engine, "ctrl-c") == []


def test_what_a_killed_runner_left_is_reaped_and_nothing_else(engine: DockerEngine) -> None:
    with other_process("killed") as dead, other_process("alive"):
        alive = of_order(engine, "alive")
        dead.kill()
        dead.wait(timeout=30)
        assert len(of_order(engine, "killed")) == 2
        mine = engine.open(sleeper("mine"))
        removed = engine.reap()
        assert len(removed) >= 2
        assert of_order(engine, "killed") == []
        assert of_order(engine, "alive") == alive
        assert of_order(engine, "mine") == [mine.container_id]
        mine.close()
    engine.reap()


def test_a_reused_process_id_does_not_save_a_leftover(engine: DockerEngine) -> None:
    me = this_process()
    past = Owner(me.boot, me.namespace, me.pid, me.started - 1)
    made = engine.api.create_container(IMAGE, ["true"], labels={OWNER: str(past), "patchgate.order": "reused"})
    assert of_order(engine, "reused") == [made["Id"]]
    engine.reap()
    assert of_order(engine, "reused") == []


def test_containers_of_others_are_never_touched(engine: DockerEngine) -> None:
    foreign = engine.api.create_container(IMAGE, ["true"], labels={OWNER: "not a label of ours", "other": "x"})
    try:
        engine.reap()
        assert engine.api.inspect_container(foreign["Id"])["Id"] == foreign["Id"]
    finally:
        engine.api.remove_container(foreign["Id"])


def test_a_container_removed_behind_the_runners_back_is_an_engine_failure(engine: DockerEngine) -> None:
    def remove_soon(container: str) -> None:
        threading.Timer(0.7, lambda: engine.api.remove_container(container, force=True)).start()

    try:
        outcome = engine.run(sleeper("stolen"), on_created=remove_soon)
    except SandboxError as error:
        assert "container" in error.message
    else:
        assert outcome.exit_code == 137
    assert of_order(engine, "stolen") == []


def test_a_command_that_is_not_in_the_image_leaves_nothing(engine: DockerEngine) -> None:
    spec = ContainerSpec(IMAGE, ("no-such-program",), working_dir="/", labels=sleeper("missing").labels)
    # The engine's init starts and does not find it (127), or the engine refuses to start it.
    try:
        assert engine.run(spec).exit_code == 127
    except SandboxError as error:
        assert "no-such-program" in error.message
    assert of_order(engine, "missing") == []


def test_nothing_owned_by_root_is_left_in_a_mounted_folder(engine: DockerEngine, tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "inner"
    for folder in (outer, inner, outer / "inner"):
        folder.mkdir(mode=0o755)
    mounts = (Mount(str(outer), "/repo"), Mount(str(inner), "/repo/inner"))
    before = sorted((path.name, os.lstat(path).st_uid) for path in tmp_path.rglob("*"))
    outcome = engine.run(ContainerSpec(IMAGE, ("sh", "-c", "touch /repo/a /repo/inner/b; ls /repo"), mounts))
    assert outcome.stdout == b"inner\n"
    assert sorted((path.name, os.lstat(path).st_uid) for path in tmp_path.rglob("*")) == before


def test_inspection_shows_every_limit(engine: DockerEngine, tmp_path: Path) -> None:
    seen: list[dict[str, object]] = []
    limits = Limits(wall_s=10, memory_mb=96, cpus=0.5, pids=33)
    spec = ContainerSpec(
        IMAGE, ("true",), (Mount(str(tmp_path), "/repo"),), limits=limits, tmpfs_mb=5,
        labels=labels_for(order_id="o", pass_id="p", trace_id="t"),
    )  # fmt: skip
    engine.run(spec, on_created=lambda container: seen.append(engine.api.inspect_container(container)))
    host = seen[0]["HostConfig"]
    config = seen[0]["Config"]
    assert isinstance(host, dict)
    assert isinstance(config, dict)
    assert (host["Memory"], host["MemorySwap"], host["PidsLimit"], host["NanoCpus"]) == (
        96 << 20,
        96 << 20,
        33,
        5 * 10**8,
    )
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["Privileged"], host["CapDrop"]) == (
        "none",
        True,
        False,
        ["ALL"],
    )
    assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"])
    assert host["LogConfig"]["Type"] == "none"
    assert [(mount["RW"], mount["Propagation"]) for mount in seen[0]["Mounts"]] == [(False, "rprivate")]  # type: ignore[attr-defined]
    assert config["User"] == "65534:65534"
    assert config["Labels"]["patchgate.owner"] == str(this_process())
    assert {config["Labels"][f"patchgate.{key}"] for key in ("order", "pass", "trace")} == {"o", "p", "t"}
