"""What ``runner.ports.Engine`` promises, held against every engine: the real one and its in-memory twin.

A behaviour is written twice: as a shell command for a container, as a function for the twin.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.errors import SandboxError, UsageError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.ports import Engine
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.frames import STDERR
from runner.sandbox.images import SPECIALIST, ensure_images
from runner.sandbox.labels import OWNER, labels_for, this_process
from runner.sandbox.memory_engine import MemoryEngine, Process, Program


def _talk(process: Process) -> int:
    process.write(b"out\n")
    process.write(b"err\n", stream=STDERR)
    return 3


def _flood(process: Process) -> int:
    while True:
        process.write(b"y\n" * 512)


def _sleep(process: Process) -> int:
    process.killed.wait()
    return 0


def _echo(process: Process) -> int:
    while data := process.read():
        process.write(data)
    return 0


def _greet_and_end(process: Process) -> int:
    process.write(b"last words\n", stream=STDERR)
    process.write(b"bye\n")
    return 0


def _show(process: Process) -> int:
    process.write(process.host_path("/repo/a.txt").read_bytes() + process.spec.environment["WHO"].encode())
    return 0


def _hog(process: Process) -> int:
    raise MemoryError


PROGRAMS: dict[str, Program] = {
    "echo out; echo err >&2; exit 3": _talk,
    "yes": _flood,
    "sleep 60": _sleep,
    "cat": _echo,
    "echo last words >&2; echo bye": _greet_and_end,
    'cat /repo/a.txt; printf "$WHO"': _show,
    "python3 -c 'x = bytearray(1 << 30)'": _hog,
}


def _dispatch(process: Process) -> int:
    return PROGRAMS[process.spec.command[-1]](process)


@pytest.fixture(scope="module", params=["memory", pytest.param("docker", marks=pytest.mark.docker)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "memory":
        yield MemoryEngine({SPECIALIST: _dispatch})
        return
    found = connect("auto")
    assert isinstance(found, DockerEngine)
    ensure_images(found.api, lambda _line: None)
    yield found
    found.close()


@dataclass(frozen=True)
class Specs:
    """Specs of one test, told apart from everybody else's containers by their order."""

    order: str

    def __call__(self, script: str, *mounts: Mount, image: str = SPECIALIST, **limits: float) -> ContainerSpec:
        bounds = Limits(**{"wall_s": 20.0, "memory_mb": 64, "output_kb": 8, **limits})  # type: ignore[arg-type]
        labels = labels_for(order_id=self.order, pass_id="p1", trace_id="t1")
        return ContainerSpec(
            image,
            ("sh", "-c", script),
            mounts,
            {"WHO": "me"},
            working_dir="/",
            limits=bounds,
            tmpfs_mb=8,
            labels=labels,
        )

    def present(self, engine: Engine) -> list[str]:
        return [one["id"] for one in engine.ps() if one.get("patchgate.order") == self.order]


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> Specs:
    return Specs(f"contract-{request.node.name}")


def test_exit_code_and_both_outputs_come_back(engine: Engine, spec: Specs) -> None:
    outcome = engine.run(spec("echo out; echo err >&2; exit 3"))
    assert (outcome.exit_code, outcome.stdout, outcome.stderr, outcome.limit_hit) == (3, b"out\n", b"err\n", None)
    assert outcome.duration_ms > 0


def test_the_container_is_told_of_while_it_exists_and_gone_afterwards(engine: Engine, spec: Specs) -> None:
    told: list[str] = []
    seen: list[str] = []

    def created(container: str) -> None:
        told.append(container)
        seen.extend(spec.present(engine))

    outcome = engine.run(spec("echo out; echo err >&2; exit 3"), on_created=created)
    assert told == seen == [outcome.container_id]
    assert spec.present(engine) == []


