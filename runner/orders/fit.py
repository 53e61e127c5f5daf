"""Whether an order's tasks fit the tree that it starts from. Said before anything runs, with the line of the order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from runner.edits.changes.scope import resolve_scope
from runner.errors import UsageError
from runner.model.globs import matches, matches_any
from runner.model.order import Order, Task
from runner.model.plan import PassPlan
from runner.model.suggestions import closest, closest_paths, did_you_mean
from runner.model.tree import TreeReader
from runner.model.verdict import Refused
from runner.orders.places import plain_task
from runner.specialists.registry import find

MAX_PROBLEMS = 10
NEW_FILE = "A file that is to be made is named in allowed_paths as well."
# One place of a task: where it stands in the order, and the task as if it named this place only.
_Place = tuple[tuple[str | int, ...], Task]


def fitted(order: Order, plans: Sequence[PassPlan], tree: TreeReader, roots: Sequence[str]) -> Order:
    """``order`` with relative paths, once each of its tasks has been found to name something. Raises ``UsageError``.

    ``file``, spans and symbols name what exists. A glob of ``allowed_paths`` may match nothing where a pass of the task can
    add files. A task that is done is not looked at beyond its spans and symbols, nor is one that no stage takes.
    """
    problems: list[tuple[str, str]] = []
    tasks = []
    for number, task in enumerate(order.tasks):
        try:
            tasks.append(plain_task(task, roots))
        except Refused as refused:
            problems.append(_problem(order, ("tasks", number), task, refused))
    if not problems:
        order = replace(order, tasks=tuple(tasks))
        taken = {plan.task.uuid: [each for each in plans if each.task.uuid == plan.task.uuid] for plan in plans}
        check = _Check(order, tree)
        for number, task in enumerate(tasks):
            problems += check.missing_places(number, task)
            if task.uuid in taken:
                problems += check.missing_files(number, task, taken[task.uuid])
    if problems:
        hints = list(dict.fromkeys(hint for _, hint in problems if hint))
        message = "\n".join(message for message, _ in problems[:MAX_PROBLEMS])
        raise UsageError(message, " ".join(hints[:3]) or "Correct the task.")
    return order


def may_add_files(plan: PassPlan) -> bool:
    """Whether the pass can add files: ours where that is the role's job, a custom one unless its contract rules it out."""
    contract = plan.contract
    if find(plan.role) is not None:
        return contract.new_files_only
    return not (contract.comments_only or contract.formatting_only or contract.imports_only or contract.manifest_keys)


class _Check:
    def __init__(self, order: Order, tree: TreeReader) -> None:
        self._order, self._tree = order, tree

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(self._tree.paths())

    def missing_places(self, number: int, task: Task) -> Iterable[tuple[str, str]]:
        """Spans and symbols that are not there."""
        for place, alone in _places(number, task):
            try:
                resolve_scope(alone, self._tree)
            except Refused as refused:
                yield _problem(self._order, place, task, refused)

    def missing_files(self, number: int, task: Task, plans: Sequence[PassPlan]) -> Iterable[tuple[str, str]]:
        """A file that is not there, and globs that match nothing and that no pass could add a file to."""
        if (
            task.file is not None
            and self._tree.kind(task.file) != "file"
            and not matches_any(task.allowed_paths, task.file)
        ):
            near = did_you_mean(closest_paths(task.file, self._paths) or self._below(task.file))
            message = f"there is no file {task.file} in {self._order.base}"
            yield self._told(("tasks", number, "file"), task, message, f"{near} {NEW_FILE}".strip())
        if any(may_add_files(plan) for plan in plans):
            return
        for at, glob in enumerate(task.allowed_paths):
            if self._matches(glob):
                continue
            message = f"{glob} matches no file in {self._order.base}"
            hint = did_you_mean(self._like(glob)) or "Only specialists that add files can use such a glob."
            yield self._told(("tasks", number, "allowed_paths", at), task, message, hint)

    def _matches(self, glob: str) -> bool:
        return any(matches(glob, path) for path in self._paths)

    def _like(self, glob: str) -> tuple[str, ...]:
        """The glob with another beginning: the folder that may have been meant. For a plain path, the closest files."""
        if not any(character in glob for character in "*?"):
            return closest_paths(glob, self._paths) or self._below(glob)
        folder, mark, rest = _head(glob)
        folders = dict.fromkeys(_folders(self._paths))
        found = [f"{each}/{rest}" for each in closest(folder, folders, cutoff=0.5)] if mark else []
        return tuple(each for each in found if self._matches(each))

    def _below(self, folder: str) -> tuple[str, ...]:
        """The glob of what lies in a folder that was named as if it were a file."""
        inside = folder.rstrip("/") + "/**"
        return (inside,) if self._matches(inside) else ()

    def _told(self, place: tuple[str | int, ...], task: Task, message: str, hint: str) -> tuple[str, str]:
        return f"{self._order.place(place)}task {task.uuid}: {message}", hint


def _places(number: int, task: Task) -> Iterable[_Place]:
    for at, span in enumerate(task.allowed_spans):
        yield ("tasks", number, "allowed_spans", at), Task(task.uuid, allowed_spans=(span,))
    for at, symbol in enumerate(task.allowed_symbols):
        yield ("tasks", number, "allowed_symbols", at), Task(task.uuid, allowed_symbols=(symbol,))


def _problem(order: Order, place: tuple[str | int, ...], task: Task, refused: Refused) -> tuple[str, str]:
    first = refused.violations[0]
    return f"{order.place(place)}task {task.uuid}: {first.message}", first.hint


def _head(glob: str) -> tuple[str, str, str]:
    """The folder before the first wildcard, ``/``, and the rest."""
    first = min(glob.index(character) for character in "*?" if character in glob)
    folder, mark, _ = glob[:first].rpartition("/")
    return folder, mark, glob[len(folder) + len(mark) :]


def _folders(paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder:
            yield folder
            folder = folder.rpartition("/")[0]
