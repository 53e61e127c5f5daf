"""Changes any number of files in a person's working tree: all of them or none, whatever happens in between.

stage → (the ledger says: prepared) → commit → (the ledger says: applied) → finish. ``recover`` settles what a crash
left.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runner.errors import SnapshotError
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.snapshots.worktree.beneath import kind_of, parent_of, read_file
from runner.snapshots.worktree.journal import COMMIT, DONE, Journal, Part, Record, Step, hashed
from runner.snapshots.worktree.moves import Changed, back, clean, confirm, forward, sync_parent, write_temporary

Settle = Callable[[str, bool], None]
"""Called with (patch id, whether its files are in place) before the journal forgets the patch. May be called twice."""


@dataclass(frozen=True)
class Transaction:
    """``before`` and ``after`` are as in ``Candidate``. ``root`` is a descriptor of the tree. Use it under the tree's
    lock.
    """

    root: int
    journal: Journal
    patch_id: str
    before: Mapping[str, FileState | None]
    after: Mapping[str, FileState | None]
    step: Step

    def stage(self) -> None:
        """Write everything beside the targets. If it raises ``Refused`` (a conflict) or ``SnapshotError``, nothing is
        left there.
        """
        self._check()
        record = self._record
        try:
            self.journal.stage(record)
        except OSError as error:
            raise self._failed(error) from error
        try:
            for path in record.folders:
                self._make_folder(path)
            for part in record.parts:
                state = self.after[part.path]
                if state is not None:
                    like = read_file(self.root, part.path)
                    write_temporary(self.root, part, state, like, self.step)
            self._sync()
        except (OSError, SnapshotError) as error:
            self._undo()
            raise self._failed(error) from error

    def commit(self) -> None:
        """Put everything in place. If it raises ``Refused`` or ``SnapshotError``, everything is as it was before
        ``stage``.
        """
        try:
            self._check()
            self.journal.commit(self.patch_id)
            for part in self._record.parts:
                forward(self.root, part, self.step)
            self._sync()
            self.step("confirm")
            for part in self._record.parts:
                confirm(self.root, part)
        except Refused:
            self._undo()
            raise
        except Changed as changed:
            self._undo()
            raise _conflict(changed.path) from changed
        except (OSError, SnapshotError) as error:
            self._undo()
            raise self._failed(error) from error

    def finish(self) -> None:
        """The ledger has the patch, so the old files can go. What cannot be removed now is removed by the next
        ``recover``.
        """
        # The patch has landed, even if a folder was swapped for a link meanwhile.
        with contextlib.suppress(OSError, SnapshotError):
            self.journal.conclude(self.patch_id)
            self.step("clean")
            _tidy(self.root, self._record)
            self.journal.forget(self.patch_id)
            _remove_emptied(self.root, [path for path, state in self.after.items() if state is None])

    def undo(self) -> None:
        """Call it after ``commit`` if the ledger failed. Raises ``SnapshotError``."""
        self._undo()

    @cached_property
    def _record(self) -> Record:
        mark = self.patch_id[:8]
        parts = tuple(
            Part(
                path,
                None if (old := self.before[path]) is None else hashed(old.content),
                None if state is None else hashed(state.content),
                f".{_short(path)}.{mark}.patchgate-new",
                f".{_short(path)}.{mark}.patchgate-old",
            )
            for path, state in self.after.items()
            if state != self.before[path]
        )
        return Record(self.patch_id, parts, self._missing_folders())

    def _missing_folders(self) -> tuple[str, ...]:
        missing: dict[str, None] = {}
        for path, state in self.after.items():
            above = path.split("/")[:-1]
            for size in range(1, len(above) + 1) if state is not None else ():
                folder = "/".join(above[:size])
                if kind_of(self.root, folder) is None:
                    missing[folder] = None
        return tuple(missing)

    def _make_folder(self, path: str) -> None:
        with parent_of(self.root, path) as (folder, name):
            self.step(f"folder {path}")
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=folder)
            above = os.fstat(folder)
            if os.geteuid() == 0:
                os.chown(name, above.st_uid, above.st_gid, dir_fd=folder, follow_symlinks=False)

    def _check(self) -> None:
        """The files must still be the ones that the candidate was made from."""
        for path, state in self.before.items():
            found = read_file(self.root, path)
            if (None if found is None else found.content) != (None if state is None else state.content):
                raise _conflict(path)
            if found is None and kind_of(self.root, path) is not None:
                raise _conflict(path)

    def _sync(self) -> None:
        for path in {part.path.rpartition("/")[0]: part.path for part in self._record.parts}.values():
            sync_parent(self.root, path, self.step)
        for path in self._record.folders:
            sync_parent(self.root, path, self.step)

    def _undo(self) -> None:
        try:
            self.journal.withdraw(self.patch_id)
            _back(self.root, self._record, self.step)
            self.journal.forget(self.patch_id)
        except (OSError, SnapshotError) as error:
            raise SnapshotError(
                f"patch {self.patch_id} was interrupted and could not be taken back: {error}",
                "Run any patchctl command once the disk works again: it finishes or takes back the patch first.",
            ) from error

    def _failed(self, error: OSError | SnapshotError) -> SnapshotError:
        if isinstance(error, SnapshotError):
            return error
        return SnapshotError(f"the files could not be written: {error.strerror or error}", "Is the disk full? df -h")


def recover(root: int, journal_folder: Path, settle: Settle, step: Step = lambda name: None) -> tuple[str, ...]:
    """Finish or take back what a crash interrupted, under the tree's lock; return the ids. Raises ``SnapshotError``."""
    journal = Journal(journal_folder, step)
    settled: list[str] = []
    try:
        for state, record in journal.records():
            landed = state == DONE or (state == COMMIT and _finished(root, record, step))
            if not landed:
                journal.withdraw(record.patch_id)
                _back(root, record, step)
            if state != DONE:  # the landing is complete; only the old files are left
                settle(record.patch_id, landed)
            if landed:
                journal.conclude(record.patch_id)
            _tidy(root, record)
            journal.forget(record.patch_id)
            settled.append(record.patch_id)
    except OSError as error:
        raise SnapshotError(f"an interrupted patch could not be settled: {error}", "Is the disk full? df -h") from error
    return tuple(settled)


