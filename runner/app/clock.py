"""The time, in the form that every record uses."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """RFC 3339 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