def test_it_is_gone_when_the_caller_raises(engine: Engine, spec: Specs) -> None:
    def interrupt(container: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(spec("sleep 60"), on_created=interrupt)
    assert spec.present(engine) == []


def test_containers_carry_their_labels_and_their_owner(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("cat"))
    try:
        (one,) = (one for one in engine.ps() if one["id"] == stream.container_id)
        assert (one["patchgate.pass"], one["patchgate.trace"], one[OWNER]) == ("p1", "t1", str(this_process()))
        assert {"name", "image", "status"} <= set(one)
    finally:
        stream.close()


def test_too_much_output_is_a_limit_and_is_cut_with_a_mark(engine: Engine, spec: Specs) -> None:
    outcome = engine.run(spec("yes"))
    assert outcome.limit_hit == "output"
    assert outcome.stdout == b"y\n" * 4096 + b"\n[cut: more than 8 KiB]\n"


def test_time_is_a_limit(engine: Engine, spec: Specs) -> None:
    outcome = engine.run(spec("sleep 60", wall_s=0.5))
    assert (outcome.limit_hit, outcome.exit_code) == ("wall", 137)
    assert spec.present(engine) == []


def test_memory_is_a_limit(engine: Engine, spec: Specs) -> None:
    assert engine.run(spec("python3 -c 'x = bytearray(1 << 30)'")).limit_hit == "memory"


def test_cancelling_is_an_outcome(engine: Engine, spec: Specs) -> None:
    cancel = threading.Event()
    outcome = engine.run(spec("sleep 60"), on_created=lambda _: cancel.set(), cancel=cancel)
    assert (outcome.limit_hit, outcome.exit_code) == ("cancelled", 137)
    assert spec.present(engine) == []


def test_mounts_and_environment_are_there(engine: Engine, spec: Specs, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    shown.mkdir(mode=0o755)
    (shown / "a.txt").write_text("text ")
    assert engine.run(spec('cat /repo/a.txt; printf "$WHO"', Mount(str(shown), "/repo"))).stdout == b"text me"


def test_an_image_that_is_not_there_is_the_engines_failure(engine: Engine, spec: Specs) -> None:
    assert engine.has_image(SPECIALIST)
    assert not engine.has_image("patchgate/no-such-image")
    assert engine.image_id(SPECIALIST) == engine.image_id(SPECIALIST) != ""
    with pytest.raises(SandboxError, match="no-such-image"):
        engine.image_id("patchgate/no-such-image")
    for attempt in (engine.run, engine.open):
        with pytest.raises(SandboxError, match="no-such-image") as caught:
            attempt(spec("true", image="patchgate/no-such-image"))
        assert caught.value.hint


@pytest.mark.parametrize("source", ["/", "/etc", "/proc/self", "/var/run/docker.sock", "relative", "/no/such/folder"])
def test_dangerous_mounts_are_refused_before_anything_exists(engine: Engine, spec: Specs, source: str) -> None:
    for attempt in (engine.run, engine.open):
        with pytest.raises(UsageError):
            attempt(spec("true", Mount(source, "/repo")))
    assert spec.present(engine) == []


def test_limits_that_are_none_are_refused(engine: Engine, spec: Specs) -> None:
    with pytest.raises(UsageError, match="memory_mb"):
        engine.run(spec("true", memory_mb=0))


def _receive_all(receive: Callable[[], bytes], until: bytes) -> bytes:
    got = b""
    while until not in got:
        part = receive()
        assert part, got
        got += part
    return got


def test_a_stream_carries_bytes_both_ways(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("cat"))
    try:
        for text in (b"first\n", b"\x00\xff second\n", b"x" * 200_000 + b"\n"):
            sender = threading.Thread(target=stream.send, args=(text,))
            sender.start()
            assert _receive_all(stream.receive, b"\n") == text
            sender.join()
    finally:
        stream.close()


def test_a_streams_end_is_empty_and_its_stderr_is_kept_apart(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("echo last words >&2; echo bye"))
    try:
        assert _receive_all(stream.receive, b"\n") == b"bye\n"
        assert [stream.receive(), stream.receive()] == [b"", b""]
        assert stream.tail() == "last words\n"
    finally:
        stream.close()


def test_sending_to_what_has_ended_fails(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("echo last words >&2; echo bye"))
    try:
        while stream.receive():
            pass
        # What the first sends after the end fill are the socket's buffers.
        with pytest.raises(SandboxError, match="gone"):
            for _ in range(100):
                stream.send(b"x" * 65536)
    finally:
        stream.close()


def test_closing_from_another_thread_ends_a_blocked_receive(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("sleep 60"))
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(stream.receive()))
    reader.start()
    began = time.monotonic()
    stream.close()
    reader.join(timeout=10)
    assert received == [b""]
    assert time.monotonic() - began < 10
    assert spec.present(engine) == []
    stream.close()


def test_several_run_at_once(engine: Engine, spec: Specs) -> None:
    codes: list[int] = []
    work = [
        threading.Thread(target=lambda: codes.append(engine.run(spec("echo out; echo err >&2; exit 3")).exit_code))
        for _ in range(6)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert codes == [3] * 6


def test_living_owners_are_not_reaped(engine: Engine, spec: Specs) -> None:
    stream = engine.open(spec("cat"))
    try:
        engine.reap()
        assert spec.present(engine) == [stream.container_id]
    finally:
        stream.close()


def test_an_engine_that_works_has_no_problems(engine: Engine) -> None:
    about = engine.info()
    assert (about.name, about.problems) == (engine.name, ())
