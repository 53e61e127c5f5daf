"""Finds the TypeScript projects of a tree, as the people of a repository mean them.

A solution-style ``tsconfig.json`` (no files, only references) makes tsc check nothing and exit with 0, so it is no
project, but what it refers to is. A config that only others extend is none either.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from runner.checker.configs import Config, ConfigReader, folders_above, in_folder, is_foreign, is_outside
from runner.checker.scripts import named_by_scripts
from runner.errors import CheckerError
from runner.model.diagnostics import Unjudged
from runner.model.globs import matches
from runner.model.order import TypeScriptChoice
from runner.model.tree import TreeReader

MAX_PROJECTS = 1000
MAX_MANIFESTS = 1000
NAME = "tsconfig.json"
JAVASCRIPT = "jsconfig.json"
SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
NOT_CHOSEN = "not named by typescript.projects"
LEFT_OUT = "left out by typescript.exclude"


@dataclass(frozen=True, slots=True)
class FoundProjects:
    """``projects`` are the tsconfig files worth opening, sorted; ``unjudged`` those that are not opened, and why."""

    projects: tuple[str, ...]
    unjudged: tuple[Unjudged, ...] = ()


def find_projects(tree: TreeReader, choice: TypeScriptChoice = TypeScriptChoice()) -> FoundProjects:  # noqa: B008 - frozen
    """Never raises for what a config says. No project at all means that the tree has no TypeScript project."""
    configs = ConfigReader(tree)
    paths = tuple(path for path in tree.paths() if not is_foreign(path))
    every = _Search(tree, configs, paths)
    every.follow(every.all())
    if not choice.projects:
        return every.result(choice.exclude)
    some = _Search(tree, configs, paths)
    some.follow(some.chosen(choice.projects), only_solutions=True)
    found = some.result(choice.exclude)
    known = {*found.projects, *(each.project for each in found.unjudged)}
    others = [Unjudged(path, NOT_CHOSEN) for path in every.result(()).projects if path not in known]
    return FoundProjects(found.projects, tuple(sorted((*found.unjudged, *others), key=lambda each: each.project)))


def nothing_to_judge(found: FoundProjects) -> CheckerError:
    """The error for a tree in which no project can be opened."""
    if found.unjudged:
        first = found.unjudged[0]
        return CheckerError(
            f"there is nothing to check; {first.project}: {first.reason}", first.hint or "Choose others."
        )
    return CheckerError(
        "there is no tsconfig.json with sources in the tree: nothing would be checked",
        'Add one (for a start: {"compilerOptions": {"strict": true, "noEmit": true}, "include": ["src"]}) and commit it.',
    )


class _Search:
    def __init__(self, tree: TreeReader, configs: ConfigReader, paths: tuple[str, ...]) -> None:
        self._tree, self._configs, self._paths = tree, configs, paths
        self._named: set[str] = set()
        self._seen: dict[str, Config] = {}
        self._unjudged: dict[str, Unjudged] = {}

    def all(self) -> list[str]:
        """Every ``tsconfig.json``, what scripts name, and every ``jsconfig.json`` that asks for a check."""
        here = [path for path in self._paths if posixpath.basename(path) == NAME]
        manifests = [path for path in self._paths if posixpath.basename(path) == "package.json"]
        scripts = [path for each in manifests[:MAX_MANIFESTS] for path in named_by_scripts(self._tree, each)]
        self._named.update(path for path in scripts if not is_foreign(path))
        folders = {posixpath.dirname(path) for path in here}
        plain = [
            path
            for path in self._paths
            if posixpath.basename(path) == JAVASCRIPT
            and posixpath.dirname(path) not in folders
            and self._configs.read(path).options.get("checkJs") is True
        ]
        return [*dict.fromkeys([*here, *sorted(self._named), *plain])]

    def chosen(self, wanted: tuple[str, ...]) -> list[str]:
        """The configs that the choice names, by path, by folder or by glob."""
        found: dict[str, None] = {}
        for pattern in wanted:
            exact = [path for path in (pattern, in_folder(pattern, NAME)) if self._tree.kind(path) == "file"][:1]
            those = exact or [path for path in self._paths if _is_config(path) and _matches(pattern, path)]
            if not those:
                self._skip(pattern, "typescript.projects names it, but there is no such tsconfig", "Correct the name.")
            found.update(dict.fromkeys(those))
        self._named.update(found)
        return list(found)

    def follow(self, starts: Iterable[str], *, only_solutions: bool = False) -> None:
        """Read the configs and what they refer to."""
        waiting = [(path, "") for path in reversed(list(starts))]
        while waiting:
            path, source = waiting.pop()
            if source:
                self._named.add(path)
            if path in self._seen or path in self._unjudged:
                continue
            if len(self._seen) >= MAX_PROJECTS:
                self._skip(path, f"the tree has more than {MAX_PROJECTS} projects", "Choose some: typescript.projects.")
                return
            if reason := self._unreachable(path, source):
                self._skip(path, *reason)
                continue
            config = self._configs.read(path)
            if config.problem:
                hint = "Correct its syntax." if config.problem.startswith("it is not") else "Make it smaller."
                self._skip(path, f"it cannot be read: {config.problem}", hint)
                continue
            self._seen[path] = config
            if config.is_solution or not only_solutions:
                waiting += [(target, path) for target in reversed(config.references)]

    def result(self, exclude: tuple[str, ...]) -> FoundProjects:
        own = self._own_sources()
        extended = {base for config in self._seen.values() for base in config.bases}
        left_out = self._meant_by(exclude)
        unjudged = {path: Unjudged(path, LEFT_OUT) if path in left_out else row for path, row in self._unjudged.items()}
        projects: list[str] = []
        for path, config in self._seen.items():
            if config.is_solution or self._is_only_a_base(config, extended, own):
                continue
            if path in left_out:
                unjudged[path] = Unjudged(path, LEFT_OUT)
            elif config.files == () and not config.include:
                unjudged[path] = Unjudged(path, "it lists no files", "Give it files, or remove it.")
            else:
                projects.append(path)
        return FoundProjects(tuple(sorted(projects)), tuple(unjudged[path] for path in sorted(unjudged)))

    def _meant_by(self, patterns: tuple[str, ...]) -> set[str]:
        """The configs that a choice names. A solution stands for what it refers to."""
        if not patterns:
            return set()
        everything = (*self._seen, *self._unjudged)
        found = {path for path in everything if any(_names(pattern, path) for pattern in patterns)}
        waiting = list(found)
        while waiting:
            config = self._seen.get(waiting.pop())
            more = set(config.references) - found if config is not None and config.is_solution else set()
            found |= more
            waiting += more
        return found

    def _is_only_a_base(self, config: Config, extended: set[str], own: dict[str, bool]) -> bool:
        """Nobody names it, it names no files, and each source below it has a nearer config, or there is none."""
        if config.path in self._named or config.lists or config.files is not None or config.include is not None:
            return False
        own_sources = own.get(config.folder)
        return own_sources is None or (config.path in extended and not own_sources)

    def _own_sources(self) -> dict[str, bool]:
        """The folders with a config and sources below; true for those that are the nearest such folder of a source."""
        configured = {config.folder for config in self._seen.values()}
        found: dict[str, bool] = {}
        for folder in {posixpath.dirname(path) for path in self._paths if path.endswith(SOURCES)}:
            above = [each for each in folders_above(in_folder(folder, "x")) if each in configured]
            for each in above:
                found[each] = found.get(each, False) or each == above[0]
        return found

    def _unreachable(self, path: str, source: str) -> tuple[str, str] | None:
        hint = f"Correct the references of {source}." if source else ""
        if is_outside(path):
            return f"{source} refers to it, outside of the repository", hint
        if self._tree.kind(path) != "file":
            return f"{source} refers to it, but it does not exist", hint
        return ("it is inside node_modules", hint) if is_foreign(path) else None

    def _skip(self, path: str, reason: str, hint: str) -> None:
        self._unjudged.setdefault(path, Unjudged(path, reason, hint))


def _is_config(path: str) -> bool:
    name = posixpath.basename(path)
    return name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json")


def _names(pattern: str, path: str) -> bool:
    """Whether a choice names this config: by its path, by its folder, or by a glob of either."""
    return pattern == path or in_folder(pattern.rstrip("/"), NAME) == path or _matches(pattern, path)


def _matches(pattern: str, path: str) -> bool:
    return matches(pattern, path) or (posixpath.basename(path) == NAME and matches(pattern, posixpath.dirname(path)))
