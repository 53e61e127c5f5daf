"""Which two commits ``verify`` compares. A clone may be shallow: what is missing is said, with the command that brings it."""

from __future__ import annotations

from dataclasses import dataclass

from runner.errors import UsageError
from runner.snapshots.git.comparing import GitComparison

_SHALLOW = (
    "the commit where the two parted is not in this clone, so their trees are compared as they are: "
    "what the base has gained since then looks as if the change removed it"
)
_MORE = "fetch more history for an exact answer: git fetch --unshallow"


@dataclass(frozen=True, slots=True)
class Ends:
    """The commits to compare, and what a person should know about how they were found."""

    base: str
    head: str
    notes: tuple[str, ...] = ()


def ends_of(git: GitComparison, base: str | None, head: str | None) -> Ends:
    """From where the head left the base to the head. Without a base, the default branch is the base.

    Raises ``UsageError`` if a revision is not there.
    """
    to = git.commit(head or "HEAD")
    named = base or git.default_branch()
    if named is None:
        return _parent(git, to, "there is no default branch (origin/HEAD, main or master)")
    start = git.commit(named)
    if start == to and base is None:
        return _parent(git, to, f"{named} is the head itself")
    parted = git.merge_base(start, to)
    if parted is None:
        return Ends(start, to, (_SHALLOW, _MORE) if git.is_shallow else ("base and head have no commit in common",))
    if parted == to and base is None:
        return _parent(git, to, f"the head is part of {named}")
    return Ends(parted, to) if parted != to else Ends(start, to)


def _parent(git: GitComparison, head: str, why: str) -> Ends:
    parent = git.first_parent(head)
    if parent is None:
        raise UsageError(f"{why}, and the head has no parent in this clone", "Name the base: --base REVISION.")
    return Ends(parent, head, (f"{why}: the head is compared with its parent",))
