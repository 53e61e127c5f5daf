"""Turns a ContainerSpec into the body of the Engine API's ``POST /containers/create``. Pure. The only place with flags.

The keys are those of Engine API 1.41, which Docker 20.10 and newer and Podman's compatible socket support. There is no
parameter that weakens anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner.errors import UsageError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.sandbox.labels import OWNER, Owner
from runner.sandbox.mounts import check_target

MIB = 1024 * 1024
USER = "65534:65534"
# Docker refuses less than 6 MiB, and the program and its init need memory themselves.
LEAST_MEMORY_MB = 8
LEAST_PIDS = 4
OPEN_FILES = 4096
SHM_BYTES = 16 * MIB
# Each file takes about 1 KiB of kernel memory, which the tmpfs size does not count.
INODES_PER_MIB = 256

# These read as empty. The engine's own list comes first, because ours replaces it. docs/adr/0014 has the reasons for
# the rest.
MASKED = (
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
    "/proc/cmdline",
    "/proc/sys/kernel/random/boot_id",
    "/proc/bootconfig",
    "/proc/modules",
    "/proc/partitions",
    "/proc/diskstats",
    "/proc/swaps",
    "/sys/devices/virtual/dmi",
)
_ENVIRONMENT = {"HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}  # noqa: S108
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The differences between engines with this API. ``seccomp`` is the value after ``seccomp=``: the profile itself
    for Docker, its file name for Podman. Podman does not accept ``nr_inodes`` (there the memory limit bounds the number
    of files). Unless ``user_processes`` is set, it also requests more user processes than a machine may grant. The
    container itself is bounded by its pids limit.
    """

    seccomp: str
    inode_limit: bool = True
    user_processes: int | None = None


def check_limits(limits: Limits, tmpfs_mb: int) -> None:
    """Raise ``UsageError`` for a limit that limits nothing: engines read 0 and negative numbers as "unlimited"."""
    least: tuple[tuple[str, float, float], ...] = (
        ("memory_mb", limits.memory_mb, LEAST_MEMORY_MB),
        ("pids", limits.pids, LEAST_PIDS),
        ("output_kb", limits.output_kb, 1),
        ("tmpfs_mb", tmpfs_mb, 1),
        ("cpus", limits.cpus, 0.01),
        ("wall_s", limits.wall_s, 0.001),
    )
    for name, value, minimum in least:
        if not math.isfinite(value) or value < minimum:
            raise UsageError(f"The limit {name} is {value}; it must be at least {minimum:g}.")


def _environment(wanted: Mapping[str, str]) -> list[str]:
    for name, value in wanted.items():
        if not _NAME.fullmatch(name) or "\0" in value:
            raise UsageError(f"{name!r} cannot be an environment variable of a container.")
    return [f"{name}={value}" for name, value in sorted({**_ENVIRONMENT, **wanted}.items())]


def _tmpfs(megabytes: int, dialect: Dialect) -> str:
    return _sized("mode=1777", megabytes, dialect)


def _scratch(megabytes: int, dialect: Dialect) -> str:
    # An engine gives an existing folder of the image back its mode. So the folder belongs to the user instead.
    uid, gid = USER.split(":")
    return _sized(f"uid={uid},gid={gid},mode=0755", megabytes, dialect)


def _sized(rights: str, megabytes: int, dialect: Dialect) -> str:
    options = f"rw,exec,nosuid,nodev,{rights},size={megabytes}m"
    return f"{options},nr_inodes={megabytes * INODES_PER_MIB}" if dialect.inode_limit else options


def _ulimits(dialect: Dialect) -> list[tuple[str, int]]:
    limits = [("nofile", OPEN_FILES), ("core", 0)]
    return limits if dialect.user_processes is None else [*limits, ("nproc", dialect.user_processes)]


