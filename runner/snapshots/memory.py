"""The in-memory counterpart of ``GitSnapshots``, for tests of code that uses the port."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping

from runner.errors import BranchConflict, SnapshotError, UsageError
from runner.model.diagnostics import Verified
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.tree import FileState
from runner.ports import nothing_else
from runner.snapshots.git.branches import forked, moved


class MemoryTree:
    """A ``TreeReader`` over a dict."""

    def __init__(self, files: Mapping[str, FileState], snapshot: str = "0" * 40) -> None:
        self.files = dict(files)
        self._snapshot = snapshot

    @classmethod
    def of(cls, **texts: str) -> MemoryTree:
        """``MemoryTree.of(**{"src/a.ts": "text"})``, UTF-8."""
        return cls({path: FileState(text.encode()) for path, text in texts.items()})

    @property
    def snapshot(self) -> str:
        return self._snapshot

    def read(self, path: str) -> FileState | None:
        return self.files.get(path)

    def kind(self, path: str) -> str | None:
        if path in self.files:
            return "file"
        return "folder" if any(known.startswith(f"{path}/") for known in self.files) else None

    def paths(self) -> Iterator[str]:
        yield from sorted(self.files)


class MemorySnapshots:
    """Snapshots are hashes of their content and parent. Branches are a dict."""

    def __init__(self, files: Mapping[str, FileState]) -> None:
        self._trees: dict[str, MemoryTree] = {}
        self._parents: dict[str, str] = {}
        self._lock = threading.Lock()
        self._branches: dict[str, str] = {"main": self._add(dict(files), "root").id}

    def resolve(self, revision: str) -> Snapshot:
        known = self._branches.get("main" if revision == "HEAD" else revision, revision)
        if known not in self._trees:
            raise UsageError(f"there is no revision {revision!r}")
        return Snapshot(known, content_hash(self._trees[known].files))

    def tree(self, snapshot: str) -> MemoryTree:
        if snapshot not in self._trees:
            raise SnapshotError(f"there is no snapshot {snapshot}")
        return self._trees[snapshot]

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        files = dict(self.tree(verified.candidate.base).files)
        for path, state in verified.candidate.files.items():
            files.pop(path, None)
            if state is not None:
                files[path] = state
        made = self._add(files, verified.candidate.base + patch.patch_id)
        self._parents[made.id] = verified.candidate.base
        meanwhile(made)
        return made

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        with self._lock:
            if (found := self._branches.get(branch)) != expected:
                raise BranchConflict(*moved(branch, found, expected))
            if expected not in (None, snapshot.id) and not self.is_ancestor(str(expected), snapshot.id):
                raise BranchConflict(*forked(branch, str(expected), snapshot.id))
            self._branches[branch] = snapshot.id
        return Snapshot(snapshot.id, snapshot.tree, branch)

    def branch(self, name: str) -> str | None:
        return self._branches.get(name)

    def is_ancestor(self, old: str, new: str) -> bool:
        above = self._parents.get(new)
        while above is not None and above != old:
            above = self._parents.get(above)
        return above is not None

    def changed_paths(self, old: str, new: str) -> tuple[str, ...]:
        before, after = self.tree(old).files, self.tree(new).files
        return tuple(sorted(path for path in {*before, *after} if before.get(path) != after.get(path)))

    def _add(self, files: dict[str, FileState], salt: str) -> Snapshot:
        tree = content_hash(files)
        snapshot = hashlib.sha1(f"{salt}{tree}".encode(), usedforsecurity=False).hexdigest()
        self._trees[snapshot] = MemoryTree(files, snapshot)
        return Snapshot(snapshot, tree)


def content_hash(files: Mapping[str, FileState]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(files):
        digest.update(f"{path}\0{files[path].executable}\0".encode() + files[path].content + b"\0")
    return digest.hexdigest()
