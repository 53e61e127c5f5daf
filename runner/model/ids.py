"""Identifiers: how they are made and what they look like."""

from __future__ import annotations

import re
import secrets
import uuid

_SLUG = re.compile(r"[^a-z0-9]+")


def new_patch_id() -> str:
    """A UUID4 in its usual text form."""
    return str(uuid.uuid4())


def new_trace_id() -> str:
    """Eight hexadecimal digits: short enough for a branch name, checked for collisions by the ledger."""
    return secrets.token_hex(4)


def new_order_id() -> str:
    return f"ord-{secrets.token_hex(4)}"


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens; safe in a git ref and in a container name."""
    return _SLUG.sub("-", text.lower()).strip("-") or "unnamed"


def branch_name(trace_id: str, role: str) -> str:
    """The branch that holds one role's snapshots of one trace: ``fix/trace-<trace>-<role>``."""
    return f"fix/trace-{slug(trace_id)}-{slug(role)}"
