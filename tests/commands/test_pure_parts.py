"""Archives of strangers, the words of a verdict, the request for a container."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from runner.checker.commands.archive import packed_again
from runner.checker.commands.judging import judged
from runner.checker.commands.launch import Shown, spec_of, writable
from runner.checker.commands.output import TAIL_CHARACTERS, tail
from runner.checker.commands.runs import Run
from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED
from runner.model.container import Mount
from tests.commands.trees import command

PASS, FAIL, SLOW = Run(0, None, b""), Run(1, None, b""), Run(None, "wall", b"")


@pytest.mark.parametrize(
    ("base", "head", "must", "status", "words"),
    [
        (None, PASS, "hold", PASSED, "passes"),
        (PASS, FAIL, "hold", FAILED, "fails with exit code 1; on the base it passes"),
        (FAIL, FAIL, "hold", FAILED_BEFORE, "fails with exit code 1; on the base it fails with exit code 1"),
        (FAIL, FAIL, "pass", FAILED, "fails with exit code 1; it must pass, whatever the base does"),
        (SLOW, FAIL, "hold", FAILED, "fails with exit code 1; on the base it took longer than its limit of 60 s"),
        (PASS, SLOW, "hold", LIMIT, "took longer than its limit of 60 s; on the base it passes"),
        (
            SLOW,
            SLOW,
            "hold",
            LIMIT,
            "took longer than its limit of 60 s; on the base it took longer than its limit of 60 s",
        ),
    ],
)
def test_what_two_runs_mean(base: Run | None, head: Run, must: str, status: str, words: str) -> None:
    assert judged(command("x", must=must), base, head) == (status, words)


def tar_of(*members: tuple[str, bytes | None]) -> bytes:
    """Regular files, or for None a symlink to /etc/passwd."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members:
            made = tarfile.TarInfo(name)
            made.mode, made.uid, made.mtime = 0o4777, 7, 99
            if content is None:
                made.type, made.linkname = tarfile.SYMTYPE, "/etc/passwd"
            else:
                made.size = len(content)
            tar.addfile(made, io.BytesIO(content or b""))
    return out.getvalue()


def test_only_plain_regular_files_that_were_asked_for_are_kept() -> None:
    raw = tar_of(
        ("./out/a", b"a"),
        ("/out/b", b""),
        ("out/../c", b""),
        ("out/.git/config", b""),
        ("out/.GIT/x", b""),
        ("out/l", None),
        ("other/d", b""),
        ("out/\x1b[2J", b""),
    )
    packed, note = packed_again(raw, ("out/**",), 1 << 20)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        kept = tar.getmembers()
    assert note == ""
    assert [(each.name, each.mode, each.uid, each.mtime) for each in kept] == [("out/a", 0o644, 0, 0)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "could not be read"),
        (tar_of(), "no file matches"),
        (tar_of(("x", b"")), "no file matches"),
        (tar_of(("out/a", b"x" * 5000))[:3000], "could not be read"),
        (b"\xff" * 2000, "could not be read"),
        (b"\0" * (1 << 20), "more than 1024 KiB"),
    ],
)
def test_an_archive_that_is_no_good_is_left_out_and_said(raw: bytes, words: str) -> None:
    packed, note = packed_again(raw, ("out/**",), 1 << 20)
    assert packed == b""
    assert words in note


def test_the_tail_is_bounded() -> None:
    assert tail(b"x" * 10_000) == "x" * TAIL_CHARACTERS
    assert tail(b"".join(b"%d\n" % number for number in range(100))).split("\n")[0] == "70"


def test_every_folder_above_a_mount_can_be_written() -> None:
    modules = (Mount("/m", "/repo/node_modules"), Mount("/n", "/repo/packages/a/node_modules"))
    assert writable(modules) == (
        "/repo",
        "/repo/node_modules",
        "/repo/packages",
        "/repo/packages/a",
        "/repo/packages/a/node_modules",
    )
    packages = (Mount("/m/x", "/repo/node_modules/x"),)
    spec = spec_of(command("x"), Shown(Path("/t"), modules, packages), labels={})
    assert spec.scratch == writable(modules)
    targets = ["/base", "/installed/0", "/installed/1", "/repo/node_modules/x"]
    assert [mount.target for mount in spec.mounts] == targets
