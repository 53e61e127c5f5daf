"""What a container should be, and how it ended. The terms are OCI's."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.model.order import Limits


@dataclass(frozen=True, slots=True)
class Mount:
    """A read-only bind mount; there is no other kind. ``source`` is an absolute host path, ``target`` one in the container."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """Everything an engine needs. It has no field for privileges, networks or devices: those cannot be asked for.

    ``tmpfs_mb`` sizes ``/tmp``. ``scratch`` are further folders in memory that the program may write, each of
    ``scratch_mb``; what they hold counts as the container's memory.
    ``labels`` carry owner, order and pass (see ``runner.sandbox.labels``).
    """

    image: str
    command: tuple[str, ...]
    mounts: tuple[Mount, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    working_dir: str = "/repo"
    limits: Limits = Limits()
    tmpfs_mb: int = 128
    scratch: tuple[str, ...] = ()
    scratch_mb: int = 128
    labels: dict[str, str] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a container ended. ``limit_hit`` is one of ``wall``, ``memory``, ``output``, ``pids``, ``cancelled`` or None.

    ``stdout`` and ``stderr`` are each cut at ``Limits.output_kb``, with a mark at the cut. A failing command is an
    outcome; a failing engine is a ``SandboxError``.
    """

    container_id: str
    exit_code: int
    stdout: bytes
    stderr: bytes
    limit_hit: str | None
    duration_ms: float


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """``problems`` is empty if the engine can run hardened containers. Each problem names the command that fixes it."""

    name: str
    version: str
    problems: tuple[str, ...] = ()
