"""Bad input gives one clear message with what to do, the promised exit code, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import Shell, Told, order
from tests.snapshots.repositories import everything_in, git, write_files


def one_clear_error(told: Told, exit_code: int, *parts: str) -> None:
    """A message, and a hint that names the next step; no traceback, nothing on standard output."""
    assert told.exit == exit_code, told.err
    assert told.out == ""
    assert "Traceback" not in told.err
    assert "patchgate: " in told.err and "→" in told.err, told.err
    for part in parts:
        assert part in told.err


def write_order(shell: Shell, **more: object) -> None:
    (shell.folder / "order.json").write_text(json.dumps(order(**more), indent=1))


def in_order(shell: Shell, old: str, new: str) -> None:
    path = shell.folder / "order.json"
    text = json.dumps(order(), indent=1)
    assert old in text
    path.write_text(text.replace(old, new, 1))


BROKEN: list[tuple[str, Callable[[Shell], object], tuple[str, ...]]] = [
    (
        "no JSON",
        lambda s: (s.folder / "order.json").write_text('{\n "version": 1\n "x"'),
        ("order.json:3:2: not JSON",),
    ),
    ("no file", lambda s: (s.folder / "order.json").unlink(), ("cannot be read", "Check the path")),
    ("no order", lambda s: (s.folder / "order.json").write_text("[]"), ("order.json:1: the order",)),
    (
        "unknown specialist",
        lambda s: write_order(s, pipeline=[{"specialist": "sorcerer"}]),
        ("sorcerer", "Known are: "),
    ),
    ("unknown key", lambda s: in_order(s, '"title"', '"titel"'), ("order.json:4: titel: unknown key",)),
    ("mount", lambda s: in_order(s, '"mount": "agent"', '"mount": "gone"'), ("gone is not a folder",)),
]


@pytest.mark.parametrize(("name", "spoil", "parts"), BROKEN, ids=[each[0] for each in BROKEN])
def test_a_wrong_order_is_exit_2_and_changes_nothing(
    name: str, spoil: Callable[[Shell], object], parts: tuple[str, ...], shell: Shell
) -> None:
    spoil(shell)
    before = everything_in(shell.folder)
    one_clear_error(shell.run("run", "order.json"), 2, *parts)
    told = shell.run("run", "order.json", "--json")
    error = told.json["error"]
    assert (told.exit, told.json["version"], error["kind"]) == (2, 1, "usage")
    assert error["hint"] and any(part in error["message"] + error["hint"] for part in parts)
    assert everything_in(shell.folder) == before


@pytest.mark.parametrize(
    ("variables", "exit_code", "part"),
    [
        (
            {"PATCHGATE_ENGINE": "docker", "DOCKER_HOST": "unix:///nonexistent/docker.sock"},
            4,
            "No container engine answers",
        ),
        ({"PATCHGATE_ENGINE": "docker", "DOCKER_HOST": "tcp://192.0.2.1:2375"}, 4, "No container engine answers"),
        ({"PATCHGATE_ENGINE": "sorcery"}, 2, "no engine called 'sorcery'"),
        ({"PATCHGATE_ENGINE": "bwrap"}, 2, "bwrap is not available"),
    ],
)
def test_without_an_engine_nothing_changes(variables: dict[str, str], exit_code: int, part: str, shell: Shell) -> None:
    before = everything_in(shell.folder / "repository")
    one_clear_error(shell.run("run", "order.json", **variables), exit_code, part)
    told = shell.run("run", "order.json", "--json", **variables)
    assert told.exit == exit_code
    assert part in told.json["error"]["message"]
    assert everything_in(shell.folder / "repository") == before


def no_tsconfig(shell: Shell) -> None:
    git(shell.folder / "repository", "rm", "-q", "tsconfig.json")
    git(shell.folder / "repository", "commit", "-qm", "gone")


def no_commit(shell: Shell) -> None:
    git(shell.folder / "repository", "update-ref", "-d", "HEAD")


def foreign_git(shell: Shell) -> None:
    (shell.folder / "repository/.git").rename(shell.folder / "elsewhere")
    write_files(shell.folder / "repository", {".git": f"gitdir: {shell.folder}/elsewhere\n"})


def dirty(shell: Shell) -> None:
    write_files(shell.folder / "repository", {"src/a.ts": "x"})


def lost_span(shell: Shell) -> None:
    write_order(shell, tasks=[{"uuid": "T1", "allowed_spans": [{"file": "src/a.ts", "start": 99, "end": 99}]}])


def lost_symbol(shell: Shell) -> None:
    write_order(shell, tasks=[{"uuid": "T1", "allowed_symbols": ["src/a.ts#none"]}])


def lost_file(shell: Shell) -> None:
    write_order(shell, tasks=[{"uuid": "T1", "file": "src/c.ts"}])


def outside(shell: Shell) -> None:
    write_order(shell, tasks=[{"uuid": "T1", "file": "/etc/passwd"}])


UNFIT: list[tuple[str, Callable[[Shell], object], tuple[str, ...]]] = [
    ("no tsconfig", no_tsconfig, ("no tsconfig.json", "Add one")),
    ("dirty tree", dirty, ("uncommitted changes (src/a.ts)", "stash")),
    ("no revision", lambda s: write_order(s, base="v9"), ("no revision 'v9'", "git log")),
    ("no commit", no_commit, ("no commit yet", "Commit something")),
    ("no folder", lambda s: write_order(s, repo="gone"), ("there is no folder", "--repo")),
    ("branch fix", lambda s: git(s.folder / "repository", "branch", "fix"), ("branch called fix", "git branch -m")),
    ("foreign .git", foreign_git, ("is no worktree of a repository", "worktree")),
    ("span", lost_span, ("no lines 99-99",)),
    ("symbol", lost_symbol, ("order.json:10: task T1: src/a.ts has no declaration none", "Did you mean one?")),
    ("file", lost_file, ("order.json:9: task T1: there is no file src/c.ts", "allowed_paths")),
    ("outside", outside, ("order.json:7: task T1: The path '/etc/passwd' cannot be used", "not inside")),
    (
        "image",
        lambda s: in_order(s, '"mount": "agent"', '"image": "no/such-image"'),
        ("no image no/such", "images build"),
    ),
]


@pytest.mark.docker
@pytest.mark.parametrize(("name", "spoil", "parts"), UNFIT, ids=[each[0] for each in UNFIT])
def test_an_order_that_does_not_fit_its_repository_is_exit_2_and_changes_nothing(
    name: str, spoil: Callable[[Shell], object], parts: tuple[str, ...], shell: Shell
) -> None:
    spoil(shell)
    before = everything_in(shell.folder / "repository")
    one_clear_error(shell.run("run", "order.json"), 2, *parts)
    assert everything_in(shell.folder / "repository") == before
    assert list(shell.work.iterdir()) == []


@pytest.mark.parametrize("command", [("log",), ("show", "abc"), ("replay", "abc")])
def test_a_folder_without_git_is_exit_2(command: tuple[str, ...], shell: Shell) -> None:
    (shell.folder / "plain").mkdir()
    one_clear_error(shell.run(*command, "--repo", "plain"), 2, "not in a git repository", "--repo")
    assert shell.run(*command, "--repo", "plain", "--json").json["error"]["kind"] == "usage"
    assert list((shell.folder / "plain").iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("run",), ("run", "a", "b"), ("run", "x", "--nothing"), ("nothing",), ("log", "--limit", "0")]
)
def test_a_wrong_command_line_is_exit_2_also_as_json(arguments: tuple[str, ...], shell: Shell) -> None:
    told = shell.run(*arguments)
    assert (told.exit, told.out) == (2, "")
    as_json = shell.run(*arguments, "--json")
    assert (as_json.exit, as_json.json["error"]["kind"]) == (2, "usage")


@pytest.mark.docker
def test_a_work_folder_that_others_can_enter_is_refused(shell: Shell, folder: Path) -> None:
    shell.work.mkdir(mode=0o755)
    shell.work.chmod(0o755)
    one_clear_error(shell.run("reap"), 2, "not a folder of yours alone", "chmod 700")


def test_unknown_ids_are_told_with_where_to_find_some(shell: Shell) -> None:
    one_clear_error(shell.run("show", "abc", "--repo", "repository"), 2, "no patch 'abc'", "patchgate log")
    one_clear_error(
        shell.run("replay", "abc", "--repo", "repository"), 2, "no trace 'abc' with applied patches", "patchgate log"
    )
