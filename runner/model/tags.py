"""The tags by which an event is looked up, besides its trace, patch and kind. Derived from the event; never part of the
chain.
"""

from __future__ import annotations

from runner.model.events import PATCH_APPLIED, Event


def undoes(patch_id: str) -> str:
    """The tag of an applied patch that takes ``patch_id`` back."""
    return f"undoes {patch_id}"


def on_worktree(base: str, order_id: str | None) -> str:
    """The tag of a patch that was applied to a working tree while its HEAD was ``base``."""
    return f"worktree {base} {order_id or ''}".rstrip()


def tags_of(event: Event) -> tuple[str, ...]:
    if event.kind != PATCH_APPLIED:
        return ()
    found: list[str] = []
    meta = event.data.get("meta")
    if isinstance(meta, dict) and isinstance(meta.get("undoes"), str):
        found.append(undoes(meta["undoes"]))
    if event.data.get("working_tree"):
        found.append(on_worktree(str(event.data.get("base")), event.order_id))
    return tuple(found)
