"""An event of the ledger as JSON, as `patchgate log --json` prints it."""

from __future__ import annotations

from runner.model.events import Event


def event_json(event: Event) -> dict[str, object]:
    return {
        "kind": event.kind,
        "at": event.at,
        "trace_id": event.trace_id,
        "order_id": event.order_id,
        "pass_id": event.pass_id,
        "patch_id": event.patch_id,
        **event.data,
    }
