"""The store: what is added is whole or not there, whatever happens in between."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from runner.checker.toolchain import registry
from runner.checker.toolchain.npm import Release
from runner.checker.toolchain.store import ToolchainStore
from runner.checker.toolchain.wanted import Wanted
from runner.errors import CheckerError, UsageError
from tests.toolchain.fakes import FakeNpm, compiler, integrity, tarball

ALL = ("4.9.5", "5.0.2", "5.0.4", "5.4.5", "5.9.2", "5.9.3", "6.0.3", "7.0.2", "8.1.0")


@pytest.fixture
def npm() -> FakeNpm:
    return FakeNpm(*ALL)


@pytest.fixture
def store(tmp_path: Path, npm: FakeNpm) -> ToolchainStore:
    return ToolchainStore(tmp_path / "store", npm=npm)


def left(store: ToolchainStore) -> list[str]:
    """What lies in the store's folder, but for the lock and npm's answers."""
    return sorted(path.name for path in store.root.iterdir() if path.name not in (".lock", "answers.json"))


def versions(store: ToolchainStore) -> list[str]:
    return [found.version for found in store.list()]


def test_an_added_version_is_there_with_its_record(store: ToolchainStore) -> None:
    added = store.add("5.9.3")
    assert added == store.find("5.9.3")
    assert (added.version, added.native, added.integrity) == ("5.9.3", False, integrity(compiler("5.9.3")))
    assert (added.folder / "lib/typescript.js").read_text() == "// 5.9.3"
    record = json.loads((added.folder / "toolchain.json").read_text())
    assert (record["name"], record["version"], record["files"]) == ("typescript", "5.9.3", 3)
    assert left(store) == ["typescript-5.9.3"]


def test_typescript_seven_is_the_package_of_this_machine(store: ToolchainStore, npm: FakeNpm) -> None:
    added = store.add("7.0.2")
    assert added.native
    assert os.access(added.folder / "lib/tsc", os.X_OK)
    assert npm.asked[-1].startswith("pack @typescript/typescript-linux-")


def test_any_user_can_read_what_is_stored(store: ToolchainStore) -> None:
    before = os.umask(0o077)
    try:
        folder = store.add("7.0.2").folder
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in [store.root, folder, *folder.rglob("*")]}
    assert {name for name, mode in modes.items() if mode == 0o755} == {store.root.name, folder.name, "lib", "tsc"}
    assert {name for name, mode in modes.items() if mode == 0o644} == {"lib.d.ts", "package.json", "toolchain.json"}


def test_a_range_means_its_newest_release_that_can_judge(store: ToolchainStore) -> None:
    assert store.add("^5.0.0").version == "5.9.3"
    assert store.add("latest").version == "7.0.2"
    assert store.add("^4.0.0").version == "5.0.4"
    assert versions(store) == ["5.0.4", "5.9.3", "7.0.2"]


@pytest.mark.parametrize("wanted", ["4.9.5", "8.1.0", "5.9.3-beta", "git+ssh://x", "../../etc", "typescript@5", "-g"])
def test_what_cannot_judge_is_refused_before_npm_is_asked(store: ToolchainStore, npm: FakeNpm, wanted: str) -> None:
    with pytest.raises(UsageError):
        store.add(wanted)
    assert npm.asked == []


def test_without_network_the_error_says_what_to_type(store: ToolchainStore, npm: FakeNpm) -> None:
    npm.silent = True
    with pytest.raises(CheckerError, match="ENOTFOUND") as caught:
        store.add("5.9.3")
    assert caught.value.hint == "patchgate toolchain add 5.9.3"
    assert left(store) == []


def test_bytes_that_are_not_what_was_promised_are_not_stored(store: ToolchainStore, npm: FakeNpm) -> None:
    def other() -> None:
        npm.packed["5.9.3"] = tarball({"lib/typescript.js": b"evil()"})

    npm.before_tarball = other
    with pytest.raises(CheckerError, match="not what the registry promised"):
        store.add("5.9.3")
    assert left(store) == []


def test_a_weak_hash_is_no_integrity(store: ToolchainStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeNpm, "releases", lambda *_: (Release("5.9.3", "sha1-abc"),))
    with pytest.raises(CheckerError, match="no usable integrity"):
        store.add("5.9.3")


@pytest.mark.parametrize("name", ["../../../escaped", "/tmp/escaped", "lib/../../../escaped"])
def test_a_tarball_cannot_write_elsewhere(store: ToolchainStore, npm: FakeNpm, name: str, tmp_path: Path) -> None:
    npm.packed["5.9.3"] = tarball({"lib/typescript.js": b"", name: b"x"})
    if name.startswith("/"):
        store.add("5.9.3")  # below "package/", it is only an odd name
    else:
        with pytest.raises(CheckerError, match="no file of a package"):
            store.add("5.9.3")
    assert not list(tmp_path.rglob("**/escaped")) or name.startswith("/")
    assert not Path("/tmp/escaped").exists()


def test_a_package_without_a_compiler_is_not_stored(store: ToolchainStore, npm: FakeNpm) -> None:
    npm.packed["5.9.3"] = tarball({"package.json": b"{}"})
    with pytest.raises(CheckerError, match="holds no compiler"):
        store.add("5.9.3")
    assert left(store) == []


def test_a_full_disk_leaves_the_store_as_it_was(
    store: ToolchainStore, npm: FakeNpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add("5.9.2")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(registry, "unpack", full)
    with pytest.raises(CheckerError, match="No space left on device") as caught:
        store.add("5.9.3")
    assert "patchgate toolchain add 5.9.3" in caught.value.hint
    assert left(store) == ["typescript-5.9.2"]


def test_two_adders_at_once_fetch_once(store: ToolchainStore, npm: FakeNpm, tmp_path: Path) -> None:
    npm.before_tarball = lambda: time.sleep(0.2)
    others = [ToolchainStore(tmp_path / "store", npm=npm) for _ in range(3)]
    threads = [threading.Thread(target=one.add, args=("5.9.3",)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [word for word in npm.asked if word.startswith("pack")] == ["pack typescript@5.9.3"]
    assert versions(store) == ["5.9.3"]


KILLED = """
import sys, time
from pathlib import Path
from runner.checker.toolchain.store import ToolchainStore
from tests.toolchain.fakes import FakeNpm

