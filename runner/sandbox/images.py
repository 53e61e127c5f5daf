"""The images that Patchgate makes, and how they are made. A second call reads only labels and takes milliseconds.

``make images`` calls ``python -m runner.sandbox.images``.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.errors import PatchgateError, SandboxError, UsageError
from runner.sandbox.commands import run_command
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.engines import connect
from runner.sandbox.image_build import INPUTS, build, id_of, import_root, labels_of, pull
from runner.sandbox.image_inputs import (
    BASE_PACKAGES,
    Inputs,
    base_inputs,
    checker_inputs,
    specialist_inputs,
    tsc_inputs,
)
from runner.sandbox.places import IMAGES

TSC = "patchgate/tsc"
BASE = "patchgate/base"
SPECIALIST = "patchgate/specialist"
CHECKER = "patchgate/checker"
NAMES = (TSC, BASE, SPECIALIST, CHECKER)

_DEFAULT_REFERENCE = "debian:bookworm-slim"
_PULL_PATIENCE_S = 20.0
_ROOTFS_LIMIT_S = 900.0
WAYS = ("registry", "packages")

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the images. Tests build theirs beside the real ones."""

    tsc: str = TSC
    base: str = BASE
    specialist: str = SPECIALIST
    checker: str = CHECKER


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """How to get a base image: the ways to try, in order, and the image reference that the first one pulls."""

    ways: tuple[str, ...]
    reference: str


