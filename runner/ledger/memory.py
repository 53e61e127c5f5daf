"""The in-memory counterpart of ``SqlLedger``."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from runner.errors import LedgerError
from runner.ledger.chain import GENESIS, chained
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.tags import tags_of


class MemoryLedger:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[tuple[Event, str]] = []

    def record(self, event: Event, *, durable: bool = True) -> None:
        with self._lock:
            previous = self._entries[-1][1] if self._entries else GENESIS
            self._entries.append((event, chained(previous, event)))

    def sync(self) -> None:
        """Nothing here outlives the process."""

    def events(
        self,
        *,
        trace_id: str | None = None,
        patch_id: str | None = None,
        patch_start: str | None = None,
        tag: str | None = None,
        kinds: Iterable[str] = (),
    ) -> tuple[Event, ...]:
        wanted = tuple(kinds)
        return tuple(
            event
            for event, _ in self._entries
            if (trace_id is None or event.trace_id == trace_id)
            and (patch_id is None or event.patch_id == patch_id)
            and (patch_start is None or (event.patch_id or "").startswith(patch_start))
            and (tag is None or tag in tags_of(event))
            and (not wanted or event.kind in wanted)
        )

    def latest(self, trace_id: str, kind: str) -> Event | None:
        found = self.events(trace_id=trace_id, kinds=(kind,))
        return found[-1] if found else None

    def newest(self, *, tag: str) -> Event | None:
        return next(iter(self.events(tag=tag)[::-1]), None)

    def after(self, number: int, kinds: Iterable[str]) -> tuple[tuple[int, Event], ...]:
        wanted = tuple(kinds)
        behind = enumerate(self._entries[number:], number + 1)
        return tuple((place, event) for place, (event, _) in behind if event.kind in wanted)

    def last(self) -> int:
        return len(self._entries)

    def traces(self, start: str) -> tuple[str, ...]:
        found = {event.trace_id for event in self.events(kinds=(PATCH_APPLIED,)) if event.trace_id}
        return tuple(sorted(trace for trace in found if trace.startswith(start)))

    def unsettled(self) -> tuple[Event, ...]:
        settled = {event.patch_id for event in self.events(kinds=(PATCH_APPLIED, PATCH_ABANDONED))}
        return tuple(event for event in self.events(kinds=(PATCH_PREPARED,)) if event.patch_id not in settled)

    def verify(self) -> int:
        previous = GENESIS
        for number, (event, recorded) in enumerate(self._entries, 1):
            previous = chained(previous, event)
            if previous != recorded:
                raise LedgerError(f"entry {number} of the ledger was changed after it was recorded")
        return len(self._entries)
