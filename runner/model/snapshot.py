"""Snapshots: git commits of verified trees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``id`` is the commit's, ``tree`` the tree's hash, both 40 hexadecimal digits."""

    id: str
    tree: str
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class PatchInfo:
    """What a snapshot's commit says about its patch: its message and trailers."""

    patch_id: str
    trace_id: str
    role: str
    subject: str
    task_id: str | None = None
    order_id: str | None = None
