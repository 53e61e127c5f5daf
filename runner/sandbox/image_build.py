"""Building, importing and pulling images through the engine's API."""

from __future__ import annotations

import contextlib
import os
import queue
import tarfile
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import docker.errors

from runner.errors import SandboxError
from runner.sandbox.docker_connection import engine_errors
from runner.sandbox.image_inputs import ContextFile

INPUTS = "patchgate.inputs"
_LOG_LINES = 20
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True, slots=True)
class _Pulled:
    why: str | None


def labels_of(api: Any, image: str) -> dict[str, str] | None:
    """The labels of an image; None if there is no such image."""
    with engine_errors("to look for an image"):
        try:
            return dict((api.inspect_image(image)["Config"] or {}).get("Labels") or {})
        except docker.errors.ImageNotFound:
            return None


def id_of(api: Any, image: str) -> str:
    with engine_errors("to look for an image"):
        return str(api.inspect_image(image)["Id"])


def write_context(files: Iterable[ContextFile], out: IO[bytes]) -> None:
    """A build context as a tar. Files belong to root, have mode 0644 or 0755 and no times, so that equal files give
    equal bytes.
    """
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for file in files:
            member = tarfile.TarInfo(file.name)
            member.mode = 0o755 if file.executable else 0o644
            member.size = file.source.stat().st_size
            with file.source.open("rb") as content:
                tar.addfile(member, content)


def build(
    api: Any,
    name: str,
    files: Iterable[ContextFile],
    *,
    labels: Mapping[str, str],
    arguments: Mapping[str, str] | None = None,
    network: str = "none",
) -> None:
    """Build ``name:latest``. Raises ``SandboxError`` with the end of the log. Removes the replaced image if it is
    unused.
    """
    before = _id_or_none(api, name)
    log: list[str] = []
    buildargs = dict(arguments or {})
    if network != "none":
        buildargs |= {key: os.environ[key] for key in _PROXIES if key in os.environ}
    with tempfile.TemporaryFile() as context, engine_errors(f"to build {name}"):
        write_context(files, context)
        context.seek(0)
        for line in api.build(
            fileobj=context,
            custom_context=True,
            tag=f"{name}:latest",
            labels=dict(labels),
            buildargs=buildargs,
            network_mode=network,
            rm=True,
            forcerm=True,
            decode=True,
        ):
            if "error" in line:
                raise SandboxError(f"The image {name} could not be built:\n{_end(log)}\n{line['error']}".strip())
            log += str(line.get("stream", "")).splitlines()
    _remove_replaced(api, name, before)


def import_root(api: Any, name: str, tar: Path, *, labels: Mapping[str, str]) -> None:
    """Make ``name:latest`` from a root file system."""
    before = _id_or_none(api, name)
    changes = [f"LABEL {key}={value}" for key, value in labels.items()]
    changes += ["ENV PATH=/usr/local/bin:/usr/bin:/bin", "WORKDIR /repo", "USER 65534:65534"]
    with engine_errors(f"to import {name}"):
        api.import_image_from_file(str(tar), repository=name, tag="latest", changes=changes)
    if _id_or_none(api, name) in (None, before):
        raise SandboxError(f"The root file system of {name} could not be imported.")
    _remove_replaced(api, name, before)


def pull(api: Any, reference: str, *, patience_s: float) -> str | None:
    """Pull ``reference``. Returns None once it is here, or else why it is not. Gives up after ``patience_s`` without
    progress.
    """
    news: queue.SimpleQueue[_Pulled | None] = queue.SimpleQueue()

    def work() -> None:
        why: str | None = None
        try:
            for line in api.pull(reference, stream=True, decode=True):
                news.put(None)
                why = line.get("error") or why
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the reason why there is no image
            why = str(error)
        news.put(_Pulled(why))

    threading.Thread(target=work, name="sandbox-pull", daemon=True).start()
    try:
        while (heard := news.get(timeout=patience_s)) is None:
            pass
    except queue.Empty:
        return f"no answer within {patience_s:g} s"
    return heard.why


def _id_or_none(api: Any, name: str) -> str | None:
    return None if labels_of(api, name) is None else id_of(api, name)


def _remove_replaced(api: Any, name: str, before: str | None) -> None:
    # It may be in use by a container, or be the parent of another image. Then it stays, and the engine's own pruning
    # will find it.
    if before is not None and before != id_of(api, name):
        with contextlib.suppress(docker.errors.APIError):
            api.remove_image(before)


def _end(log: list[str]) -> str:
    return "\n".join(line for line in log[-_LOG_LINES:] if line.strip())