npm = FakeNpm("5.9.3")
def wait():
    print("fetching", flush=True)
    time.sleep(60)
npm.before_tarball = wait
ToolchainStore(Path(sys.argv[1]), npm=npm).add("5.9.3")
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_adder_leaves_nothing_that_counts(store: ToolchainStore, how: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(store.root)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"fetching\n"
    process.send_signal(how)
    process.wait()
    assert (store.find("5.9.3"), versions(store)) == (None, [])
    assert store.add("5.9.3").version == "5.9.3"
    assert left(store) == ["typescript-5.9.3"]


def test_a_folder_with_other_sizes_is_never_used(store: ToolchainStore) -> None:
    folder = store.add("5.9.3").folder
    (folder / "lib/more.js").write_text("x")
    assert store.find("5.9.3") is None
    assert store.list() == ()
    assert "4 files" in store.broken()["5.9.3"]
    assert store.add("5.9.3").version == "5.9.3"
    assert not (folder / "lib/more.js").exists()


def test_a_changed_byte_is_found_by_listing(store: ToolchainStore, tmp_path: Path, npm: FakeNpm) -> None:
    folder = store.add("5.9.3").folder
    (folder / "lib/typescript.js").write_text("// 5.9.4")
    fresh = ToolchainStore(tmp_path / "store", npm=npm)
    assert fresh.list() == ()
    assert "not those that were stored" in fresh.broken()["5.9.3"]
    fresh.add("5.9.3")
    assert versions(ToolchainStore(tmp_path / "store", npm=npm)) == ["5.9.3"]


@pytest.mark.parametrize("record", ["", "[]", "{", '{"version": "6.0.3"}', "x" * 100_000])
def test_a_folder_with_a_wrong_record_is_not_used(store: ToolchainStore, record: str) -> None:
    folder = store.add("5.9.3").folder
    (folder / "toolchain.json").write_text(record)
    assert store.find("5.9.3") is None
    assert list(store.broken()) == ["5.9.3"]


def test_a_link_in_place_of_a_file_is_not_used(store: ToolchainStore, tmp_path: Path) -> None:
    program = store.add("5.9.3").folder / "lib/typescript.js"
    (tmp_path / "same").write_bytes(program.read_bytes())
    program.unlink()
    program.symlink_to(tmp_path / "same")
    assert store.find("5.9.3") is None


def test_pruning_keeps_what_is_named(store: ToolchainStore) -> None:
    for version in ("5.4.5", "5.9.3", "7.0.2"):
        store.add(version)
    (store.root / "typescript-6.0.3").mkdir()
    assert store.prune(["5.9.3"]) == ("5.4.5", "6.0.3", "7.0.2")
    assert left(store) == ["typescript-5.9.3"]
    assert ToolchainStore(store.root / "nowhere").prune([]) == ()


# ------------------------------------------------------------------------------------------------ provide


def offline(store: ToolchainStore, npm: FakeNpm) -> ToolchainStore:
    """Another run on the same store, when npm reaches nothing any more."""
    npm.silent = True
    return ToolchainStore(store.root, npm=npm)


def test_the_very_version_comes_without_a_note(store: ToolchainStore) -> None:
    found, note = store.provide(Wanted("5.4.5", "installed"))
    assert (found.version, note) == ("5.4.5", "")


def test_a_second_run_asks_npm_nothing(store: ToolchainStore, npm: FakeNpm, tmp_path: Path) -> None:
    wanted = [Wanted(text, "manifest") for text in ("^5.0.0", "5.4.5", "5.9.99", "^4.0.0", "~7.1.0", "latest")]
    first = [store.provide(one)[0].version for one in wanted]
    assert first == ["5.9.3", "5.4.5", "5.9.3", "5.0.4", "7.0.2", "7.0.2"]
    npm.asked.clear()
    again = ToolchainStore(tmp_path / "store", npm=npm)
    assert [again.provide(one)[0].version for one in wanted] == first
    assert npm.asked == []


@pytest.mark.parametrize(
    ("wanted", "version", "note"),
    [
        ("4.9.5", "5.0.4", "TypeScript 4.9.5 is older than 5.0, the oldest that can judge: judged by TypeScript 5.0.4"),
        ("~4.8", "5.0.4", "TypeScript ~4.8 is older than 5.0, the oldest that can judge: judged by TypeScript 5.0.4"),
        ("8.1.0", "7.0.2", "TypeScript 8.1.0 is newer than 7, the newest that can judge: judged by TypeScript 7.0.2"),
        ("5.9.0-beta", "5.9.3", "TypeScript 5.9.0-beta is a preview: judged by TypeScript 5.9.3"),
        (">=4.7", "7.0.2", ""),
    ],
)
def test_what_cannot_judge_is_replaced_by_the_nearest_and_told(
    store: ToolchainStore, wanted: str, version: str, note: str
) -> None:
    found, told = store.provide(Wanted(wanted, "manifest"))
    assert (found.version, told) == (version, note)


def test_a_nightly_of_an_unreleased_minor_is_judged_by_the_newest_of_its_major(store: ToolchainStore) -> None:
    store.add("7.0.2")
    found, note = store.provide(Wanted("7.1.0-dev.20261101.1", "installed", "the repository uses a preview"))
    assert found.version == "7.0.2"
    assert note == (
        "the repository uses a preview; TypeScript 7.1.0-dev.20261101.1 is a preview; "
        "TypeScript ~7.1.0 does not exist: judged by TypeScript 7.0.2"
    )


WITHOUT_NPM = {
    "5.4.2": "5.4.5",
    "5.8.3": "5.9.3",
    "5.1.0": "5.0.4",
    "^5.0.0": "5.9.3",
    "~5.2.0": "5.4.5",
    "^6.0.0": "6.0.3",
    "latest": "6.0.3",
}


@pytest.mark.parametrize(("wanted", "version"), WITHOUT_NPM.items())
def test_without_npm_the_nearest_of_the_same_major_judges(
    store: ToolchainStore, npm: FakeNpm, wanted: str, version: str
) -> None:
    for one in ("5.0.4", "5.4.5", "5.9.3", "6.0.3"):
        store.add(one)
    found, note = offline(store, npm).provide(Wanted(wanted, "lock"))
    assert found.version == version
    assert f"TypeScript {wanted} could not be fetched" in note
    assert note.endswith(f"judged by TypeScript {version}")


def test_a_silent_npm_is_asked_once_a_minute(store: ToolchainStore, npm: FakeNpm) -> None:
    store.add("5.9.3")
    npm.asked.clear()
    alone = offline(store, npm)
    for wanted in ("5.4.5", "5.0.2", "^5.1.0"):
        alone.provide(Wanted(wanted, "lock"))
    assert npm.asked == ["typescript@>=5.0.0 <8.0.0"]


def test_many_ranges_and_versions_are_one_question(store: ToolchainStore, npm: FakeNpm) -> None:
    store.add("5.9.3")
    npm.asked.clear()
    fresh = ToolchainStore(store.root, npm=npm)
    for number in range(40):
        fresh.provide(Wanted(f">=5.0.{number}", "manifest"))
        fresh.provide(Wanted(f"5.9.{1000 + number}", "lock"))
    questions = [word for word in npm.asked if not word.startswith("pack")]
    assert questions.count("typescript@>=5.0.0 <8.0.0") == 1
    assert len(questions) == 2  # the other one is for the package of this machine


def test_a_repository_cannot_have_every_version_fetched(tmp_path: Path) -> None:
    npm = FakeNpm(*(f"5.{minor}.2" for minor in range(20)))
    store = ToolchainStore(tmp_path / "store", npm=npm)
    notes = [store.provide(Wanted(f"5.{minor}.2", "lock"))[1] for minor in range(20)]
    assert len([word for word in npm.asked if word.startswith("pack")]) == 12
    assert notes[:12] == [""] * 12
    assert "enough for one run" in notes[12]
    assert notes[12].endswith("judged by TypeScript 5.11.2")


def test_without_npm_another_major_is_no_judge(store: ToolchainStore, npm: FakeNpm) -> None:
    store.add("7.0.2")
    with pytest.raises(CheckerError, match="nothing of that major version") as caught:
        offline(store, npm).provide(Wanted("5.9.3", "installed"))
    assert caught.value.hint == "patchgate toolchain add 5.9.3"
