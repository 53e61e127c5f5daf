"""Whose container is this, and is that process still alive?

A container outlives a runner that was killed. Its owner label says who made it, exactly enough that a later start can
tell a dead owner from a live one. Process ids are reused, so the start time goes with the id. After a reboot both start
again, so the boot id goes with them. And a process id means nothing outside its PID namespace, so the namespace is
included too.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

OWNER = "patchgate.owner"
ORDER = "patchgate.order"
PASS = "patchgate.pass"
TRACE = "patchgate.trace"

_OWNER_FORM = re.compile(r"([0-9a-f-]+)/([0-9]+)/([1-9][0-9]*)/([0-9]+)")


@dataclass(frozen=True, slots=True)
class Owner:
    """One process on this machine. ``namespace`` is the inode of its PID namespace, ``started`` in ticks since boot."""

    boot: str
    namespace: int
    pid: int
    started: int

    def __str__(self) -> str:
        return f"{self.boot}/{self.namespace}/{self.pid}/{self.started}"


def parse_owner(label: str) -> Owner | None:
    """An owner label as written by ``str(Owner)``; None for anything else."""
    match = _OWNER_FORM.fullmatch(label)
    if match is None:
        return None
    return Owner(match[1], int(match[2]), int(match[3]), int(match[4]))


def start_time(stat: str) -> int:
    """Field 22 of ``/proc/<pid>/stat``. The command name (field 2) may contain spaces and parentheses."""
    return int(stat.rpartition(")")[2].split()[19])


def this_process(proc: Path = Path("/proc")) -> Owner:
    """The owner for the calling process."""
    return Owner(
        boot=(proc / "sys/kernel/random/boot_id").read_text().strip(),
        namespace=(proc / "self/ns/pid").stat().st_ino,
        pid=os.getpid(),
        started=start_time((proc / "self/stat").read_text()),
    )


def is_dead(owner: Owner, me: Owner, proc: Path = Path("/proc")) -> bool:
    """Whether ``owner`` has certainly ended. Owners in another PID namespace are invisible from here and count as
    alive.
    """
    if owner.boot != me.boot:
        return True
    if owner.namespace != me.namespace:
        return False
    try:
        stat = (proc / str(owner.pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    # A zombie still has its start time, but it will never remove a container again.
    return start_time(stat) != owner.started or stat.rpartition(")")[2].split()[0] in "ZX"


def labels_for(*, order_id: str, pass_id: str, trace_id: str) -> dict[str, str]:
    """The labels of a pass's containers, for ``ContainerSpec.labels``. The engine adds the owner itself."""
    return {ORDER: order_id, PASS: pass_id, TRACE: trace_id}
