"""``CheckTree``: the files that tsc sees. It holds a candidate during a check, and the base at all other times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from runner.errors import CheckerError, SnapshotError
from runner.model.container import Mount
from runner.model.tree import FileState, TreeReader
from runner.ports import Workbench

ROOT = "/repo"
DISK = "Is the disk full? df -h"
Renew = Callable[[], tuple[Workbench, Sequence[Mount]]]


class CheckTree:
    """If a workbench cannot be brought back to its base, it is thrown away and a new one is made for the next check."""

    def __init__(self, workbench: Workbench, mounts: Sequence[Mount], renew: Renew | None) -> None:
        """``mounts`` are what is in the tree beside the files. ``renew`` makes another workbench of the same kind."""
        self._renew = renew
        self._spoilt = False
        self._use(workbench, mounts)

    @property
    def mounts(self) -> tuple[Mount, ...]:
        return self._mounts

    def move_to(self, tree: TreeReader) -> None:
        """Raises ``CheckerError`` if no workbench can be made, and ``OSError`` or ``SnapshotError`` if this one fails."""
        if self._spoilt:
            if self._renew is None:
                raise CheckerError("the checker's tree could not be restored after a failure", "Run the order again.")
            self._workbench.close()
            try:
                self._use(*self._renew())
            except (OSError, SnapshotError) as error:
                raise CheckerError(f"the checker's tree could not be made anew: {error}", DISK) from error
        # Until the move is complete, the files match no snapshot.
        self._spoilt = True
        self._workbench.move_to(tree)
        self._spoilt = False

    @contextmanager
    def holding(self, files: Mapping[str, FileState | None], tree: TreeReader) -> Iterator[None]:
        """Put ``files`` into ``tree`` (None removes a file) and always take them back."""
        try:
            self._workbench.put(files)
            yield
        finally:
            self._restore({path: tree.read(path) for path in files})

    def _restore(self, before: Mapping[str, FileState | None]) -> None:
        self._spoilt = True
        try:
            self._workbench.put(before)
        except (OSError, SnapshotError) as error:
            raise CheckerError(
                f"the checker's tree could not be restored: {error}",
                f"Submit again: the next check begins with a new tree. {DISK}",
            ) from error
        self._spoilt = False

    def _use(self, workbench: Workbench, mounts: Sequence[Mount]) -> None:
        self._workbench = workbench
        self._mounts = (Mount(str(workbench.root), ROOT), *mounts)
