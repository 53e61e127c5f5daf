"""Which paths nothing may touch, whatever the task says."""

from __future__ import annotations

import posixpath

from runner.gate.inspection import Inspection
from runner.model.globs import matches_any
from runner.model.tree import CreateFile, RenameFile, TreeReader
from runner.model.verdict import Violation
from runner.model.violations import violation

PROTECTED = frozenset({".git", ".gitmodules", ".mission_control", "node_modules"})
# Files that make an editor, a package manager, git or CI run something, by where they lie.
RUNS_CODE = (
    "package.json",
    "**/package.json",
    "**/.npmrc",
    "**/.yarnrc*",
    "**/.pnpmfile.cjs",
    ".husky/**",
    ".vscode/**",
    ".idea/**",
    ".devcontainer/**",
    ".claude/**",
    ".cursor/**",
    ".github/**",
    ".gitlab-ci.yml",
    ".gitattributes",
    "**/.gitattributes",
    "**/.envrc",
    "Makefile",
)


def check_paths(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    changes = inspection.candidate.change_set
    for path in changes.paths():
        found += check_lexical(inspection.tree, path)
        granted = matches_any(inspection.contract.paths, path)
        if not granted and (matches_any(RUNS_CODE, path) or matches_any(RUNS_CODE, path.lower())):
            found.append(violation("path.runs-code", f"{path} makes other tools run code", file=path))
    new = [change.path for change in changes.changes if isinstance(change, CreateFile)]
    new += [change.new for change in changes.changes if isinstance(change, RenameFile)]
    return found + (_collisions(inspection.tree, new) if new else [])


def check_lexical(tree: TreeReader, path: str) -> list[Violation]:
    """What can be said of a path before its file is read."""
    return _protected(path) or _not_a_file(tree, path)


def _protected(path: str) -> list[Violation]:
    for part in path.split("/"):
        # Case-insensitive file systems and their ignored characters: .GIT, ".git ", ".git." all reach .git there.
        if part.lower().rstrip(" .") in PROTECTED:
            return [violation("path.protected", f"{path} is protected", file=path)]
    return []


def _not_a_file(tree: TreeReader, path: str) -> list[Violation]:
    kind = tree.kind(path)
    if kind not in (None, "file"):
        return [violation("path.not-a-regular-file", f"{path} is a {kind}", file=path)]
    above = posixpath.dirname(path)
    while above:
        kind = tree.kind(above)
        if kind not in (None, "folder"):
            return [violation("path.not-a-regular-file", f"{path} leads through {above}, a {kind}", file=path)]
        above = posixpath.dirname(above)
    return []


def _collisions(tree: TreeReader, new: list[str]) -> list[Violation]:
    folded = {path.casefold(): path for path in new}
    found: list[Violation] = []
    for path in tree.paths():
        same = folded.get(path.casefold())
        if same is not None and same != path:
            found.append(violation("path.case-collision", f"{same} differs from {path} by case alone", file=same))
    return found
