"""The available engines, and how one is chosen. A new engine is one new module and one line in ``ENGINES``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import PatchgateError, SandboxError, UsageError
from runner.model.suggestions import hint_for
from runner.ports import Engine

if TYPE_CHECKING:
    from runner.sandbox.docker_engine import DockerEngine

START_HINT = (
    "Install and start one, as root:\n"
    "  apt-get install -y docker.io\n"
    "  setsid dockerd >/var/log/patchgate-dockerd.log 2>&1 </dev/null &\n"
    "or let this do both: make engine"
)
GROUP_HINT = (
    'There is an engine, but you may not use it. Join its group, then log in again:\n  sudo usermod -aG docker "$USER"'
)
_SCHEME = "unix://"


@dataclass(frozen=True, slots=True)
class Offer:
    """An engine by name, and the addresses where it may answer, preferred ones first."""

    name: str
    addresses: Callable[[], list[str]]


def _addresses(variable: str, *paths: str) -> list[str]:
    named = os.environ.get(variable)
    return [named] if named else [_SCHEME + path for path in paths]


def _docker() -> list[str]:
    own = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    home = Path.home()
    return _addresses("DOCKER_HOST", "/var/run/docker.sock", f"{own}/docker.sock", f"{home}/.docker/run/docker.sock")


def _podman() -> list[str]:
    own = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    return _addresses("CONTAINER_HOST", "/run/podman/podman.sock", f"{own}/podman/podman.sock")


ENGINES = (Offer("docker", _docker), Offer("podman", _podman))


def _try(offer: Offer) -> tuple[DockerEngine | None, list[str]]:
    from runner.sandbox.docker_engine import DockerEngine  # the SDK is loaded where a container is wanted only

    failures = []
    for address in offer.addresses():
        if not address.startswith(_SCHEME):
            failures.append(f"{offer.name}: {address} is not on this machine (only {_SCHEME} addresses are)")
        elif not Path(address.removeprefix(_SCHEME)).exists():
            failures.append(f"{offer.name}: no socket at {address.removeprefix(_SCHEME)}")
        else:
            try:
                return DockerEngine(address), failures
            except SandboxError as error:
                failures.append(f"{offer.name}: {error.message}")
    return None, failures


def connect(name: str = "auto") -> Engine:
    """The engine called ``name``, or with ``auto`` the first one that answers.

    Raises ``UsageError`` for an unknown name, and ``SandboxError`` if nothing answers.
    """
    known = [offer.name for offer in ENGINES]
    if name == "bwrap":
        raise UsageError("The engine bwrap is not available in this version.", f"Use one of: auto, {', '.join(known)}.")
    if name != "auto" and name not in known:
        hint = hint_for(name, ("auto", *known), f"Use one of: auto, {', '.join(known)}.")
        raise UsageError(f"There is no engine called {name!r}.", hint)
    failures: list[str] = []
    for offer in ENGINES:
        if name in ("auto", offer.name):
            engine, why = _try(offer)
            if engine is not None:
                return engine
            failures += why
    hint = GROUP_HINT if any("Permission denied" in why for why in failures) else START_HINT
    raise SandboxError("No container engine answers.\n  " + "\n  ".join(failures), hint)


def main() -> int:
    """Print on stderr which engine answers, or what to do; return the exit code. Used by ``make engine``."""
    try:
        engine = connect()
    except PatchgateError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code
    sys.stderr.write(f"{engine.name} {engine.info().version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
