"""A tree in memory, and the shortest way from a payload to the text that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.edits import apply_changes, lower
from runner.edits.formats.builder import Renamer
from runner.model.tree import Candidate, FileState
from runner.model.verdict import Refused, Violation


class Tree:
    """Paths to bytes or text; ``links`` are the paths of symlinks."""

    def __init__(self, files: Mapping[str, str | bytes], links: tuple[str, ...] = ()) -> None:
        self.files = {
            path: FileState(content.encode() if isinstance(content, str) else content)
            for path, content in files.items()
        }
        self.links = links

    @property
    def snapshot(self) -> str:
        return "0" * 40

    def read(self, path: str) -> FileState | None:
        return self.files.get(path)

    def kind(self, path: str) -> str | None:
        if path in self.links:
            return "symlink"
        if path in self.files:
            return "file"
        return "folder" if any(other.startswith(path + "/") for other in self.files) else None

    def paths(self) -> Iterator[str]:
        return iter(sorted(self.files))


def candidate(tree: Tree, format: str, payload: object, *, rename: Renamer | None = None) -> Candidate:
    return apply_changes(lower(format, payload, tree, rename=rename), tree)


def outcome(
    files: Mapping[str, str | bytes], format: str, payload: object, *, rename: Renamer | None = None
) -> dict[str, str | None]:
    """The files that the payload touches, as text (None: gone)."""
    after = candidate(Tree(files), format, payload, rename=rename).files
    return {path: None if state is None else state.content.decode() for path, state in after.items()}


def edited(before: str, format: str, payload: object, *, path: str = "a.ts", rename: Renamer | None = None) -> str:
    """The text of the one file ``path`` after the payload."""
    after = outcome({path: before}, format, payload, rename=rename)
    assert list(after) == [path]
    text = after[path]
    assert text is not None
    return text


def refusal(files: Mapping[str, str | bytes], format: str, payload: object) -> Violation:
    """The first violation of a payload that is refused."""
    try:
        candidate(Tree(files), format, payload)
    except Refused as refused:
        return refused.violations[0]
    raise AssertionError(f"{format} was accepted: {payload!r}")
