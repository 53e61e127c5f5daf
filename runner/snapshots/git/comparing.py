"""Two revisions of a repository that may be hostile or shallow, side by side. Reads objects only; nothing is checked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, ReferenceType

from runner.errors import SnapshotError, UsageError
from runner.snapshots.git.opening import commit_of, open_repository
from runner.snapshots.git.tree import GitTree

_DEFAULT = ("origin/main", "origin/master", "main", "master")
# libgit2 compares every new file with every removed one; beyond this number they stay "created" and "deleted".
_MOST_RENAMES = 400


@dataclass(frozen=True, slots=True)
class Changes:
    """``paths`` differ, sorted. ``renames`` maps a new path to the old one, for files that are alike enough."""

    paths: tuple[str, ...]
    renames: Mapping[str, str]


class GitComparison:
    """Read-only. ``folder`` is the top of the repository."""

    def __init__(self, folder: Path) -> None:
        self._repository = open_repository(folder)

    @property
    def is_shallow(self) -> bool:
        return bool(self._repository.is_shallow)

    def commit(self, revision: str) -> str:
        """The commit of a revision. Raises ``UsageError`` that says how to get one that is not there."""
        try:
            return str(commit_of(self._repository, revision).id)
        except UsageError as error:
            raise UsageError(error.message, self._how_to_get(revision) or error.hint) from error

    def default_branch(self) -> str | None:
        """The revision that a change is compared with if nobody names one: the remote's default branch, or main."""
        head = self._repository.references.get("refs/remotes/origin/HEAD")
        named = head is not None and head.type == ReferenceType.SYMBOLIC
        first = (str(head.target).removeprefix("refs/remotes/"),) if head is not None and named else ()
        for name in (*first, *_DEFAULT):
            full = f"refs/remotes/{name}" if name.startswith("origin/") else f"refs/heads/{name}"
            if self._repository.references.get(full) is not None:
                return full
        return None

    def merge_base(self, one: str, other: str) -> str | None:
        """Where two commits parted; None if that is not in this (perhaps shallow) clone."""
        try:
            found = self._repository.merge_base(one, other)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return None if found is None else str(found)

    def first_parent(self, commit: str) -> str | None:
        """None for a root, and where a shallow clone ends."""
        parents = self._commit(commit).parent_ids
        return str(parents[0]) if parents and parents[0] in self._repository else None

    def tree(self, commit: str) -> GitTree:
        return GitTree(self._repository, self._commit(commit))

    def changes(self, old: str, new: str) -> Changes:
        """Raises ``SnapshotError`` if an object of either tree is missing."""
        try:
            diff = self._commit(old).tree.diff_to_tree(self._commit(new).tree)
            diff.find_similar(flags=DiffFind.FIND_RENAMES, rename_limit=_MOST_RENAMES)
            deltas = list(diff.deltas)
        except (KeyError, pygit2.GitError) as error:
            hint = "A clone with a filter lacks objects. Clone without one; --depth is fine."
            raise SnapshotError(f"the trees could not be compared: {error}", hint) from error
        renames = {each.new_file.path: each.old_file.path for each in deltas if each.status == DeltaStatus.RENAMED}
        paths = {path for each in deltas for path in (each.old_file.path, each.new_file.path)}
        return Changes(tuple(sorted(paths)), renames)

    def _commit(self, commit: str) -> pygit2.Commit:
        try:
            return self._repository[commit].peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise SnapshotError(f"there is no commit {commit}") from error

    def _how_to_get(self, revision: str) -> str:
        """The fetch that brings a branch of a remote."""
        remote, _, branch = revision.removeprefix("refs/remotes/").partition("/")
        known = remote in self._repository.remotes.names()
        if known and branch:
            return f"Fetch it first: git fetch --depth=1 {remote} {branch}:refs/remotes/{remote}/{branch}"
        return ""
