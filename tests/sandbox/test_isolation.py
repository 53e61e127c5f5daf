"""What a program inside a container can and cannot do: really tried, by probe.py, on the specialists' image."""

from __future__ import annotations

from typing import Any

import pytest

from runner.sandbox.hardening import OPEN_FILES
from tests.sandbox.conftest import Run

pytestmark = pytest.mark.docker


def test_no_privileged_system_call_works(probed: dict[str, Any]) -> None:
    calls = dict(probed["calls"])
    # ENOSYS makes libraries fall back to clone, whose flags can be looked at.
    assert calls.pop("clone3") == "ENOSYS"
    assert set(calls.values()) == {"EPERM"}, {name: end for name, end in calls.items() if end != "EPERM"}


def test_no_namespaces_can_be_made_and_nothing_remounted(probed: dict[str, Any]) -> None:
    """docker/sbx-releases#556: what was mounted read-only could be made writable again from inside."""
    assert [probed[name] for name in ("clone_net", "unshare_mounts", "remount", "personality")] == ["EPERM"] * 4


def test_io_uring_is_refused(probed: dict[str, Any]) -> None:
    assert probed["calls"]["io_uring_setup"] == "EPERM"


def test_nothing_but_tmp_can_be_written(probed: dict[str, Any]) -> None:
    writes = dict(probed["writes"])
    # A kernel may be built without it.
    assert writes.pop("/proc/sysrq-trigger") in ("EROFS", "EACCES", "ENOENT")
    assert set(writes.values()) <= {"EROFS", "EACCES"}, writes
    assert writes["/new"] == writes["/repo/new"] == "EROFS"
    assert probed["tmp_is_writable"] == "done"


def test_the_mounted_files_cannot_be_changed_in_any_way(probed: dict[str, Any]) -> None:
    """docker/sbx-releases#586: people asked for a workspace that an agent can read and cannot write."""
    assert set(probed["changes"].values()) <= {"EROFS", "EPERM"}, probed["changes"]
    assert [name for name, _ in probed["shown_after"]] == ["file.txt", "probe.py"]
    assert probed["text_after"] == "as it was"


def test_no_privileges_are_held_or_can_be_gained(probed: dict[str, Any]) -> None:
    status = probed["status"]
    assert status["NoNewPrivs"] == "1"
    assert {int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {0}
    assert probed["ids"] == [[65534] * 3, [65534] * 3, [65534]]
    assert probed["set_user_ids"] == []


def test_the_seccomp_filter_is_on(probed: dict[str, Any]) -> None:
    assert probed["status"]["Seccomp"] == "2"


def test_only_plain_sockets_can_be_made(probed: dict[str, Any]) -> None:
    assert probed["sockets"]["AF_VSOCK"] == "EPERM"
    assert set(probed["sockets"].values()) == {"EPERM"}, probed["sockets"]
    assert set(probed["useful_sockets"].values()) == {"done"}, probed["useful_sockets"]


def test_there_is_no_network(probed: dict[str, Any]) -> None:
    assert probed["interfaces"] == ["lo"]
    assert probed["resolved"] == "no answer"
    outside = dict(probed["connections"])
    assert outside.pop("abstract") == "ECONNREFUSED"
    assert outside.pop("docker") == "ENOENT"
    assert set(outside.values()) == {"ENETUNREACH"}, outside


def test_nothing_of_the_host_shows(probed: dict[str, Any]) -> None:
    assert "a host secret" not in str(probed)
    assert probed["hostname"] == "patchgate"
    # Neither the host's resolver nor its search domain is copied in.
    assert probed["resolver"].split() in ([], ["nameserver", "127.0.0.1", "search", "."])


def test_other_processes_and_devices_are_out_of_sight(probed: dict[str, Any]) -> None:
    assert probed["first_process"].endswith("-init")
    assert len(probed["processes"]) == 2
    assert set(probed["devices"]) <= {
        "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom",
        "zero",
    }  # fmt: skip
    assert probed["kcore"] == 0


def test_no_core_dumps_and_few_open_files(probed: dict[str, Any]) -> None:
    assert probed["core"] == [0, 0]
    assert probed["files"] == [OPEN_FILES, OPEN_FILES]


def test_tmp_takes_programs_but_no_devices(probed: dict[str, Any]) -> None:
    (tmp,) = (mount for mount in probed["mounts"] if mount[0] == "/tmp")
    options = tmp[2].split(",")
    assert tmp[1] == "tmpfs"
    assert {"nosuid", "nodev"} <= set(options)
    assert "noexec" not in options


def test_what_tells_this_machine_from_others_reads_as_empty(run: Run) -> None:
    read = "for f in cmdline sys/kernel/random/boot_id partitions diskstats swaps; do cat /proc/$f; done"
    assert run("sh", "-c", read).stdout.strip() == b""


def test_what_the_engine_hides_by_itself_stays_hidden(run: Run) -> None:
    read = (
        "cat /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug /proc/interrupts 2>/dev/null; ls /sys/firmware"
    )
    assert run("sh", "-c", read).stdout.strip() == b""
