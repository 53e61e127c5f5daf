"""Finds the TypeScript projects of a tree.

A solution-style ``tsconfig.json`` (no files, only references) makes tsc check nothing and exit with 0. So the leaves
are found here: every file named ``tsconfig.json`` and everything that these refer to, without the solutions themselves.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from runner.errors import CheckerError
from runner.model.diagnostics import Unjudged
from runner.model.order import EVERY_PROJECT, TypeScriptChoice
from runner.model.tree import Candidate, TreeReader
from runner.syntax.jsonc import parse_jsonc


@dataclass(frozen=True, slots=True)
class Config:
    """What a tsconfig says about its files. ``references`` are repository-relative tsconfig paths."""

    path: str
    references: tuple[str, ...]
    lists_nothing: bool


def find_projects(tree: TreeReader, choice: TypeScriptChoice = EVERY_PROJECT) -> FoundProjects:
    return FoundProjects(_find_projects(tree), ())


def _find_projects(tree: TreeReader) -> tuple[str, ...]:
    """Repository-relative paths of the tsconfig files to check, sorted.

    Raises ``CheckerError`` if there are none, if a config cannot be read, or if one refers to a missing config.
    """
    waiting = [path for path in tree.paths() if posixpath.basename(path) == "tsconfig.json" and not _foreign(path)]
    if not waiting:
        raise CheckerError(
            "there is no tsconfig.json in the tree: nothing would be checked",
            'Add one (for a start: {"compilerOptions": {"strict": true, "noEmit": true}, "include": ["src"]}) and commit it.',
        )
    seen: dict[str, Config] = {}
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = read_config(tree, path)
            waiting += seen[path].references
    leaves = sorted(path for path, config in seen.items() if not (config.lists_nothing and config.references))
    if not leaves:
        raise CheckerError("every tsconfig refers to others and none of them has files", "Check the references.")
    return tuple(leaves)


def read_config(tree: TreeReader, path: str) -> Config:
    """Raises ``CheckerError`` if the config is missing or is not JSON."""
    state = tree.read(path)
    if state is None:
        raise CheckerError(f"{path} is referred to but does not exist", "Correct the references of the tsconfig files.")
    try:
        config = parse_jsonc(state.content.decode("utf-8"), unique_keys=False)
    except (ValueError, RecursionError) as error:
        raise CheckerError(f"{path} cannot be read: {error}", "Correct its syntax.") from error
    if not isinstance(config, dict):
        raise CheckerError(f"{path} is not a JSON object", "Correct its syntax.")
    references = config.get("references") or []
    named = (
        [entry.get("path") for entry in references if isinstance(entry, dict)] if isinstance(references, list) else []
    )
    targets = tuple(_target(tree, path, name) for name in named if isinstance(name, str))
    lists_nothing = config.get("files") == [] and not _inherited(tree, path, config, "include", ())
    return Config(path, targets, lists_nothing)


def _inherited(tree: TreeReader, path: str, config: dict[str, object], key: str, seen: tuple[str, ...]) -> object:
    """The key's value, from the config itself or from those it extends (the last one wins). Packages are not read: a
    shared base cannot name this project's files.
    """
    if key in config or path in seen:
        return config.get(key)
    bases = config.get("extends")
    names = [bases] if isinstance(bases, str) else bases if isinstance(bases, list) else []
    for name in reversed([name for name in names if isinstance(name, str) and name.startswith(".")]):
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        state = next((found for end in ("", ".json") if (found := tree.read(joined + end))), None)
        try:
            base = None if state is None else parse_jsonc(state.content.decode("utf-8"), unique_keys=False)
        except (ValueError, RecursionError):
            base = None  # tsc itself will report it
        if isinstance(base, dict) and (value := _inherited(tree, joined, base, key, (*seen, path))) is not None:
            return value
    return None


def _target(tree: TreeReader, source: str, name: str) -> str:
    """A reference names a config, or the folder of a ``tsconfig.json``."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
    if joined.startswith(("../", "/")) or joined == "..":
        raise CheckerError(f"{source} refers to {name}, outside of the repository", "Remove the reference.")
    if name.endswith(".json") and tree.kind(joined) == "file":
        return joined
    return posixpath.normpath(posixpath.join(joined, "tsconfig.json"))


def _foreign(path: str) -> bool:
    return "node_modules" in path.split("/")


@dataclass(frozen=True, slots=True)
class FoundProjects:
    projects: tuple[str, ...]
    unjudged: tuple[Unjudged, ...]


@dataclass(frozen=True, slots=True)
class InferredProject:
    config: str
    nearest: str | None
    files: tuple[str, ...]
    text: str


def inferred_projects(tree: TreeReader, covered: frozenset[str], candidate: Candidate) -> tuple[InferredProject, ...]:
    return ()


def reached(files_of: Mapping[str, frozenset[str]], candidate: Candidate) -> tuple[str, ...]:
    touched = set(candidate.files)
    if any(state is None or candidate.before.get(path) is None for path, state in candidate.files.items()):
        return tuple(files_of)
    return tuple(config for config, files in files_of.items() if files & touched)