def _finished(root: int, record: Record, step: Step) -> bool:
    """False if somebody changed a file that the transaction had not reached: then the transaction is taken back."""
    try:
        for part in record.parts:
            forward(root, part, step)
            sync_parent(root, part.path, step)
    except (Changed, FileNotFoundError):
        return False
    return True


def _back(root: int, record: Record, step: Step) -> None:
    for part in reversed(record.parts):
        back(root, part, step)
    _tidy(root, record)
    for part in record.parts:
        with contextlib.suppress(FileNotFoundError):
            sync_parent(root, part.path, step)
    for path in reversed(record.folders):
        with contextlib.suppress(OSError, SnapshotError), parent_of(root, path) as (folder, name):
            os.rmdir(name, dir_fd=folder)


def _tidy(root: int, record: Record) -> None:
    for part in record.parts:
        clean(root, part)


def _remove_emptied(root: int, paths: list[str]) -> None:
    """git knows no empty folders, so a removal takes them along."""
    for path in paths:
        above = path.rpartition("/")[0]
        while above:
            try:
                with parent_of(root, above) as (folder, name):
                    os.rmdir(name, dir_fd=folder)
            except (OSError, SnapshotError):
                break
            above = above.rpartition("/")[0]


def _short(path: str) -> str:
    """A name may have at most 255 bytes."""
    return path.rpartition("/")[2].encode()[:100].decode("utf-8", "ignore")


def _conflict(path: str) -> Refused:
    return Refused(
        violation("conflict.base-moved", f"{path} is not the file any more that the edit was made on", file=path)
    )
