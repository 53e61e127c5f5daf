"""``OverlayTree``: a tree with some files in other states, as far as finding projects needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner.model.tree import FileState, TreeReader


@dataclass(frozen=True, slots=True)
class OverlayTree:
    """Implements ``TreeReader``. Its ``snapshot`` is that of the tree below."""

    base: TreeReader
    files: Mapping[str, FileState | None]

    @property
    def snapshot(self) -> str:
        return self.base.snapshot

    def read(self, path: str) -> FileState | None:
        return self.files[path] if path in self.files else self.base.read(path)

    def kind(self, path: str) -> str | None:
        if path in self.files:
            return None if self.files[path] is None else "file"
        return self.base.kind(path)

    def paths(self) -> Iterator[str]:
        kept = {path for path in self.base.paths() if path not in self.files}
        yield from sorted(kept | {path for path, state in self.files.items() if state is not None})
