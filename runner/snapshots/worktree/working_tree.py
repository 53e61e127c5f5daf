"""``WorkingTree``: a person's working tree as the place where a patch lands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pygit2
from pygit2.enums import FileStatus

from runner.errors import SnapshotError, UsageError
from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.tree import FileState
from runner.ports import nothing_else
from runner.snapshots.git.opening import open_repository
from runner.snapshots.git.special_files import refuse_ignore_files, refuse_special
from runner.snapshots.git.store import GitSnapshots, update_tree
from runner.snapshots.git.tree import GitTree
from runner.snapshots.worktree.beneath import read_file
from runner.snapshots.worktree.disk_tree import DiskTree
from runner.snapshots.worktree.folders import FOLDER
from runner.snapshots.worktree.journal import Journal, Step
from runner.snapshots.worktree.kept_files import KeptFiles
from runner.snapshots.worktree.locks import WAIT_S, tree_lock
from runner.snapshots.worktree.transaction import Settle, Transaction, recover

LOCK, JOURNAL = "lock", "journal"
KEPT = "files"
NO_COMMIT = "0" * 40


class WorkingTree:
    """Takes a candidate as ``SnapshotStore`` does. ``write`` keeps the old and the new files and prepares the new ones
    beside the old ones. ``publish`` puts them in place. The end of the transaction forgets the old ones. ``mission`` is
    ``.mission_control``.

    Never moves ``HEAD`` and never writes the index. ``git_branch`` gets a commit of what was patched.
    """

    def __init__(
        self,
        folder: Path,
        mission: Path,
        *,
        git_branch: str | None = None,
        patched: Callable[[str], Mapping[str, FileState | None]] = lambda trace_id: {},
        step: Step = lambda name: None,
    ) -> None:
        """``patched`` returns the files of a trace that earlier patches touched, as the last of them left each.

        Raises ``UsageError`` for a branch that cannot be used.
        """
        self._folder, self._mission, self._step = folder, mission, step
        self._repository = open_repository(folder)
        self._git_branch = self._checked(git_branch)
        self._patched, self.kept = patched, KeptFiles(mission / KEPT)
        self._root = os.open(folder, FOLDER)
        self._pending: Transaction | None = None
        self._tip: str | None = None

    def close(self) -> None:
        """Idempotent."""
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    @property
    def base(self) -> str:
        """The commit of HEAD; forty zeros in a repository without commits."""
        return NO_COMMIT if self._repository.head_is_unborn else str(self._repository.head.peel(pygit2.Commit).id)

    def tree(self) -> DiskTree:
        """The current tree. Files are read on demand."""
        looked_at: set[str] = set()

        def ignored(path: str) -> bool:
            folder = path.rstrip("/").rpartition("/")[0]
            if folder not in looked_at:  # those above it come first
                refuse_special(self._folder / folder / ".gitignore")
                looked_at.add(folder)
            return self._repository.path_is_ignored(path)

        return DiskTree(self._root, self.base, ignored)

    def git_tree(self) -> GitTree:
        """The same as a commit that is on no branch, for tools that work on git trees. Raises ``SnapshotError``."""
        refuse_ignore_files(self._folder)
        head = None if self._repository.head_is_unborn else self._repository.head.peel(pygit2.Commit)
        changed: dict[str, FileState | None] = {}
        for path, flags in self._repository.status(untracked_files="all", ignored=False).items():
            if flags != FileStatus.CURRENT and not flags & FileStatus.IGNORED:
                found = read_file(self._root, path)
                changed[path] = None if found is None else FileState(found.content, found.executable)
        try:
            tree = update_tree(self._repository, None if head is None else head.tree, changed)
            who = pygit2.Signature("patchgate", "patchgate@localhost", 0, 0)
            root = tree or self._repository.TreeBuilder().write()
            parents = [] if head is None else [head.id]
            commit = self._repository.create_commit(None, who, who, "The working tree\n", root, parents)
        except (pygit2.GitError, OSError) as error:
            raise SnapshotError(f"the working tree could not be read: {error}", "Is the disk full? df -h") from error
        return GitTree(self._repository, self._repository[commit].peel(pygit2.Commit))

    # the place where a patch lands

    @contextmanager
    def transaction(self, command: str, *, wait_s: float = WAIT_S) -> Iterator[None]:
        """Hold the tree's lock. Leaving it with an error takes back what was published. Raises ``Busy``."""
        with tree_lock(self._mission / LOCK, command, wait_s=wait_s):
            try:
                yield
            except BaseException:
                if self._pending is not None:
                    self._pending.undo()
                raise
            else:
                if self._pending is not None:
                    self._pending.finish()
            finally:
                self._pending = None

    def leave_open(self) -> None:
        """Not everything that belongs to the landing could be written. The journal keeps the patch, and ``recover``
        completes it.
        """
        self._pending = None

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        """Write the new files beside the old ones, durably. Raises ``Refused`` (a conflict) or ``SnapshotError``."""
        candidate = verified.candidate
        self.kept.keep([*candidate.before.values(), *candidate.files.values()])
        journal = Journal(self._mission / JOURNAL, self._step)
        transaction = Transaction(self._root, journal, patch.patch_id, candidate.before, candidate.files, self._step)
        transaction.stage()
        self._pending = transaction
        snapshot = self._committed(verified, patch)
        meanwhile(snapshot)
        return snapshot

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        """Put the files in place and move the branch that the person named. Raises as ``write`` does."""
        assert self._pending is not None, "write() comes first"
        pending, self._pending = self._pending, None
        pending.commit()
        self._pending = pending
        if self._git_branch is not None:
            GitSnapshots(self._folder).publish(snapshot, self._git_branch, self._tip)
        return snapshot

    def branch(self, name: str) -> str | None:
        """A working tree is on no branch of a trace."""
        return None

    def is_ancestor(self, old: str, new: str) -> bool:
        """A working tree has only its current state."""
        return False

    def recover(self, settle: Settle) -> tuple[str, ...]:
        """Finish or take back what a crash interrupted. Hold the lock."""
        return recover(self._root, self._mission / JOURNAL, settle, self._step)

    def _committed(self, verified: Verified, patch: PatchInfo) -> Snapshot:
        """The patched files as a commit on top of the named branch (or of HEAD, if that does not exist yet).

        The tree is that of HEAD with all files that the trace has patched, whatever the branch contains.
        """
        store = GitSnapshots(self._folder)
        base = verified.candidate.base
        head = None if base == NO_COMMIT else base
        tree = store.tree_with(head, {**self._patched(patch.trace_id), **verified.candidate.files})
        if self._git_branch is None:
            return Snapshot("", tree)
        self._tip = store.branch(self._git_branch)
        tip = self._tip or self.base
        if tip == NO_COMMIT:
            raise SnapshotError("the repository has no commit to put a branch on", "Commit something first.")
        return Snapshot(store.write_on(tip, verified.candidate.files, patch).id, tree, self._git_branch)

    def _checked(self, name: str | None) -> str | None:
        if name is None:
            return None
        if not pygit2.reference_is_valid_name(f"refs/heads/{name}"):
            raise UsageError(f"{name!r} is not a name for a branch", "Take one such as patches/rounding.")
        if not self._repository.head_is_detached and self._repository.references["HEAD"].target == f"refs/heads/{name}":
            raise UsageError(
                f"{name} is the branch that is checked out",
                "Name another with --git-branch; commit to your own branch yourself, with git.",
            )
        return name
