"""A task's scope: the places it may touch, kept up to date while the text moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.edits.changes.tracking import carry
from runner.model.globs import matches_any
from runner.model.order import Task
from runner.model.suggestions import closest_paths, did_you_mean
from runner.model.text import Replacement
from runner.model.tree import ChangeSet, EditFile, RenameFile, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.syntax.outline import find_symbols
from runner.text.encoding import decode
from runner.text.positions import LineIndex

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """``spans`` are code point offsets (end exclusive) per file, in the current snapshot. ``paths`` are globs. An empty
    scope allows nothing.

    ``lost`` names the files with spans that another task's edit has cut; these spans no longer allow anything.
    ``guards`` are the guarded blocks that the task may change. ``placeholder`` is the text that it has to fill in.
    """

    spans: Mapping[str, tuple[Span, ...]]
    paths: tuple[str, ...]
    lost: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    placeholder: str | None = None

    def allows_file(self, path: str) -> bool:
        """Whether the whole file may be changed, created, renamed or removed."""
        return matches_any(self.paths, path)

    def allows(self, path: str, edit: Replacement) -> bool:
        """An edit may touch a span's edge from inside: an insertion at the end of a span is inside it."""
        if self.allows_file(path):
            return True
        return any(start <= edit.start and edit.end <= end for start, end in self.spans.get(path, ()))


def resolve_scope(task: Task, tree: TreeReader) -> Scope:
    """A task's scope in ``tree``. Raises ``Refused`` if a span or symbol of the task is missing there."""
    spans: dict[str, list[Span]] = {}
    for span in task.allowed_spans:
        text = _text(tree, span.file)
        index = LineIndex(text)
        if not 1 <= span.start <= span.end or span.start > index.count:
            message = f"{span.file} has no lines {span.start}-{span.end}"
            hint = f"{span.file} has {index.count} lines; spans are 1-based and inclusive."
            raise Refused(violation("edit.out-of-range", message, file=span.file, hint=hint))
        start = index.offset(span.start - 1, 0)
        end = index.offset(span.end, 0) if span.end < index.count else len(text)
        spans.setdefault(span.file, []).append((start, end))
    for address in task.allowed_symbols:
        path, _, name = address.partition("#")
        found = find_symbols(_text(tree, path), path, name)
        spans.setdefault(path, []).extend((each.doc_start, each.end) for each in found)
    named = bool(task.allowed_spans or task.allowed_symbols or task.allowed_paths)
    paths = task.allowed_paths if named or task.file is None else (task.file,)
    found_spans = {path: tuple(dict.fromkeys(found)) for path, found in spans.items()}
    return Scope(found_spans, paths, guards=task.allowed_guards, placeholder=task.placeholder)


def carry_scope(scope: Scope, landed: ChangeSet, *, own: bool) -> Scope:
    """Move a scope through a change that landed. With ``own`` the same task made it, so an insertion at an edge widens
    the scope.
    """
    spans = dict(scope.spans)
    lost = list(scope.lost)
    for change in landed.changes:
        if not isinstance(change, EditFile | RenameFile):
            continue
        path = change.path if isinstance(change, EditFile) else change.old
        if path not in spans:
            continue
        moved = carry(spans.pop(path), change.replacements, sticky=own)
        target = change.path if isinstance(change, EditFile) else change.new
        spans[target] = tuple(span for span in moved if span is not None)
        lost += [target] * sum(span is None for span in moved)
    return replace(scope, spans=spans, lost=tuple(lost))


def _text(tree: TreeReader, path: str) -> str:
    state = tree.read(path)
    if state is None:
        hint = did_you_mean(closest_paths(path, tree.paths())) or None
        raise Refused(violation("edit.no-such-file", f"{path} does not exist", file=path, hint=hint))
    return decode(state.content).text
