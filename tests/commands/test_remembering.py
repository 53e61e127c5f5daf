"""What a run is remembered by, and what a remembered run may excuse. Containers are Python functions here."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from runner.checker.commands.cache import RunCache, key_of
from runner.checker.commands.installed import installed_identity, packages_of
from runner.checker.commands.runs import Run
from runner.model.commands import FAILED, FAILED_BEFORE, PASSED
from runner.model.container import Mount
from runner.model.order import COMMAND_LIMITS
from runner.sandbox.frames import STDERR
from runner.sandbox.memory_engine import MemoryEngine, Process
from tests.commands.trees import Bench, Counting, command

SEEN = {"image": "sha256:1", "tree": "t", "modules": "m", "npm": "11"}


class Program:
    """Exits with what ``test.js`` says on its tree; ``fix`` turns every later run into a pass."""

    def __init__(self) -> None:
        self.fixed = False

    def __call__(self, process: Process) -> int:
        process.write(b"ran\n", stream=STDERR)
        return 0 if self.fixed else int(process.host_path("/base/test.js").read_text())


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def bench(tmp_path: Path, program: Program) -> Bench:
    return Bench(tmp_path, Counting(MemoryEngine({"patchgate/specialist": program})))


def test_the_key_has_everything_that_a_run_sees_and_no_name() -> None:
    one = command("lint")
    key = key_of(one, **SEEN)
    assert key == key_of(dataclasses.replace(one, name="other", must="pass", when="patch"), **SEEN)
    others = [
        key_of(dataclasses.replace(one, run="lint "), **SEEN),
        key_of(dataclasses.replace(one, limits=COMMAND_LIMITS), **SEEN),
        key_of(dataclasses.replace(one, artefacts=("a",)), **SEEN),
        *(key_of(one, **{**SEEN, name: "x"}) for name in SEEN),
    ]
    assert len({key, *others}) == 1 + len(others)


def test_a_run_of_the_base_is_the_remembered_head_of_the_pass_before(bench: Bench) -> None:
    bench.commits({"test.js": "0"}, {"test.js": "2"})
    head, bench.head = bench.head, bench.base
    bench.compare(command("test"), cached=True)
    bench.head = head
    result = bench.compare(command("test"), cached=True)
    assert (result.status, result.base_exit, bench.counting.runs) == (FAILED, 0, 2)


def test_a_remembered_failure_of_the_base_excuses_nothing_until_it_happens_again(
    bench: Bench, program: Program
) -> None:
    bench.commits({"test.js": "1"}, {"test.js": "1", "a.txt": ""})
    assert bench.compare(command("test"), cached=True).status == FAILED_BEFORE
    assert bench.counting.runs == 2
    program.fixed = True  # the failure of the base was a hiccup
    again = bench.compare(command("test"), cached=True)
    assert (again.status, again.cached, again.base_exit) == (FAILED, True, 0)


def test_a_base_that_is_remembered_is_told_even_where_it_does_not_matter(bench: Bench, program: Program) -> None:
    bench.commits({"test.js": "1"}, {"test.js": "2"})
    bench.compare(command("test"), cached=True)
    program.fixed = True
    result = bench.compare(command("test"), cached=True, files={"b.txt": ""})
    assert (result.status, result.base_exit) == (PASSED, 1)


def test_the_base_of_what_must_pass_is_not_asked(bench: Bench) -> None:
    bench.commits({"test.js": "1"}, {"test.js": "2"})
    result = bench.compare(command("test", must="pass"))
    assert (result.status, result.base_exit, bench.counting.runs) == (FAILED, None, 1)


def test_the_same_tree_under_another_commit_is_the_same_run(bench: Bench) -> None:
    bench.commits({"test.js": "0"}, {"a.txt": "a"})
    bench.compare(command("test"), cached=True)
    bench.head = bench.base
    assert bench.compare(command("test"), cached=True, files={"a.txt": "a"}).cached


def test_packages_that_are_installed_during_a_run_keep_it_from_being_remembered(bench: Bench) -> None:
    bench.commits({"test.js": "0", "package.json": "{}"}, {})
    modules = bench.repository / "node_modules"
    modules.mkdir()
    bench.counting.meanwhile = (modules / "new").touch
    bench.compare(command("test"), cached=True)
    bench.counting.meanwhile = lambda: None
    assert not bench.compare(command("test"), cached=True).cached
    assert bench.compare(command("test"), cached=True).cached


def test_installed_packages_are_told_apart_even_with_their_old_time_and_size(tmp_path: Path) -> None:
    file = tmp_path / "pkg/index.js"
    file.parent.mkdir()
    file.write_text("old")
    (tmp_path / "link").symlink_to("pkg")
    seen = [installed_identity([Mount(str(tmp_path), "/repo/node_modules")])]
    state = file.stat()
    file.write_text("new")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    seen.append(installed_identity([Mount(str(tmp_path), "/repo/node_modules")]))
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("/etc")
    seen.append(installed_identity([Mount(str(tmp_path), "/repo/node_modules")]))
    seen.append(installed_identity([Mount(str(tmp_path), "/repo/a/node_modules")]))
    assert len(set(seen)) == 4
    assert seen[-1] == installed_identity([Mount(str(tmp_path), "/repo/a/node_modules")])


def test_caches_beside_the_packages_are_not_seen_and_caches_in_them_are(tmp_path: Path) -> None:
    modules = [Mount(str(tmp_path), "/repo/node_modules")]
    (tmp_path / "a/.cache").mkdir(parents=True)
    (tmp_path / "a/.vite").touch()
    (tmp_path / "link").symlink_to("a")
    before = installed_identity(modules)
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/x").touch()
    assert installed_identity(modules) == before
    assert packages_of(modules) == (Mount(f"{tmp_path}/a", "/repo/node_modules/a"),)
    (tmp_path / "a/.cache/x").touch()
    inside = installed_identity(modules)
    (tmp_path / ".vite").touch()  # a file of that name is shown
    assert len({before, inside, installed_identity(modules)}) == 3


def test_a_remembered_run_is_whole_or_is_not_there(tmp_path: Path) -> None:
    cache = RunCache(tmp_path / "cache")
    run = Run(3, None, b"out\n", b"tar", "note", 1.5)
    cache.keep("key", run)
    assert cache.find("key") == dataclasses.replace(run, cached=True)
    raw = (tmp_path / "cache/key").read_bytes()
    for broken in (raw[:-1], raw.replace(b'"exit_code": 3', b'"exit_code": x'), b"", b"[]\n", b"3\n"):
        (tmp_path / "cache/key").write_bytes(broken)
        assert cache.find("key") is None
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_a_run_that_a_limit_ended_is_not_remembered(tmp_path: Path) -> None:
    cache = RunCache(tmp_path)
    cache.keep("key", Run(None, "wall", b""))
    assert cache.find("key") is None
