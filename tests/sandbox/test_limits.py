"""Limits hold against programs that do their worst, and the outcome says which one was hit."""

from __future__ import annotations

import threading
import time
import tracemalloc

import pytest

from runner.model.container import ContainerSpec
from runner.sandbox.docker_engine import DockerEngine
from tests.sandbox.conftest import Run

pytestmark = pytest.mark.docker

# What the engine may take beyond a limit until the container is gone, on a busy machine.
GRACE_S = 10


def test_a_memory_bomb_ends_as_memory(run: Run) -> None:
    outcome = run("python3", "-c", "keep = []\nwhile True: keep.append(bytearray(1 << 20))", memory_mb=64)
    assert (outcome.limit_hit, outcome.exit_code) == ("memory", 137)


def test_a_memory_bomb_in_a_child_is_reported_too(run: Run) -> None:
    outcome = run("sh", "-c", "python3 -c 'x = bytearray(1 << 30)'; exit 0", memory_mb=64)
    assert outcome.limit_hit == "memory"


def test_a_fork_bomb_is_contained_and_ends(run: Run) -> None:
    bomb = "import os, time\nwhile True:\n  try: os.fork()\n  except OSError: time.sleep(0.05)"
    outcome = run("python3", "-c", bomb, pids=16, wall_s=3, cpus=0.5)
    assert outcome.limit_hit == "pids"
    assert outcome.duration_ms < (3 + GRACE_S) * 1000


def test_no_more_processes_than_the_limit_exist_at_once(run: Run) -> None:
    count = """
import os, signal
children = []
try:
    while True:
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except OSError as error:
    print(len(children), error.errno)
"""
    outcome = run("python3", "-c", count, pids=12)
    # The engine's init and the parent are the other two; 11 is EAGAIN.
    assert outcome.stdout == b"10 11\n"


def test_endless_output_is_cut_and_ended(run: Run) -> None:
    tracemalloc.start()
    outcome = run("sh", "-c", "yes", output_kb=64)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    mark = b"\n[cut: more than 64 KiB]\n"
    assert outcome.limit_hit == "output"
    assert outcome.stdout == b"y\n" * 32768 + mark
    assert peak < 8 << 20


def test_one_endless_line_on_stderr_is_cut_as_well(run: Run) -> None:
    outcome = run("sh", "-c", "echo fine; tr '\\0' x < /dev/zero >&2", output_kb=64)
    assert (outcome.limit_hit, outcome.stdout) == ("output", b"fine\n")
    assert outcome.stderr.startswith(b"xxx")
    assert len(outcome.stderr) == 65536 + len(b"\n[cut: more than 64 KiB]\n")


def test_output_just_within_the_limit_is_whole(run: Run) -> None:
    outcome = run("sh", "-c", "head -c 65536 /dev/zero", output_kb=64)
    assert (outcome.limit_hit, outcome.exit_code, outcome.stdout) == (None, 0, bytes(65536))


def test_a_full_tmp_is_the_programs_own_problem(run: Run) -> None:
    outcome = run("sh", "-c", "head -c 100M /dev/zero > /tmp/big || echo full; du -k /tmp/big | cut -f 1", tmpfs_mb=8)
    assert outcome.stdout.split() == [b"full", b"8192"]


def test_a_million_small_files_do_not_fit(run: Run) -> None:
    many = "n = 0\ntry:\n  while True: open(f'/tmp/{n}', 'w').close(); n += 1\nexcept OSError as e: print(n, e.errno)"
    outcome = run("python3", "-c", many, tmpfs_mb=4)
    count, error = map(int, outcome.stdout.split())
    assert count < 1100
    assert error == 28  # ENOSPC


def test_a_program_that_ignores_signals_ends_at_its_time(run: Run) -> None:
    outcome = run("sh", "-c", "trap '' INT TERM; echo here; sleep 60", wall_s=1.5)
    assert (outcome.limit_hit, outcome.exit_code, outcome.stdout) == ("wall", 137, b"here\n")
    assert outcome.duration_ms < (1.5 + GRACE_S) * 1000


def test_closing_its_output_does_not_free_a_program_from_its_time(run: Run) -> None:
    outcome = run("sh", "-c", "exec >&- 2>&-; sleep 60", wall_s=1.5)
    assert outcome.limit_hit == "wall"


def test_what_double_forks_ends_with_the_command(run: Run) -> None:
    outcome = run("sh", "-c", "(setsid sleep 60 >/dev/null 2>&1 &) ; (setsid sleep 60 &) ; echo done")
    assert (outcome.exit_code, outcome.stdout) == (0, b"done\n")
    assert outcome.duration_ms < GRACE_S * 1000


def test_cancelling_ends_it_within_a_second_or_so(engine: DockerEngine) -> None:
    cancel = threading.Event()
    asked: list[float] = []

    def ask() -> None:
        asked.append(time.monotonic())
        cancel.set()

    timer = threading.Timer(0.7, ask)
    timer.start()
    outcome = engine.run(ContainerSpec("patchgate/specialist", ("sleep", "60"), working_dir="/"), cancel=cancel)
    assert outcome.limit_hit == "cancelled"
    assert time.monotonic() - asked[0] < GRACE_S


def test_one_cpu_is_not_exceeded(run: Run) -> None:
    burn = (
        "import os, time\nif os.fork() == 0: pass\nend = time.time() + 1\nwhile time.time() < end: pass\n"
        "t = os.times(); print(t.user + t.system)"
    )
    outcome = run("python3", "-c", burn, cpus=0.5)
    assert sum(map(float, outcome.stdout.split())) < 0.9


def test_nothing_crosses_from_one_container_to_the_next(run: Run) -> None:
    leave = "for d in /tmp /dev/shm; do echo secret > $d/left; done; ls /tmp /dev/shm"
    assert b"left" in run("sh", "-c", leave).stdout
    assert run("sh", "-c", "cat /tmp/* /dev/shm/* 2>/dev/null; echo end").stdout == b"end\n"
