"""Callbacks to an outside orchestrator: each patch is reported at least once, with an idempotency key.

The ledger is the source. A cursor in the outbox says up to which ledger entry messages exist, and each message is
removed when the orchestrator has accepted it. So a crash loses nothing, and no command waits long for a server that
does not answer: the next command sends what is left.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from runner.errors import LedgerError, UsageError
from runner.ledger.mirror import log_line
from runner.model.events import PATCH_APPLIED, PATCH_REJECTED, Event
from runner.notify.outbox import Outbox, OutboxMessage
from runner.ports import Ledger

if TYPE_CHECKING:
    import httpx  # loaded only if there is an orchestrator

CLOSE_S = 3.0
TIMEOUT_S = 2.0
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 300.0
_TOLD = (PATCH_APPLIED, PATCH_REJECTED)
# HTTP's ways to say "try again". Any other answer below 500 will be the same next time.
_AGAIN = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """``token`` goes into the Authorization header and nowhere else. It is never written to disk."""

    url: str
    token: str | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Orchestrator | None:
        """From ORCHESTRATOR_URL and ORCHESTRATOR_TOKEN; None without the first. Raises ``UsageError`` if it is not a
        URL.
        """
        url = environment.get("ORCHESTRATOR_URL", "").strip().rstrip("/")
        if not url:
            return None
        import httpx

        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL:
            parts = httpx.URL("")
        if parts.scheme not in ("http", "https") or not parts.host or parts.userinfo:
            raise UsageError(
                "ORCHESTRATOR_URL is not an http or https URL without a user name", "Correct it, or unset it."
            )
        return cls(url, environment.get("ORCHESTRATOR_TOKEN") or None)

    @property
    def is_local(self) -> bool:
        import httpx

        host = httpx.URL(self.url).host
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(host).is_loopback
        return host == "localhost"


def messages_for(event: Event) -> list[OutboxMessage]:
    """What the orchestrator is sent about one event of the ledger. Diffs and code stay here; ``diff_path`` names them."""
    line = log_line(event)
    if line["status"] == "simulated":
        return []
    messages = [OutboxMessage("/api/patches/events", f"{event.patch_id}:{event.kind}", {"kind": event.kind, **line})]
    if event.kind == PATCH_APPLIED and line["task_id"]:
        path = f"/api/tasks/{quote(str(line['task_id']), safe='')}/patched"
        body = {"version": 1, "task_id": line["task_id"], "patch_id": event.patch_id, "diff_path": line["diff_path"]}
        messages.append(OutboxMessage(path, f"{event.patch_id}:task.patched", body))
    return messages


class Callbacks:
    """Called with events as they happen; sends from its own thread. ``close`` waits for it at most ``close_s`` seconds."""

    def __init__(
        self,
        path: Path,
        ledger: Ledger,
        orchestrator: Orchestrator,
        *,
        close_s: float = CLOSE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``path`` is the outbox. Messages that an earlier command left are sent at once. Raises ``LedgerError``."""
        self._orchestrator, self._ledger, self._close_s, self._clock = orchestrator, ledger, close_s, clock
        self._outbox = Outbox(path)
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._until = float("inf")
        self._thread = threading.Thread(target=self._work, name="callbacks", daemon=True)
        self._collect()
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Raises ``LedgerError`` if the outbox cannot be written. The next command collects the event then."""
        if event.kind in _TOLD:
            self._collect()
            self._wake.set()

    def close(self) -> None:
        """Send what can be sent in the remaining time. Never raises."""
        self._until = time.monotonic() + self._close_s
        self._closing.set()
        self._wake.set()
        self._thread.join(self._close_s)

    def _collect(self) -> None:
        """Create the messages for new events of the ledger."""
        self._outbox.collect(self._ledger, _TOLD, messages_for)

    def _work(self) -> None:
        import httpx

        headers = {"Authorization": f"Bearer {self._orchestrator.token}"} if self._orchestrator.token else {}
        # A redirect could carry the token elsewhere (httpx follows none by default), and a proxy must not see it.
        with httpx.Client(
            base_url=self._orchestrator.url,
            headers=headers,
            timeout=TIMEOUT_S,
            trust_env=not self._orchestrator.is_local,
        ) as client:
            while True:
                try:
                    delay = self._send_all(client)
                except LedgerError:
                    return  # the disk fails; the next command sends the messages
                if self._closing.is_set():
                    left = self._until - time.monotonic()
                    if delay is None or delay > left:
                        return
                self._wake.wait(delay)
                self._wake.clear()

    def _send_all(self, client: httpx.Client) -> float | None:
        """Send every message, oldest first, up to the first that is not accepted. Seconds until the next try, or None."""
        for message in self._outbox.messages():
            pause = message.not_before - self._clock()
            if 0 < pause <= LONGEST_DELAY_S:
                return pause
            if time.monotonic() > self._until:
                return None
            if not self._taken(client, message):
                delay = min(FIRST_DELAY_S * 2.0 ** min(message.attempts, 12), LONGEST_DELAY_S)
                self._outbox.postpone(message, self._clock() + delay)
                return delay
        return None

    def _taken(self, client: httpx.Client, message: OutboxMessage) -> bool:
        import httpx

        if not message.path.startswith("/api/"):
            # A cloned repository may bring an outbox. A whole URL would carry our token to a host of its choice.
            self._outbox.set_aside(message, "its path is none of the orchestrator's")
            return True
        try:
            answer = client.post(message.path, json=message.body, headers={"Idempotency-Key": message.key})
        except httpx.HTTPError:
            return False
        if answer.status_code >= 500 or answer.status_code in _AGAIN:
            return False
        if answer.is_success:
            self._outbox.remove(message)
        else:
            self._outbox.set_aside(message, f"the orchestrator answered {answer.status_code}")
        return True


def callbacks_of(mission: Path, ledger: Ledger, environment: Mapping[str, str] = os.environ) -> Callbacks | None:
    """None without ORCHESTRATOR_URL. Raises ``UsageError`` for an invalid one."""
    orchestrator = Orchestrator.of(environment)
    return None if orchestrator is None else Callbacks(mission / "outbox.sqlite", ledger, orchestrator)


def with_notifications(callbacks: Callbacks | None, show: Callable[[Event], None]) -> Callable[[Event], None]:
    """``show``, with the orchestrator notified first."""
    if callbacks is None:
        return show

    def both(event: Event) -> None:
        callbacks(event)
        show(event)

    return both
