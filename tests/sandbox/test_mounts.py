"""Which host paths may be shown, and where."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.model.container import Mount
from runner.sandbox.mounts import checked_mounts, why_refused


@pytest.mark.parametrize(
    "source",
    [
        "/", "/proc", "/proc/1/root", "/sys", "/sys/fs/cgroup", "/dev", "/dev/shm", "/etc", "/etc/ssl", "/run", "/var/run",
        "/var", "/var/lib", "/var/lib/docker", "/var/lib/docker/volumes", "/run/user/1000", "/boot",
        "/home/me/.docker/run/docker.sock", "/srv/podman.sock",
    ],
)  # fmt: skip
def test_the_machines_own_places_are_refused(source: str) -> None:
    assert why_refused(source)


@pytest.mark.parametrize(
    "source", ["/srv/project", "/home/me/project", "/tmp/x", "/etcetera", "/devel", "/process", "/runner"]
)
def test_ordinary_folders_are_not(source: str) -> None:
    assert why_refused(source, ["/home/me", "/opt/engine.sock"]) is None


def test_what_holds_a_forbidden_path_is_refused_and_what_lies_in_a_home_is_not() -> None:
    assert [bool(why_refused(path, ["/home/me"])) for path in ("/home", "/home/me", "/home/me/a")] == [
        True,
        True,
        False,
    ]


def test_a_link_to_a_forbidden_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to("/etc")
    with pytest.raises(UsageError, match="/etc"):
        checked_mounts([Mount(str(tmp_path / "innocent"), "/repo")])


def test_links_are_resolved_before_the_engine_sees_them(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert checked_mounts([Mount(str(tmp_path / "link"), "/repo")]) == (Mount(str(tmp_path / "real"), "/repo"),)


def test_a_socket_with_an_engines_name_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "docker.sock"))
        with pytest.raises(UsageError, match="socket"):
            checked_mounts([Mount(str(tmp_path / "docker.sock"), "/run/x.sock")])


@pytest.mark.parametrize("source", ["relative", "", "/a/../b", "//srv", "/srv\0x"])
def test_sources_that_are_not_plain_are_refused(source: str) -> None:
    with pytest.raises(UsageError):
        checked_mounts([Mount(source, "/repo")])


def test_a_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        checked_mounts([Mount(str(tmp_path / "nothing"), "/repo")])


@pytest.mark.parametrize(
    "target",
    ["/", "repo", "/repo/", "/a/../etc", "/proc", "/proc/self", "/etc", "/etc/passwd", "/dev/x", "/tmp", "/sys", ""],
)
def test_targets_that_would_shadow_the_engines_own_are_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(UsageError):
        checked_mounts([Mount(str(tmp_path), target)])


def test_two_mounts_at_one_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="same target"):
        checked_mounts([Mount(str(tmp_path), "/repo"), Mount(str(tmp_path), "/repo")])


def test_an_inner_mount_needs_its_folder_and_comes_after_the_outer(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "inner"
    outer.mkdir()
    inner.mkdir()
    wanted = [Mount(str(inner), "/repo/node_modules"), Mount(str(outer), "/repo")]
    with pytest.raises(UsageError, match="node_modules"):
        checked_mounts(wanted)
    (outer / "node_modules").mkdir()
    assert [mount.target for mount in checked_mounts(wanted)] == ["/repo", "/repo/node_modules"]