def base_choice(environment: dict[str, str]) -> BaseChoice:
    """``PATCHGATE_BASE`` forces one way, ``PATCHGATE_BASE_IMAGE`` sets another reference. Raises ``UsageError``."""
    way = environment.get("PATCHGATE_BASE", "")
    if way and way not in WAYS:
        raise UsageError(f"PATCHGATE_BASE is {way!r}.", f"Set it to one of: {', '.join(WAYS)}; or unset it.")
    return BaseChoice((way,) if way else WAYS, environment.get("PATCHGATE_BASE_IMAGE") or _DEFAULT_REFERENCE)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (IMAGES / "seccomp.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _current(api: Any, name: str, digest: str) -> bool:
    labels = labels_of(api, name)
    return labels is not None and labels.get(INPUTS) == digest


def _ensure_tsc(api: Any, name: str, progress: Progress) -> bool:
    inputs = tsc_inputs()
    if _current(api, name, inputs.digest):
        return False
    progress(f"{name}: building")
    build(api, name, inputs.files, labels={INPUTS: inputs.digest})
    return True


def _base_from_registry(api: Any, name: str, reference: str, progress: Progress) -> str | None:
    """None if it was built, or else why the registry's image is not available."""
    if labels_of(api, reference) is None:
        progress(f"{name}: pulling {reference}")
        why = pull(api, reference, patience_s=_PULL_PATIENCE_S)
        if why is not None:
            return why
    inputs = base_inputs("registry", reference)
    progress(f"{name}: building from {reference}")
    arguments = {"BASE": reference, "PACKAGES": " ".join(BASE_PACKAGES)}
    build(api, name, inputs.files, labels={INPUTS: inputs.digest}, arguments=arguments, network="default")
    return None


def _base_from_packages(api: Any, name: str, progress: Progress) -> None:
    progress(f"{name}: building from Debian packages (about half a minute)")
    with tempfile.TemporaryDirectory(prefix="patchgate-base-") as folder:
        tar = Path(folder) / "root.tar"
        script = IMAGES / "base/rootfs.sh"
        finished = run_command(["sh", str(script), str(tar), ",".join(BASE_PACKAGES)], timeout_s=_ROOTFS_LIMIT_S)
        if finished.exit_code != 0:
            raise SandboxError(
                f"The base image could not be made out of Debian packages:\n{finished.last_lines()}",
                "apt-get install -y mmdebstrap debian-archive-keyring, then: make images; or name an image that can be "
                "pulled: PATCHGATE_BASE_IMAGE=… make images",
            )
        import_root(api, name, tar, labels={INPUTS: base_inputs("packages", "").digest})


def ensure_base(api: Any, name: str, choice: BaseChoice, progress: Progress) -> bool:
    """Build the base image unless one of the ways in ``choice`` has built it already; whether it was built now."""
    if any(_current(api, name, base_inputs(way, choice.reference).digest) for way in choice.ways):
        return False
    if "registry" in choice.ways:
        try:
            why = _base_from_registry(api, name, choice.reference, progress)
        except SandboxError as error:
            # The image was pulled, but its packages could not be added: the engine has no bridge network, or a mirror
            # is out of reach.
            if "packages" not in choice.ways:
                raise
            why = error.message.strip().splitlines()[-1]
        if why is None:
            return True
        if "packages" not in choice.ways:
            raise SandboxError(
                f"{choice.reference} could not be pulled: {why}",
                "Name another with PATCHGATE_BASE_IMAGE, or build without a registry: PATCHGATE_BASE=packages",
            )
        progress(f"{name}: not from a registry ({why})")
    _base_from_packages(api, name, progress)
    return True


def _ensure_on_base(api: Any, name: str, base: str, inputs: Inputs, progress: Progress) -> bool:
    if _current(api, name, inputs.digest):
        return False
    progress(f"{name}: building")
    build(api, name, inputs.files, labels={INPUTS: inputs.digest}, arguments={"BASE": base})
    return True


def ensure_images(api: Any, progress: Progress, *, names: Names | None = None) -> tuple[str, ...]:
    """Build the images that are missing or out of date and return their names. Raises ``SandboxError``.

    ``api`` is ``DockerEngine.api``. Safe to call from several processes: one builds, the others wait.
    """
    called = names or Names()
    choice = base_choice(dict(os.environ))
    built = []
    with _one_at_a_time():
        if _ensure_tsc(api, called.tsc, progress):
            built.append(called.tsc)
        if ensure_base(api, called.base, choice, progress):
            built.append(called.base)
        base_id = id_of(api, called.base)
        for name, inputs in (
            (called.specialist, specialist_inputs(base_id)),
            (called.checker, checker_inputs(base_id)),
        ):
            if _ensure_on_base(api, name, called.base, inputs, progress):
                built.append(name)
    return tuple(built)


def outdated_images(api: Any) -> tuple[str, ...]:
    """The images that ``ensure_images`` would build. Raises ``SandboxError`` if their inputs are missing."""
    wrong = [] if _current(api, TSC, tsc_inputs().digest) else [TSC]
    choice = base_choice(dict(os.environ))
    if not any(_current(api, BASE, base_inputs(way, choice.reference).digest) for way in choice.ways):
        return (*wrong, BASE, SPECIALIST, CHECKER)
    base_id = id_of(api, BASE)
    on_base = ((SPECIALIST, specialist_inputs(base_id)), (CHECKER, checker_inputs(base_id)))
    return (*wrong, *(name for name, inputs in on_base if not _current(api, name, inputs.digest)))


def _tell(line: str) -> None:
    sys.stderr.write(f"images: {line}\n")
    sys.stderr.flush()


def _all_is_well() -> bool:
    try:
        engine = connect("auto")
        return isinstance(engine, DockerEngine) and not outdated_images(engine.api)
    except PatchgateError:
        return False


def main(arguments: Sequence[str]) -> int:
    """Build what is out of date, print it, and return the exit code. With ``--check``, only the exit code says whether
    all is current.
    """
    if "--check" in arguments:
        return 0 if _all_is_well() else 1
    began = time.monotonic()
    try:
        engine = connect("auto")
        if not isinstance(engine, DockerEngine):
            raise SandboxError(f"The engine {engine.name} cannot build images.")
        built = ensure_images(engine.api, _tell)
    except PatchgateError as error:
        _tell(error.message)
        if error.hint:
            _tell(error.hint)
        return error.exit_code
    if built:
        _tell(f"built {', '.join(built)} in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