def _host_config(spec: ContainerSpec, mounts: Sequence[Mount], dialect: Dialect, cpus: float) -> dict[str, object]:
    memory = spec.limits.memory_mb * MIB
    return {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "MaskedPaths": list(MASKED),
        "Privileged": False,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true", f"seccomp={dialect.seccomp}"],
        "Memory": memory,
        # Equal to Memory means no swap at all.
        "MemorySwap": memory,
        "NanoCpus": int(min(spec.limits.cpus, cpus) * 1_000_000_000),
        "PidsLimit": spec.limits.pids,
        # If the machine itself runs out of memory, a specialist is killed before the runner.
        "OomScoreAdj": 500,
        "Ulimits": [{"Name": name, "Soft": value, "Hard": value} for name, value in _ulimits(dialect)],
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "ShmSize": SHM_BYTES,
        # Output goes through the attached socket, where it is counted. A log driver would write it to the host's disk.
        "LogConfig": {"Type": "none"},
        "Tmpfs": {
            "/tmp": _tmpfs(spec.tmpfs_mb, dialect),  # noqa: S108 - the container's
            **{folder: _scratch(spec.scratch_mb, dialect) for folder in spec.scratch},
        },
        "Mounts": [
            {
                "Type": "bind",
                "Source": mount.source,
                "Target": mount.target,
                "ReadOnly": True,
                # Read-only applies to the mount itself, not to mounts below it, so leave those out.
                "BindOptions": {"Propagation": "rprivate", "NonRecursive": True},
            }
            for mount in mounts
        ],
        # Otherwise the host's resolver and search domain are copied in.
        "Dns": ["127.0.0.1"],
        "DnsSearch": ["."],
        # An init as PID 1 reaps processes that double-fork.
        "Init": True,
        "RestartPolicy": {"Name": "no"},
        "AutoRemove": False,
    }


def create_body(
    spec: ContainerSpec,
    mounts: Sequence[Mount],
    *,
    owner: Owner,
    dialect: Dialect,
    cpus: float,
    interactive: bool = False,
) -> dict[str, object]:
    """The whole request for one container.

    ``mounts`` come from ``checked_mounts``. ``cpus`` is the number of CPUs of the machine. ``interactive`` keeps stdin
    open. Raises ``UsageError``.
    """
    check_limits(spec.limits, spec.tmpfs_mb)
    check_limits(spec.limits, spec.scratch_mb)
    for folder in spec.scratch:
        check_target(folder)
        if any(folder == mount.target for mount in mounts):
            raise UsageError(f"{folder} cannot be a mount and writable at once.")
    if not spec.image or spec.image.startswith("-"):
        raise UsageError(f"{spec.image!r} is not the name of an image.")
    if not spec.working_dir.startswith("/"):
        raise UsageError(f"The working folder {spec.working_dir!r} is not absolute.")
    return {
        "Image": spec.image,
        # Both are always set, so that an image's own entry point cannot run before the command.
        "Entrypoint": list(spec.command[:1]) or None,
        "Cmd": list(spec.command[1:]),
        "Env": _environment(spec.environment),
        "WorkingDir": spec.working_dir,
        "User": USER,
        "Hostname": "patchgate",
        "Labels": {**spec.labels, OWNER: str(owner)},
        "Healthcheck": {"Test": ["NONE"]},
        "NetworkDisabled": True,
        "Tty": False,
        "AttachStdin": interactive,
        "AttachStdout": True,
        "AttachStderr": True,
        "OpenStdin": interactive,
        "StdinOnce": interactive,
        "HostConfig": _host_config(spec, mounts, dialect, cpus),
    }


def why_image_refused(config: Mapping[str, object]) -> str | None:
    """Why an image (its ``Config`` as inspected) may not run; None if it may.

    A ``VOLUME`` becomes a writable folder on the host's disk for every container, whatever the flags say.
    """
    volumes = config.get("Volumes")
    if isinstance(volumes, Mapping) and volumes:
        return f"it declares volumes ({', '.join(sorted(map(str, volumes)))}), which would be writable"
    return None
