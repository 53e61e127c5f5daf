"""What a specialist is: a role (data) and a program that receives a session.

A role's module has ``ROLE`` and ``run(session)``. It runs inside a container, where the code is read-only under
``session.repo`` and only the standard library and this package exist. Everything that leaves the container goes through
the session: submissions, recommendations, and the end of the pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from runner.model.contract import Contract
from runner.model.order import Limits

IMAGE = "patchgate/specialist"


@dataclass(frozen=True, slots=True)
class Role:
    """``name`` is what orders say. ``limits`` hold where the order gives none; the contract cannot be widened.

    ``options`` are the keys that an order may set for it.
    """

    name: str
    title: str
    summary: str
    contract: Contract
    limits: Limits = Limits()
    image: str = IMAGE
    options: tuple[str, ...] = ("max_files",)

    @property
    def command(self) -> tuple[str, ...]:
        """What the container runs."""
        return ("python3", "-m", "runner.client.specialist_main", self.name)


class Session(Protocol):
    """One pass as its specialist sees it. Paths are repository-relative; LSP positions are 0-based UTF-16.

    Every method may raise ``OSError`` if the runner is gone; a specialist lets that end it.
    """

    task: dict[str, Any]
    options: dict[str, Any]
    repo: Path

    def files(self) -> Sequence[str]:
        """The existing files in the task's scope."""

    def read(self, path: str) -> str:
        """The current text of the file, without its BOM and with its own line ends. Raises ``OSError``,
        ``UnicodeError``.
        """

    def request(self, method: str, params: Any) -> Any:
        """Any LSP request; its result as plain JSON. URIs are ``file:///repo/<path>``. Raises if the server refuses."""

    def uri(self, path: str) -> str:
        """The URI under which the language server knows a path."""

    def submit(self, format: str, payload: Any, reason: str) -> Mapping[str, Any]:
        """Request a change; returns the verdict as JSON. After ``applied``, the files and the server show the new text."""

    def recommend(
        self,
        title: str,
        detail: str,
        impact: int,
        *,
        file: str | None = None,
        line: int | None = None,
        rule: str | None = None,
        suggestion: str | None = None,
    ) -> object:
        """Tell a person. ``impact`` is 1 (small) to 3 (large); ``line`` is 1-based."""

    def log(self, message: str) -> None:
        """One line of progress, on standard error."""

    def done(self, why: str) -> object: ...

    def block(self, why: str) -> object: ...
