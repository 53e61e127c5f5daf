"""Telling a dead owner from a living one."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.sandbox.labels import Owner, is_dead, parse_owner, start_time, this_process


def test_a_label_reads_back_as_what_it_was() -> None:
    me = this_process()
    assert parse_owner(str(me)) == me


@pytest.mark.parametrize("label", ["", "x", "b/1/2", "b/1/2/3/4", "b/1/-2/3", "b/1/0/3", "b/1/2/x", "../1/2/3\n"])
def test_labels_of_another_form_are_nobodys(label: str) -> None:
    assert parse_owner(label) is None


def test_a_commands_name_may_hold_anything() -> None:
    rest = " ".join(str(number) for number in range(4, 23))
    assert start_time(f"12 (a ) b) S {rest}") == 22


def test_this_process_lives() -> None:
    assert not is_dead(this_process(), this_process())


def test_a_process_that_ended_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert is_dead(dataclasses.replace(this_process(), pid=process.pid), this_process())


def test_a_zombie_is_dead() -> None:
    me = this_process()
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as process:
        stat = Path(f"/proc/{process.pid}/stat").read_text()
        child = dataclasses.replace(me, pid=process.pid, started=start_time(stat))
        assert not is_dead(child, me)
        process.kill()
        # Waits for its end and leaves it as it is: a zombie.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(child, me)


def test_the_same_id_with_another_start_is_another_process() -> None:
    me = this_process()
    assert is_dead(dataclasses.replace(me, started=me.started + 1), me)


def test_after_a_reboot_everybody_is_dead() -> None:
    me = this_process()
    assert is_dead(Owner("another-boot", me.namespace, me.pid, me.started), me)


def test_who_cannot_be_seen_from_here_counts_as_alive() -> None:
    me = this_process()
    assert not is_dead(Owner(me.boot, me.namespace + 1, 999999, 1), me)
