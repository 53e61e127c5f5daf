"""The request that makes a container, as a value. No engine is asked."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest

from runner.errors import UsageError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.sandbox.hardening import Dialect, create_body, why_image_refused
from runner.sandbox.labels import Owner
from runner.sandbox.places import seccomp_profile

OWNER = Owner("b0", 1, 2, 3)
SPEC = ContainerSpec("image", ("tool", "-a", "b"))


def body(spec: ContainerSpec = SPEC, *mounts: Mount, cpus: float = 4, interactive: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = create_body(
        spec, mounts, owner=OWNER, dialect=Dialect("PROFILE"), cpus=cpus, interactive=interactive
    )
    return made


def test_everything_dangerous_is_off() -> None:
    host = body()["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert host["Privileged"] is False
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true", "seccomp=PROFILE"]
    assert host["IpcMode"] == "private"
    assert host["LogConfig"] == {"Type": "none"}
    assert host["Init"] is True
    assert not {"CapAdd", "Devices", "PidMode", "UsernsMode", "Binds", "VolumesFrom", "Sysctls"} & set(host)


def test_the_user_is_nobody_and_cannot_be_chosen() -> None:
    assert body()["User"] == "65534:65534"
    assert "user" not in {field.name for field in dataclasses.fields(ContainerSpec)}


def test_limits_become_the_engines_units() -> None:
    host = body(ContainerSpec("i", ("c",), limits=Limits(memory_mb=100, cpus=1.5, pids=7), tmpfs_mb=9))["HostConfig"]
    assert (host["Memory"], host["MemorySwap"]) == (104857600, 104857600)
    assert (host["NanoCpus"], host["PidsLimit"]) == (1_500_000_000, 7)
    assert host["Tmpfs"] == {"/tmp": "rw,exec,nosuid,nodev,mode=1777,size=9m,nr_inodes=2304"}


def test_scratch_folders_are_tmpfs_of_the_user_and_of_bounded_size() -> None:
    spec = ContainerSpec("i", ("c",), tmpfs_mb=9, scratch=("/repo", "/repo/a"), scratch_mb=3)
    options = "rw,exec,nosuid,nodev,uid=65534,gid=65534,mode=0755,size=3m,nr_inodes=768"
    tmpfs = body(spec, Mount("/x", "/repo/a/node_modules"))["HostConfig"]["Tmpfs"]
    assert {path: tmpfs[path] for path in spec.scratch} == {"/repo": options, "/repo/a": options}
    assert set(tmpfs) == {"/tmp", "/repo", "/repo/a"}


@pytest.mark.parametrize("folder", ["/", "/etc", "/proc/x", "/tmp/x", "/dev", "relative", "/repo/../etc", "/base"])
def test_a_scratch_folder_hides_neither_the_engines_files_nor_a_mount(folder: str) -> None:
    with pytest.raises(UsageError):
        body(ContainerSpec("i", ("c",), scratch=(folder,)), Mount("/x", "/base"))


def test_more_cpus_than_there_are_become_all_there_are() -> None:
    assert body(ContainerSpec("i", ("c",), limits=Limits(cpus=16)), cpus=2)["HostConfig"]["NanoCpus"] == 2_000_000_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_mb", 0),
        ("memory_mb", -1),
        ("pids", 0),
        ("pids", -1),
        ("cpus", 0.0),
        ("output_kb", 0),
        ("wall_s", 0.0),
        ("wall_s", math.inf),
        ("wall_s", math.nan),
        ("cpus", math.nan),
    ],
)
def test_a_limit_that_engines_read_as_none_is_refused(field: str, value: float) -> None:
    limits = dataclasses.replace(Limits(), **{field: value})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=field):
        body(ContainerSpec("i", ("c",), limits=limits))


def test_the_command_replaces_the_images_entry_point() -> None:
    made = body()
    assert (made["Entrypoint"], made["Cmd"]) == (["tool"], ["-a", "b"])
    assert made["Healthcheck"] == {"Test": ["NONE"]}


def test_mounts_are_read_only_private_and_without_what_is_mounted_below() -> None:
    assert body(SPEC, Mount("/srv/a", "/repo"))["HostConfig"]["Mounts"] == [
        {
            "Type": "bind",
            "Source": "/srv/a",
            "Target": "/repo",
            "ReadOnly": True,
            "BindOptions": {"Propagation": "rprivate", "NonRecursive": True},
        }
    ]


def test_the_owner_label_cannot_be_forged_by_a_spec() -> None:
    spec = ContainerSpec("i", ("c",), labels={"patchgate.owner": "someone", "patchgate.order": "o"})
    assert body(spec)["Labels"] == {"patchgate.owner": "b0/1/2/3", "patchgate.order": "o"}


def test_stdin_is_closed_unless_the_caller_drives_it() -> None:
    assert [body()[key] for key in ("OpenStdin", "AttachStdin", "Tty")] == [False, False, False]
    assert [body(interactive=True)[key] for key in ("OpenStdin", "StdinOnce", "Tty")] == [True, True, False]


def test_the_environment_is_the_specs_over_a_small_default() -> None:
    spec = ContainerSpec("i", ("c",), environment={"HOME": "/elsewhere", "A_1": "x=y"})
    assert body(spec)["Env"] == [
        "A_1=x=y", "HOME=/elsewhere", "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "TMPDIR=/tmp"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "A=B", "1A", "A B", "A\0"])
def test_a_name_that_is_no_variable_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        body(ContainerSpec("i", ("c",), environment={name: "x"}))


@pytest.mark.parametrize("image", ["", "--privileged"])
def test_a_name_that_is_no_image_is_refused(image: str) -> None:
    with pytest.raises(UsageError):
        body(ContainerSpec(image, ("c",)))


def test_images_with_volumes_are_refused_and_others_not() -> None:
    assert "/data" in str(why_image_refused({"Volumes": {"/data": {}}}))
    assert [why_image_refused({}), why_image_refused({"Volumes": None})] == [None, None]


def test_the_seccomp_profile_refuses_unless_it_allows() -> None:
    profile = json.loads(seccomp_profile())
    allowed = {
        name
        for rule in profile["syscalls"]
        if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args")
        for name in rule["names"]
    }
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    refused = {
        "io_uring_setup", "io_uring_enter", "io_uring_register", "mount", "umount2", "pivot_root", "unshare", "setns",
        "clone", "clone3", "socket", "socketpair", "ptrace", "bpf", "keyctl", "add_key", "request_key", "userfaultfd",
        "perf_event_open", "open_by_handle_at", "init_module", "kexec_load", "process_vm_writev", "chroot", "syslog",
        "personality", "reboot", "sync",
    }  # fmt: skip
    assert not allowed & refused
    families = sorted(rule["args"][0]["value"] for rule in profile["syscalls"] if rule["names"] == ["socket"])
    assert families == [1, 2, 10, 16]
