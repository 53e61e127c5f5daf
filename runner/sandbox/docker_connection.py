"""The SDK's connection to an engine: its errors, and the raw socket behind an attached container."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import docker.errors
import requests

from runner.errors import SandboxError


@contextlib.contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Turns errors of the SDK and the connection into ``SandboxError``. The SDK's types do not leave this package."""
    try:
        yield
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as error:
        explanation = getattr(error, "explanation", None) or str(error)
        raise SandboxError(f"The container engine failed {doing}: {explanation}", "Run `patchgate doctor`.") from error


def raw_socket(attached: object) -> socket.socket:
    """The socket inside the result of ``attach_socket``, which is wrapped differently for each kind of address."""
    inner = getattr(attached, "_sock", attached)
    if not isinstance(inner, socket.socket):
        raise SandboxError(f"The engine attached something unexpected ({type(attached).__name__}).")
    inner.settimeout(None)
    return inner


class Closable(Protocol):
    def close(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Attached:
    """``keeper`` is the SDK's wrapper: when it is garbage-collected, the connection closes."""

    keeper: Closable
    socket: socket.socket

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.keeper.close()
