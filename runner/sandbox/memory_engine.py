"""An engine whose containers are Python functions on threads, for tests of code that uses an engine.

It keeps the port's promises (limits on time and output, cancelling, removal) through the same supervision as the real
one. It isolates nothing.
"""

from __future__ import annotations

import hashlib
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from runner.errors import SandboxError
from runner.model.container import ContainerSpec, EngineInfo, Outcome
from runner.sandbox import hardening, labels
from runner.sandbox.frames import STDERR, STDOUT
from runner.sandbox.mounts import checked_mounts
from runner.sandbox.stream import FramedStream
from runner.sandbox.supervise import Watch

_KILLED = 137


class Killed(BaseException):
    """Raised in a program that continues after it was killed. Like KeyboardInterrupt, programs should not catch it."""


class Pipe:
    """Bytes from one thread to another. Once it is closed and empty, ``recv`` always returns ``b""``."""

    def __init__(self) -> None:
        self._portions: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def put(self, data: bytes) -> None:
        if data:
            self._portions.put(data)

    def recv(self) -> bytes:
        data = self._portions.get()
        if not data:
            self._portions.put(b"")
        return data

    def close(self) -> None:
        self._portions.put(b"")


class Wire:
    """The engine's end of a container's stdio, framed as Docker frames it."""

    def __init__(self) -> None:
        self.stdin = Pipe()
        self.output = Pipe()
        self.over = False

    def recv(self, size: int, /) -> bytes:
        """One piece as it was put in; ``size`` is ignored."""
        return self.output.recv()

    def sendall(self, data: bytes, /) -> None:
        if self.over:
            raise BrokenPipeError("the program has ended")
        self.stdin.put(data)

    def put(self, stream: int, data: bytes) -> None:
        self.output.put(bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data)


class Process:
    """What a program sees of its container: its spec, its stdio, and whether it was killed."""

    def __init__(self, spec: ContainerSpec, wire: Wire) -> None:
        self.spec = spec
        self.killed = threading.Event()
        self._wire = wire

    def write(self, data: bytes, *, stream: int = STDOUT) -> None:
        """Write to stdout, or with ``stream=STDERR`` to stderr."""
        if self.killed.is_set():
            raise Killed
        self._wire.put(stream, data)

    def read(self) -> bytes:
        """Some bytes of stdin, blocking; ``b""`` at its end."""
        data = self._wire.stdin.recv()
        if self.killed.is_set():
            raise Killed
        return data

    def host_path(self, path: str) -> Path:
        """The file on the host behind ``path`` in the container. Raises ``FileNotFoundError`` outside the mounts."""
        inside = PurePosixPath(path)
        for mount in sorted(self.spec.mounts, key=lambda mount: -len(mount.target)):
            if inside.is_relative_to(mount.target):
                return Path(mount.source) / inside.relative_to(mount.target)
        raise FileNotFoundError(path)


Program = Callable[[Process], int]


class _Container:
    def __init__(self, spec: ContainerSpec, program: Program, owner: str) -> None:
        self.id = secrets.token_hex(32)
        self.name = f"memory-{self.id[:12]}"
        self.labels = {**spec.labels, labels.OWNER: owner}
        self.image = spec.image
        self.wire = Wire()
        self.out_of_memory = False
        self._process = Process(spec, self.wire)
        self._program = program
        self._exit: queue.SimpleQueue[int] = queue.SimpleQueue()

    def start(self) -> None:
        threading.Thread(target=self._work, name=self.name, daemon=True).start()

    def _work(self) -> None:
        try:
            code = self._program(self._process)
        except Killed:
            return
        except MemoryError:
            self.out_of_memory, code = True, _KILLED
        except Exception as error:  # noqa: BLE001 - a program's own failure is an exit code, as in a real container
            self.wire.put(STDERR, f"{type(error).__name__}: {error}\n".encode())
            code = 1
        self._end(code)

    def _end(self, code: int) -> None:
        self._exit.put(code)
        self.wire.over = True
        self.wire.output.close()

    def kill(self) -> None:
        """A thread cannot be killed. The container ends without it, and the thread ends at its next read or write."""
        self._process.killed.set()
        self.wire.stdin.close()
        self._end(_KILLED)

    def wait(self) -> int:
        """Call once."""
        return self._exit.get()


class MemoryEngine:
    """Implements ``runner.ports.Engine``. ``programs`` says what runs for an image, whatever the command."""

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self._programs = dict(programs)
        self._containers: dict[str, _Container] = {}
        self._owner = labels.this_process()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return "memory"

    def info(self) -> EngineInfo:
        return EngineInfo(self.name, "1")

    def has_image(self, image: str) -> bool:
        return image in self._programs

    def image_id(self, image: str) -> str:
        if image not in self._programs:
            raise SandboxError(f"There is no image {image} on this machine.", "Build it: make images")
        return f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"

    def run(
        self,
        spec: ContainerSpec,
        *,
        on_created: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        began = time.monotonic()
        container = self._create(spec)
        try:
            if on_created is not None:
                on_created(container.id)
            container.start()
            watch = Watch(container.wire, spec.limits, wait_exit=container.wait, kill=container.kill)
            ended = watch.until_end(cancel)
        finally:
            self._remove(container)
        limit_hit = ended.limit_hit or ("memory" if container.out_of_memory else None)
        took = (time.monotonic() - began) * 1000
        return Outcome(container.id, ended.exit_code, ended.stdout, ended.stderr, limit_hit, took)

    def open(self, spec: ContainerSpec) -> FramedStream:
        container = self._create(spec)
        container.start()
        return FramedStream(container.id, container.wire, container.wire.output.close, lambda: self._remove(container))

    def reap(self) -> tuple[str, ...]:
        """Nothing outlives this process."""
        return ()

    def ps(self) -> tuple[Mapping[str, str], ...]:
        with self._lock:
            return tuple(
                {**one.labels, "id": one.id, "name": one.name, "image": one.image, "status": "Up"}
                for one in self._containers.values()
            )

    def _create(self, spec: ContainerSpec) -> _Container:
        mounts = checked_mounts(spec.mounts)
        hardening.create_body(spec, mounts, owner=self._owner, dialect=hardening.Dialect(""), cpus=1)
        if spec.image not in self._programs:
            raise SandboxError(f"There is no image {spec.image} on this machine.", "Build it: make images")
        container = _Container(spec, self._programs[spec.image], str(self._owner))
        with self._lock:
            self._containers[container.id] = container
        return container

    def _remove(self, container: _Container) -> None:
        container.kill()
        with self._lock:
            self._containers.pop(container.id, None)
