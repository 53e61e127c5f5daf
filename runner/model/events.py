"""Events: the entries of the ledger, and the progress of a run. An event says what happened and never changes."""

from __future__ import annotations

from dataclasses import dataclass, field

ORDER_STARTED = "order.started"
ORDER_ENDED = "order.ended"
PASS_STARTED = "pass.started"
PASS_ENDED = "pass.ended"
CONTAINER_CREATED = "container.created"
CONTAINER_REMOVED = "container.removed"
PATCH_PREPARED = "patch.prepared"
PATCH_APPLIED = "patch.applied"
PATCH_REJECTED = "patch.rejected"
PATCH_ABANDONED = "patch.abandoned"
RECOMMENDATION = "recommendation"
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Event:
    """``at`` is RFC 3339 UTC; ``data`` is plain JSON. Ids are None where they do not apply."""

    kind: str
    at: str
    trace_id: str | None = None
    order_id: str | None = None
    pass_id: str | None = None
    patch_id: str | None = None
    data: dict[str, object] = field(default_factory=dict)
