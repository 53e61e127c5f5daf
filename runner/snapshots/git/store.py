"""``GitSnapshots``: commits for verified trees, and the branches that hold them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from runner.errors import BranchConflict, SnapshotError
from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.tree import FileState
from runner.ports import nothing_else
from runner.snapshots.git.branches import forked, moved
from runner.snapshots.git.objects import Objects
from runner.snapshots.git.opening import commit_of, open_repository
from runner.snapshots.git.ownership import give_to_owner
from runner.snapshots.git.tree import GitTree

EMAIL = "patchgate@localhost"


class GitSnapshots:
    """One repository. Writes objects and ``fix/trace-*`` branches there, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._repository = open_repository(folder)
        self._git = Path(self._repository.path)

    @property
    def common_folder(self) -> Path:
        """The ``.git`` that a linked worktree shares with its main repository, or else the repository's own."""
        pointer = self._git / "commondir"
        return (self._git / pointer.read_text("utf-8").strip()).resolve() if pointer.is_file() else self._git

    def resolve(self, revision: str) -> Snapshot:
        commit = commit_of(self._repository, revision)
        return Snapshot(str(commit.id), str(commit.tree_id))

    def tree(self, snapshot: str) -> GitTree:
        return GitTree(self._repository, self._commit(snapshot))

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        return self.write_on(verified.candidate.base, verified.candidate.files, patch, meanwhile)

    def write_on(
        self,
        parent: str,
        files: Mapping[str, FileState | None],
        patch: PatchInfo,
        meanwhile: Callable[[Snapshot], None] = nothing_else,
    ) -> Snapshot:
        """``write`` for files from elsewhere: the tree of ``parent`` with ``files`` put in (None removes a file)."""
        base = self._commit(parent)
        objects = Objects(self._repository, self.common_folder / "objects")
        try:
            root = objects.tree(base.tree, files) or objects.add("tree", b"")
            who = pygit2.Signature(f"{patch.role} (patchgate)", EMAIL, int(time.time()), 0)
            snapshot = Snapshot(objects.commit(root, str(base.id), who, message(patch)), root)
            made = objects.flush(lambda: meanwhile(snapshot))
        except (pygit2.GitError, ValueError, OSError) as error:
            raise SnapshotError(f"the snapshot could not be written: {error}", "Is the disk full? df -h") from error
        give_to_owner(self.common_folder, made)
        return snapshot

    def tree_with(self, parent: str | None, files: Mapping[str, FileState | None]) -> str:
        """The hash of the tree of ``parent`` (None: the empty tree) with ``files`` put in. Writes nothing."""
        base = None if parent is None else self._commit(parent).tree
        objects = Objects(self._repository, self.common_folder / "objects")
        return objects.tree(base, files) or objects.add("tree", b"")

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        name = f"refs/heads/{branch}"
        self._refuse_conflict(branch, expected, snapshot.id)
        try:
            if expected is None:
                self._repository.references.create(name, snapshot.id, force=False)
            else:
                # libgit2 compares the branch on disk with the target read here, under the branch's lock.
                reference = self._repository.references[name]
                if str(reference.target) != expected:
                    raise SnapshotError(f"branch {branch} moved")
                reference.set_target(snapshot.id, "patchgate: snapshot")
        except (pygit2.GitError, KeyError, ValueError, OSError, SnapshotError) as error:
            self._refuse_conflict(branch, expected, snapshot.id)
            raise SnapshotError(f"branch {branch} could not be moved: {error}") from error
        git = self.common_folder
        give_to_owner(git, [git / "refs/heads" / branch, git / "logs/refs/heads" / branch])
        return Snapshot(snapshot.id, snapshot.tree, branch)

    def branch(self, name: str) -> str | None:
        reference = self._repository.references.get(f"refs/heads/{name}")
        return None if reference is None else str(reference.target)

    def _refuse_conflict(self, branch: str, expected: str | None, new: str) -> None:
        """Raises ``BranchConflict`` if ``publish`` must not move the branch."""
        found = self.branch(branch)
        if found != expected:
            raise BranchConflict(*moved(branch, found, expected))
        if expected not in (None, new) and not self.is_ancestor(str(expected), new):
            raise BranchConflict(*forked(branch, str(expected), new))
        if expected is not None and self._repository.branches.local[branch].is_checked_out():
            message = f"branch {branch} is checked out: moving it would leave the files of that checkout behind"
            raise BranchConflict(message, "Check out another branch (git switch -), then submit again.")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Takes full ids only; for an abbreviation it is false."""
        try:
            return len(old) == len(new) and bool(self._repository.descendant_of(new, old))
        except (KeyError, ValueError, pygit2.GitError):
            return False

    def changed_paths(self, old: str, new: str) -> tuple[str, ...]:
        """The paths that differ between two snapshots, sorted."""
        diff = self._commit(old).tree.diff_to_tree(self._commit(new).tree)
        return tuple(sorted({each.path for delta in diff.deltas for each in (delta.old_file, delta.new_file)}))

    def _commit(self, snapshot: str) -> pygit2.Commit:
        try:
            return self._repository[snapshot].peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise SnapshotError(f"there is no snapshot {snapshot}") from error


def message(patch: PatchInfo) -> str:
    """A subject and the trailers that name patch, task, order and trace."""
    trailers = {
        "Patchgate-Patch": patch.patch_id,
        "Patchgate-Task": patch.task_id,
        "Patchgate-Order": patch.order_id,
        "Patchgate-Trace": patch.trace_id,
        "Patchgate-Role": patch.role,
    }
    # The subject comes from a specialist. It is cut to one line without control characters, so that it cannot forge a
    # trailer.
    subject = " ".join("".join(c if c.isprintable() else " " for c in patch.subject).split())[:100] or "patch"
    named = (f"{key}: {value}" for key, value in trailers.items() if value)
    return "\n".join([f"{patch.role}: {subject}", "", *named, ""])


def update_tree(
    repository: pygit2.Repository, base: pygit2.Tree | None, files: Mapping[str, FileState | None]
) -> pygit2.Oid | None:
    """Write the tree ``base`` with ``files`` put in (None removes a file). The work grows only with the changed paths.

    Returns None if the tree would be empty.
    """
    builder = repository.TreeBuilder(base) if base is not None else repository.TreeBuilder()
    below: dict[str, dict[str, FileState | None]] = {}
    for path, state in files.items():
        head, _, rest = path.partition("/")
        if rest:
            below.setdefault(head, {})[rest] = state
        elif state is not None:
            mode = FileMode.BLOB_EXECUTABLE if state.executable else FileMode.BLOB
            builder.insert(head, repository.create_blob(state.content), mode)
        elif builder.get(head) is not None:
            builder.remove(head)
    for name, inner in below.items():
        entry = builder.get(name)
        folder = entry if isinstance(entry, pygit2.Tree) else None
        oid = update_tree(repository, folder, inner)
        if oid is not None:
            builder.insert(name, oid, FileMode.TREE)
        elif entry is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def empty(repository: pygit2.Repository) -> pygit2.Oid:
    return repository.TreeBuilder().write()
