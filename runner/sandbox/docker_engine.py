"""Docker, through the ``docker`` SDK. Podman's Docker-compatible socket is the same engine at another address."""

from __future__ import annotations

import contextlib
import math
import os
import re
import resource
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests

from runner.errors import SandboxError, UsageError
from runner.model.container import ContainerSpec, EngineInfo, Outcome
from runner.model.ids import slug
from runner.sandbox import hardening, labels
from runner.sandbox.docker_connection import Attached, engine_errors, raw_socket
from runner.sandbox.mounts import checked_mounts
from runner.sandbox.places import SECCOMP, seccomp_profile
from runner.sandbox.stream import FramedStream
from runner.sandbox.supervise import Watch

_REQUEST_TIMEOUT_S = 60
_POOL = 64
_REMOVE_TRIES = 6
_LATE_S = 0.5
# Podman's service lowers its own limit to 32768 and cannot grant more than it has.
_USER_PROCESSES = 16384


class DockerEngine:
    """Implements ``runner.ports.Engine``. Thread-safe.

    ``base_url`` is ``unix:///path/of/the/socket``. Raises ``SandboxError`` if nothing answers there.
    """

    def __init__(self, base_url: str, *, timeout_s: int = _REQUEST_TIMEOUT_S) -> None:
        self._socket = base_url.removeprefix("unix://")
        with engine_errors(f"to answer at {base_url}"):
            # The SDK's stubs cover only a part of it.
            self._api: Any = docker.APIClient(
                base_url=base_url, version="auto", timeout=timeout_s, max_pool_size=_POOL, num_pools=4
            )
            version = self._api.version()
            self._about = self._api.info()
        parts = [str(part.get("Name", "")) for part in version.get("Components") or ()]
        self._name = "podman" if any("Podman" in part for part in parts) else "docker"
        self._version = str(version.get("Version", "?"))
        self._cpus = float(self._about.get("NCPU") or os.cpu_count() or 1)
        self._owner = labels.this_process()
        self._dialect = dialect_of(self._name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def api(self) -> Any:
        """The SDK's client, for building images. Not part of the port."""
        return self._api

    def info(self) -> EngineInfo:
        try:
            with engine_errors("to describe itself"):
                about = self._api.info()
        except SandboxError as error:
            return EngineInfo(self._name, self._version, (f"{error.message} Start it with `make engine`.",))
        return EngineInfo(self._name, self._version, engine_problems(about))

    def storage_folder(self) -> str:
        """Where the engine stores images and containers on this machine."""
        return str(self._about.get("DockerRootDir") or "/")

    def has_image(self, image: str) -> bool:
        with engine_errors("to look for an image"):
            try:
                self._api.inspect_image(image)
            except docker.errors.ImageNotFound:
                return False
            return True

    def image_id(self, image: str) -> str:
        with engine_errors("to look for an image"):
            try:
                return str(self._api.inspect_image(image)["Id"])
            except docker.errors.ImageNotFound as error:
                raise no_image(image) from error

    def run(
        self,
        spec: ContainerSpec,
        *,
        on_created: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        body = self._body(spec, interactive=False)
        name = container_name(spec)
        began = time.monotonic()
        try:
            container = self._create(name, body)
            if on_created is not None:
                on_created(container)
            with contextlib.closing(self._attach(container, stdin=False)) as attached:
                self._start(container)
                watch = Watch(
                    attached.socket,
                    spec.limits,
                    wait_exit=lambda: self._wait(container),
                    kill=lambda: self._kill(container),
                    is_full=lambda: self._out_of_processes(container),
                )
                ended = watch.until_end(cancel)
            limit_hit = ended.limit_hit or ("memory" if self._out_of_memory(container) else None)
        finally:
            self._remove_surely(name)
        took = (time.monotonic() - began) * 1000
        return Outcome(container, ended.exit_code, ended.stdout, ended.stderr, limit_hit, took)

    def open(self, spec: ContainerSpec) -> FramedStream:
        """``limits.wall_s`` does not apply: the caller closes the stream when its pass ends. The other limits do."""
        body = self._body(spec, interactive=True)
        name = container_name(spec)
        attached: Attached | None = None
        opened = False
        try:
            container = self._create(name, body)
            attached = self._attach(container, stdin=True)
            self._start(container)
            stream = FramedStream(container, attached.socket, attached.close, lambda: self._remove_surely(name))
            opened = True
        finally:
            if not opened:
                if attached is not None:
                    attached.close()
                self._remove_surely(name)
        return stream

    def reap(self) -> tuple[str, ...]:
        removed = []
        for container in self._ours():
            owner = labels.parse_owner(container["Labels"].get(labels.OWNER, ""))
            if owner is not None and labels.is_dead(owner, self._owner):
                self._remove(container["Id"])
                removed.append(_name_of(container))
        return tuple(removed)

    def ps(self) -> tuple[Mapping[str, str], ...]:
        return tuple(
            {
                **container["Labels"],
                "id": container["Id"],
                "name": _name_of(container),
                "image": container["Image"],
                "status": container["Status"],
            }
            for container in self._ours()
        )

    def close(self) -> None:
        """Close the connections. Open streams stay open."""
        self._api.close()

    def _ours(self) -> list[dict[str, Any]]:
        with engine_errors("to list its containers"):
            return list(self._api.containers(all=True, filters={"label": labels.OWNER}))

    def _body(self, spec: ContainerSpec, *, interactive: bool) -> dict[str, object]:
        mounts = checked_mounts(spec.mounts, (self._socket, str(Path.home())))
        return hardening.create_body(
            spec,
            mounts,
            owner=self._owner,
            dialect=self._dialect,
            cpus=self._cpus,
            interactive=interactive,
        )

    def _create(self, name: str, body: dict[str, object]) -> str:
        image = str(body["Image"])
        with engine_errors(f"to make a container of {image}"):
            try:
                config = self._api.inspect_image(image)["Config"] or {}
            except docker.errors.ImageNotFound as error:
                raise no_image(image) from error
            if reason := hardening.why_image_refused(config):
                raise UsageError(f"The image {image} may not run: {reason}.", "Use an image without VOLUME.")
            try:
                made = self._api.create_container_from_config(body, name=name)
            except KeyboardInterrupt:
                # The engine may still be creating it, and removal must not come before that is done.
                time.sleep(_LATE_S)
                raise
            return str(made["Id"])

    def _attach(self, container: str, *, stdin: bool) -> Attached:
        wanted = {"stdin": int(stdin), "stdout": 1, "stderr": 1, "stream": 1}
        with engine_errors("to attach to a container"):
            keeper = self._api.attach_socket(container, params=wanted)
            return Attached(keeper, raw_socket(keeper))

    def _start(self, container: str) -> None:
        with engine_errors("to start a container"):
            self._api.start(container)

    def _wait(self, container: str) -> int:
        return int(self._api.wait(container, timeout=None)["StatusCode"])

    def _kill(self, container: str) -> None:
        with engine_errors("to kill a container"), contextlib.suppress(docker.errors.NotFound):
            try:
                self._api.kill(container)
            except docker.errors.APIError as error:
                if error.status_code != 409:  # it has ended meanwhile
                    raise

    def _out_of_memory(self, container: str) -> bool:
        with engine_errors("to inspect a container"):
            return bool(self._api.inspect_container(container)["State"].get("OOMKilled"))

    def _out_of_processes(self, container: str) -> bool:
        with engine_errors("to count a container's processes"):
            counted = self._api.stats(container, stream=False, one_shot=True).get("pids_stats") or {}
            return bool(counted.get("current", 0) >= counted.get("limit", math.inf))

    def _remove_surely(self, name: str) -> None:
        """Remove in a separate thread, so that a second Ctrl-C interrupts the waiting and not the removal."""
        failed: list[SandboxError] = []

        def work() -> None:
            try:
                self._remove(name)
            except SandboxError as error:
                failed.append(error)

        thread = threading.Thread(target=work, name="sandbox-remove", daemon=False)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]

    def _remove(self, container: str) -> None:
        """Kill and remove, by name or id. It is not an error if the container is gone."""
        for attempt in range(_REMOVE_TRIES):
            try:
                self._api.remove_container(container, force=True, v=True)
                return
            except docker.errors.NotFound:
                return
            except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
                # 409: somebody else is removing it right now. The next try finds it gone.
                if attempt == _REMOVE_TRIES - 1:
                    raise SandboxError(
                        f"The container {container} could not be removed: {error}",
                        f"Remove it by hand: {self._name} rm -f {container}",
                    ) from error
                time.sleep(0.1 * 2**attempt)


def no_image(image: str) -> SandboxError:
    return SandboxError(f"There is no image {image} on this machine.", "Build it: make images")


def dialect_of(name: str) -> hardening.Dialect:
    """What the engine called ``name`` expects in a different form."""
    if name != "podman":
        return hardening.Dialect(seccomp_profile())
    granted = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    user_processes = _USER_PROCESSES if granted == resource.RLIM_INFINITY else min(granted, _USER_PROCESSES)
    return hardening.Dialect(str(SECCOMP), inode_limit=False, user_processes=user_processes)


def container_name(spec: ContainerSpec) -> str:
    """A unique name. It is known before the engine answers, so that removal never depends on the answer."""
    return f"patchgate-{slug(spec.name or spec.image.rpartition('/')[2])[:40]}-{secrets.token_hex(6)}"


def _name_of(container: Mapping[str, object]) -> str:
    names = container.get("Names")
    return str(names[0]).lstrip("/") if isinstance(names, list) and names else str(container["Id"])[:12]


def engine_problems(about: Mapping[str, object]) -> tuple[str, ...]:
    """What the engine cannot enforce, according to its own description. ``about`` is the answer to ``GET /info``."""
    problems = []
    security = about.get("SecurityOptions")
    if not isinstance(security, list) or not any(re.search(r"\bseccomp\b", str(option)) for option in security):
        problems.append(
            "It has no seccomp support: use a kernel and an engine built with it (apt-get install docker.io)."
        )
    for key, what in (("MemoryLimit", "memory"), ("PidsLimit", "process"), ("CpuCfsQuota", "CPU")):
        if about.get(key) is False:
            problems.append(
                f"It cannot enforce {what} limits: enable that cgroup controller (docker info shows the warning)."
            )
    if about.get("OSType", "linux") != "linux":
        problems.append("It does not run Linux containers: switch it to Linux containers.")
    return tuple(problems)
