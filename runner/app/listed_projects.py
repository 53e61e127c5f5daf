"""The TypeScript projects of a repository at ``HEAD``, as ``doctor`` lists them. Nothing of the repository is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from runner.app.checking import Checking
from runner.app.nearest import repository_above
from runner.app.tree_services import TreeServices
from runner.checker.projects import find_projects
from runner.checker.toolchain import wanted_version
from runner.model.diagnostics import ListedProject
from runner.ports import Engine
from runner.snapshots.git.store import GitSnapshots
from runner.snapshots.importing import imported_from


def listed_projects(repo: Path, checking: Checking, connect: Callable[[], Engine] | None) -> tuple[ListedProject, ...]:
    """Sorted by path. Each is opened with its compiler, unless ``connect`` is None: then they are only found.

    Raises ``UsageError`` if there is no repository, ``CheckerError`` if it has no project, and ``SandboxError``.
    """
    folder = repository_above(repo)
    snapshots = GitSnapshots(folder)
    tree = snapshots.tree(snapshots.resolve("HEAD").id)
    if connect is None:
        found = find_projects(tree, checking.choice)
        named = [ListedProject(path) for path in found.projects]
        return _sorted([*named, *(ListedProject(each.project, unjudged=each) for each in found.unjudged)])
    settings = checking.settings
    modules = imported_from(folder, settings.imports) or folder
    with TreeServices(lambda: tree, modules, connect, settings.work, {}, checking=checking) as services:
        state = services.state(tree.snapshot)
    rows = [ListedProject(each.project, unjudged=each) for each in state.unjudged]
    for config, project in state.projects.items():
        source = wanted_version(tree, modules, config, checking.choice.version).source
        rows.append(ListedProject(config, project.typescript, source, len(project.files), len(project.errors)))
    return _sorted(rows)


def _sorted(rows: Iterable[ListedProject]) -> tuple[ListedProject, ...]:
    return tuple(sorted(rows, key=lambda row: row.project))
