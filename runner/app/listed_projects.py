"""The TypeScript projects of a repository at ``HEAD``, as ``doctor`` lists them. Nothing of the repository is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runner.app.nearest import repository_above
from runner.checker.projects import find_projects
from runner.model.diagnostics import ListedProject
from runner.model.order import TypeScriptChoice
from runner.ports import ProjectLister
from runner.snapshots.git.store import GitSnapshots

MakeLister = Callable[[Path, TypeScriptChoice], ProjectLister | None]


def no_lister(_folder: Path, _choice: TypeScriptChoice) -> ProjectLister | None:
    """Without a compiler the projects are found, but not opened."""
    return None


def listed_projects(repo: Path, choice: TypeScriptChoice, lister: MakeLister = no_lister) -> tuple[ListedProject, ...]:
    """Sorted by path. Raises ``UsageError`` if there is no repository, and what the lister raises."""
    folder = repository_above(repo)
    snapshots = GitSnapshots(folder)
    tree = snapshots.tree(snapshots.resolve("HEAD").id)
    found = find_projects(tree, choice)
    opens = lister(folder, choice)
    opened = [ListedProject(path) for path in found.projects] if opens is None else opens(tree, found.projects)
    closed = [ListedProject(each.project, unjudged=each) for each in found.unjudged]
    return tuple(sorted((*opened, *closed), key=lambda row: row.project))
