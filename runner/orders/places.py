"""The places that tasks name, made repository-relative. An absolute path must lie inside the repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.model.order import Task
from runner.text.paths import relative, relative_address


def plain_task(task: Task, roots: Sequence[str]) -> Task:
    """``task`` with relative paths everywhere. Raises ``Refused`` for an absolute path outside of ``roots``."""
    spans = (replace(span, file=relative(span.file, roots)) for span in task.allowed_spans)
    return replace(
        task,
        file=None if task.file is None else relative(task.file, roots),
        allowed_spans=tuple(spans),
        allowed_symbols=tuple(relative_address(each, roots) for each in task.allowed_symbols),
        allowed_paths=tuple(relative(each, roots) for each in task.allowed_paths),
    )
