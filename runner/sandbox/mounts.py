"""Which host folders a container may see. Trusts neither the order nor the specialist that asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from runner.errors import UsageError
from runner.model.container import Mount

# Each of these stays out of containers, and so does anything inside it and any folder that contains it. They hold
# controls of the kernel and the engine, files of other containers, or secrets of the machine.
_FORBIDDEN_SOURCES = (
    "/proc",
    "/sys",
    "/dev",
    "/etc",
    "/boot",
    "/run",
    "/var/run",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/lib/containers",
)
_ENGINE_SOCKETS = frozenset({"docker.sock", "podman.sock", "containerd.sock", "crio.sock"})
# A mount there would hide what the engine itself puts into the container.
_FORBIDDEN_TARGETS = ("/proc", "/sys", "/dev", "/etc", "/tmp", "/sbin/docker-init")  # noqa: S108 - the container's


def _contains(outer: str, inner: str) -> bool:
    return PurePosixPath(inner).is_relative_to(outer)


def why_refused(source: str, forbidden: Iterable[str] = ()) -> str | None:
    """Why the host path ``source`` (absolute, links resolved) may not be mounted; None if it may.

    ``forbidden`` names further paths: the engine's own socket, the person's home folder.
    """
    for path in (*_FORBIDDEN_SOURCES, *forbidden):
        if _contains(source, path):
            return f"it holds {path}"
    for path in _FORBIDDEN_SOURCES:
        if _contains(path, source):
            return f"it lies in {path}"
    if PurePosixPath(source).name in _ENGINE_SOCKETS:
        return "it is a container engine's socket"
    return None


def _plain_absolute(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//") and "\0" not in path and ".." not in path.split("/")


def check_target(target: str) -> None:
    """Raises ``UsageError`` unless something may be mounted at ``target`` in a container."""
    if not _plain_absolute(target) or target != str(PurePosixPath(target)):
        raise UsageError(f"The mount target {target!r} is not a plain absolute path.")
    if target == "/" or any(_contains(path, target) or _contains(target, path) for path in _FORBIDDEN_TARGETS):
        raise UsageError(f"Nothing may be mounted at {target} in a container.")


def _check_nesting(mounts: Sequence[Mount]) -> None:
    # The engine would have to create the inner mount point in a folder that is already read-only. It fails with a
    # message that names neither.
    at = {mount.target: mount for mount in mounts}
    for inner in mounts:
        for above in PurePosixPath(inner.target).parents:
            outer = at.get(str(above))
            if outer is None:
                continue
            place = Path(outer.source) / PurePosixPath(inner.target).relative_to(outer.target)
            if not place.exists():
                raise UsageError(
                    f"{inner.target} cannot be mounted inside {outer.target}: {place} does not exist.",
                    "Make an empty folder there first.",
                )


def checked_mounts(mounts: Sequence[Mount], forbidden: Iterable[str] = ()) -> tuple[Mount, ...]:
    """The mounts with their sources' links resolved, outer targets first. Raises ``UsageError`` for a forbidden one.

    Reads the file system (links and existence) and changes nothing.
    """
    also = tuple(forbidden)
    resolved = []
    for mount in mounts:
        check_target(mount.target)
        if not _plain_absolute(mount.source):
            raise UsageError(f"The mount source {mount.source!r} is not a plain absolute path.")
        source = Path(mount.source)
        if not source.exists():
            raise UsageError(f"{mount.source} is to be shown to a container, but it does not exist.")
        real = str(source.resolve(strict=True))
        for path in {mount.source, real}:
            if reason := why_refused(path, also):
                raise UsageError(
                    f"{mount.source} may not be shown to a container: {reason}.", "Name the project's own folder."
                )
        resolved.append(Mount(real, mount.target))
    for target, count in Counter(mount.target for mount in resolved).items():
        if count > 1:
            raise UsageError(f"Two mounts have the same target {target}.")
    _check_nesting(resolved)
    return tuple(sorted(resolved, key=lambda mount: mount.target))
