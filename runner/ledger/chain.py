"""The hash chain. The hash of each entry covers the entry and the hash before it, so no entry can be changed unnoticed."""

from __future__ import annotations

import hashlib
import json

from runner.model.events import Event

GENESIS = "0" * 64


def canonical(event: Event) -> str:
    """One JSON text for one event: sorted keys, no spaces, UTF-8 kept."""
    fields = {
        "kind": event.kind,
        "at": event.at,
        "trace_id": event.trace_id,
        "order_id": event.order_id,
        "pass_id": event.pass_id,
        "patch_id": event.patch_id,
        "data": event.data,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(previous: str, event: Event) -> str:
    """The hash of ``event`` after ``previous``: SHA-256, hexadecimal."""
    return hashlib.sha256(f"{previous}\n{canonical(event)}".encode("utf-8", "surrogatepass")).hexdigest()
