"""Runs inside a container and tries what must not work; prints what happened as JSON. Standard library only.

An attempt is reported as the name of its error, or as "done" when it worked.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import resource
import socket
from collections.abc import Callable
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
# System call numbers: x86_64, then everything newer (aarch64 has the generic table).
NUMBERS = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "clone": (56, 220), "clone3": (435, 435), "ptrace": (101, 117), "bpf": (321, 280),
    "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265), "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104),
    "process_vm_readv": (310, 270), "pidfd_getfd": (438, 438), "syslog": (103, 116), "reboot": (169, 142),
    "settimeofday": (164, 170), "sethostname": (170, 161), "fsopen": (430, 430), "open_tree": (428, 428),
    "move_mount": (429, 429), "mount_setattr": (442, 442), "memfd_secret": (447, 447), "acct": (163, 89),
    "quotactl": (179, 60), "swapon": (167, 224), "personality": (135, 92),
}  # fmt: skip
NEW_USER, NEW_NET, NEW_NS = 0x10000000, 0x40000000, 0x00020000
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "unshare": (NEW_USER,), "clone": (NEW_USER | 17, 0, 0, 0, 0), "chroot": (b"/tmp",), "sethostname": (b"x", 1),
    "mount": (b"none", b"/tmp", b"tmpfs", 0, 0), "umount2": (b"/repo", 2), "personality": (0x0040000,),
    "io_uring_setup": (1, ctypes.create_string_buffer(256)),
}  # fmt: skip


def attempt(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def call(name: str, *arguments: object) -> str:
    number = NUMBERS[name][0 if X86 else 1]
    ctypes.set_errno(0)
    if libc.syscall(number, *(arguments or ARGUMENTS.get(name, (0, 0, 0, 0, 0)))) == -1:
        return errno.errorcode[ctypes.get_errno()]
    return "done"


def write(path: str) -> str:
    return attempt(lambda: Path(path).write_text("changed"))


def make_socket(family: int, kind: int = socket.SOCK_STREAM, protocol: int = 0) -> str:
    return attempt(lambda: socket.socket(family, kind, protocol).close())


def connect(address: tuple[str, int] | str, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> str:
    def action() -> None:
        with socket.socket(family, kind) as one:
            one.settimeout(2)
            one.connect(address)

    return attempt(action)


def resolve(name: str) -> str:
    try:
        return str(socket.getaddrinfo(name, 80)[0][4][0])
    except socket.gaierror:
        return "no answer"


def status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value for name, found, value in (line.partition(":\t") for line in lines) if found}


def names_in(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def set_user_ids() -> list[str]:
    found = []
    for folder, _, names in os.walk("/usr"):
        for name in names:
            mode = Path(folder, name).lstat().st_mode
            if mode & 0o6000 and mode & 0o170000 == 0o100000:
                found.append(name)
    return found


print(json.dumps({
    "calls": {name: call(name) for name in NUMBERS if name != "personality"},
    "personality": call("personality"),
    "remount": call("mount", b"none", b"/repo", b"", 0x20 | 0x1000, 0),
    "clone_net": call("clone", NEW_NET | 17, 0, 0, 0, 0),
    "unshare_mounts": call("unshare", NEW_NS),
    "writes": {path: write(path) for path in (
        "/new", "/repo/new", "/repo/file.txt", "/etc/passwd", "/usr/local/bin/node", "/usr/bin/python3", "/opt/new",
        "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/fs/cgroup/new", "/etc/resolv.conf", "/etc/hosts")},
    "changes": {
        "chmod": attempt(lambda: Path("/repo/file.txt").chmod(0o4777)),
        "unlink": attempt(lambda: Path("/repo/file.txt").unlink()),
        "link": attempt(lambda: os.link("/repo/file.txt", "/repo/other")),
        "utime": attempt(lambda: os.utime("/repo/file.txt", (1, 1))),
        "fifo": attempt(lambda: os.mkfifo("/repo/fifo")),
        "device": attempt(lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0))),
        "setuid": attempt(lambda: os.setuid(0)),
    },
    "tmp_is_writable": write("/tmp/file"),
    "sockets": {
        "AF_VSOCK": make_socket(40), "AF_PACKET": make_socket(17, socket.SOCK_RAW), "AF_ALG": make_socket(38, 5),
        "AF_KEY": make_socket(15, socket.SOCK_RAW), "AF_XDP": make_socket(44, socket.SOCK_RAW),
        "AF_BLUETOOTH": make_socket(31), "AF_CAN": make_socket(29, socket.SOCK_RAW), "AF_TIPC": make_socket(30),
        "NETLINK_KOBJECT_UEVENT": make_socket(16, socket.SOCK_RAW, 15), "NETLINK_AUDIT": make_socket(16, socket.SOCK_RAW, 9),
        "RAW_ICMP": make_socket(2, socket.SOCK_RAW, 1),
    },
    "useful_sockets": {
        "AF_UNIX": make_socket(1), "AF_INET": make_socket(2), "AF_INET6": make_socket(10),
        "NETLINK_ROUTE": make_socket(16, socket.SOCK_RAW, 0),
    },
    "connections": {
        "metadata": connect(("169.254.169.254", 80)), "bridge": connect(("172.17.0.1", 80)),
        "public": connect(("192.0.2.1", 443)), "udp": connect(("192.0.2.1", 53), kind=socket.SOCK_DGRAM),
        "ipv6": connect(("2001:db8::1", 443), socket.AF_INET6),
        "abstract": connect("\0patchgate-test-canary", socket.AF_UNIX),
        "docker": connect("/var/run/docker.sock", socket.AF_UNIX),
    },
    "resolved": resolve("debian.org"),
    "interfaces": names_in("/sys/class/net"),
    "status": status(),
    "ids": [os.getresuid(), os.getresgid(), os.getgroups()],
    "first_process": Path("/proc/1/cmdline").read_text().split("\0")[0],
    "processes": [name for name in names_in("/proc") if name.isdigit()],
    "environment": dict(os.environ),
    "hostname": socket.gethostname(),
    "resolver": Path("/etc/resolv.conf").read_text() if Path("/etc/resolv.conf").exists() else "",
    "devices": names_in("/dev"),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "kcore": Path("/proc/kcore").stat().st_size if Path("/proc/kcore").is_file() else 0,
    "set_user_ids": set_user_ids(),
    "mounts": [line.split()[1:4] for line in Path("/proc/mounts").read_text().splitlines()],
}))  # fmt: skip
