"""The message when a branch cannot be moved, and what a person can do about it."""

from __future__ import annotations


def moved(branch: str, found: str | None, expected: str | None) -> tuple[str, str]:
    """The branch is not at ``expected`` (None: absent): somebody else has moved, created or removed it."""
    if found is None:
        return (
            f"branch {branch} is gone; it was at {expected}",
            f"To go on, put it back: git branch {branch} {expected}",
        )
    was = f"it was at {expected}" if expected is not None else "it did not exist"
    back = f"git branch -f {branch} {expected}" if expected is not None else f"git branch -D {branch}"
    return (
        f"branch {branch} is at {found}; {was}",
        f"Somebody else has moved it. Keep their work under another name (git branch mine {found}), put the branch back "
        f"({back}) and submit again.",
    )


def forked(branch: str, tip: str, new: str) -> tuple[str, str]:
    """``new`` does not descend from the branch's tip, which would be lost."""
    return (
        f"branch {branch} is at {tip}, and {new} was not made on it",
        "Make the edit on the newest snapshot of the trace, and submit it again.",
    )
